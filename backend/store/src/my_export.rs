//! The export of "My data": the same lists as the API's, from the same functions, with other people masked.
//!
//! Both formats hold the same rows. In JSON each list is an array of objects, in CSV one file has all lists: the first
//! column is the list, and a row leaves the columns empty that its list does not have. People are roles: "you", "the
//! decider", "a colleague"; names of others are taken out of every text. Nothing is kept on the server.

use std::collections::{BTreeMap, HashMap};

use sea_orm::QuerySelect;
use upheld_domain::masking::{Known, Mask};
use upheld_domain::{Id, Instant, csv};

use crate::access;
use crate::audit::{self, Event};
use crate::entities::people;
use crate::error::StoreError;
use crate::incident_view::Incident;
use crate::my_data::MyWords;
use crate::page::{Cursor, MAX_PAGE, PageRequest, Slice};
use crate::viewer::ViewerStore;

/// The most that one answer carries.
const MAX_BYTES: usize = 8 << 20;
/// The columns of the CSV file, in its order; the keys of the JSON objects.
const COLUMNS: &[&str] = &[
    "list",
    "id",
    "entry",
    "recognition",
    "at",
    "kind",
    "state",
    "title",
    "situation",
    "behaviour",
    "impact",
    "evidenceUrl",
    "occurredOn",
    "venue",
    "values",
    "people",
    "reporter",
    "decider",
    "outcome",
    "handling",
    "rationale",
    "wording",
    "repair",
    "decidedAt",
    "deliveredAt",
    "retractedAt",
    "erasedAt",
    "by",
    "text",
    "until",
    "emoji",
    "name",
    "email",
    "role",
    "preference",
    "device",
    "lastSeenAt",
    "expiresAt",
];

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// One object with a list for each kind.
    Json,
    /// RFC 4180, in UTF-8.
    Csv,
}

/// An export, to be saved by the client.
#[derive(Debug, Clone)]
pub struct Export {
    /// A name for the file.
    pub filename: String,
    /// The media type.
    pub media_type: &'static str,
    /// What is in it.
    pub content: String,
}

/// One row: the texts of its columns.
type Row = BTreeMap<&'static str, String>;

/// What is collected on the way.
struct Collected {
    lists: Vec<(&'static str, Vec<Row>)>,
    bytes: usize,
    mask: Mask,
    me: Id,
    venues: HashMap<Id, String>,
    values: HashMap<Id, String>,
}

impl Collected {
    fn list(&mut self, name: &'static str, rows: Vec<Row>) -> Result<(), StoreError> {
        self.bytes += rows.iter().flatten().map(|(k, v)| k.len() + v.len() + 8).sum::<usize>();
        if self.bytes > MAX_BYTES {
            return Err(StoreError::field(
                "format",
                "Please read your data page by page: it is larger than the 8 MB of one export.",
            ));
        }
        self.lists.push((name, rows));
        Ok(())
    }

    fn text(&self, text: &Option<String>) -> Option<String> {
        text.as_deref().map(|t| self.mask.apply(t))
    }

    fn who(&self, person: Id, role: &str) -> String {
        if person == self.me { "you".into() } else { role.into() }
    }

    fn venue(&self, id: Option<Id>) -> Option<String> {
        id.and_then(|id| self.venues.get(&id)).map(|name| self.mask.apply(name))
    }

    fn names(&self, values: &[Id]) -> String {
        values.iter().filter_map(|v| self.values.get(v)).cloned().collect::<Vec<_>>().join("; ")
    }

    fn people(&self, of: &[Id]) -> String {
        of.iter().map(|p| self.who(*p, "a colleague")).collect::<Vec<_>>().join("; ")
    }

    fn incident(&self, i: &Incident) -> Row {
        let d = i.decision.as_ref();
        row([
            ("id", Some(i.id.to_string())),
            ("at", Some(time(i.logged_at))),
            ("kind", Some(i.kind.as_str().into())),
            ("state", Some(i.state.as_str().into())),
            ("title", self.text(&i.title)),
            ("situation", self.text(&i.situation)),
            ("behaviour", self.text(&i.behaviour)),
            ("impact", self.text(&i.impact)),
            ("evidenceUrl", self.text(&i.evidence_url)),
            ("occurredOn", i.occurred_on.map(|d| d.to_string())),
            ("venue", self.venue(i.venue)),
            ("values", Some(self.names(&i.values))),
            ("people", Some(self.people(&i.subjects))),
            ("reporter", i.reporter.map(|p| self.who(p, "the person who logged it"))),
            ("decider", i.decider.map(|p| self.who(p, "the decider"))),
            ("outcome", d.map(|d| d.outcome.as_str().into())),
            ("handling", d.and_then(|d| d.handling).map(|h| h.as_str().into())),
            ("rationale", d.and_then(|d| self.text(&d.rationale))),
            ("wording", d.and_then(|d| self.text(&d.wording))),
            ("repair", d.and_then(|d| self.text(&d.repair))),
            ("decidedAt", d.map(|d| time(d.decided_at))),
            ("deliveredAt", d.and_then(|d| d.delivered_at).map(time)),
            ("retractedAt", d.and_then(|d| d.retracted_at).map(time)),
            ("erasedAt", i.erased_at.map(time)),
        ])
    }

    fn words(&self, w: &MyWords, about: &'static str, by: &str) -> Row {
        row([
            ("id", Some(w.id.to_string())),
            (about, Some(w.about.to_string())),
            ("at", Some(time(w.at))),
            ("by", Some(by.into())),
            ("text", Some(self.mask.apply(&w.text))),
        ])
    }

    fn json(&self) -> Result<String, StoreError> {
        let lists: BTreeMap<&str, &Vec<Row>> = self.lists.iter().map(|(name, rows)| (*name, rows)).collect();
        let whole = serde_json::json!({
            "format": "upheld-my-data-1", "madeAt": time(crate::now()), "lists": lists,
        });
        serde_json::to_string_pretty(&whole).map_err(|e| StoreError::Internal(e.to_string()))
    }

    fn csv(&self) -> String {
        let mut out = csv::line(COLUMNS.iter().copied());
        for (name, rows) in &self.lists {
            for row in rows {
                out.push_str(&csv::line(COLUMNS.iter().map(|column| match *column {
                    "list" => name,
                    column => row.get(column).map_or("", String::as_str),
                })));
            }
        }
        out
    }
}

fn row<const N: usize>(cells: [(&'static str, Option<String>); N]) -> Row {
    cells.into_iter().filter_map(|(k, v)| Some((k, v.filter(|v| !v.is_empty())?))).collect()
}

fn time(at: Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// All rows of a list, page by page, as the API reads them.
macro_rules! all {
    ($store:expr, $read:ident, $to_row:expr) => {{
        let mut rows: Vec<Row> = Vec::new();
        let mut page = PageRequest::<Cursor> { size: MAX_PAGE, after: None, before: None, from_end: false };
        loop {
            let slice: Slice<_, Cursor> = $store.$read(&page).await?;
            page.after = slice.rows.last().map(|(cursor, _)| *cursor);
            rows.extend(slice.rows.iter().map(|(_, item)| $to_row(item)));
            if !slice.has_next || rows.len() > MAX_BYTES / 64 {
                break rows;
            }
        }
    }};
}

impl ViewerStore {
    /// Everything about the viewer as a file, with other people masked; audited.
    ///
    /// # Errors
    /// `ConfirmIdentity`, when it is larger than one answer carries, or the database does not answer.
    pub async fn export_my_data(&self, format: ExportFormat) -> Result<Export, StoreError> {
        self.require_confirmed_identity().await?;
        self.may_write()?;
        let at = crate::now();
        let mut c = self.collector().await?;
        let about = all!(self, entries_about_me, |i| c.incident(i));
        c.list("aboutMe", about)?;
        let logged = all!(self, entries_by_me, |i| c.incident(i));
        c.list("loggedByMe", logged)?;
        let decisions = all!(self, decisions_by_me, |d: &crate::MyDecision| row([
            ("id", Some(d.id.to_string())),
            ("entry", Some(d.incident.to_string())),
            ("at", Some(time(d.decided_at))),
            ("outcome", Some(d.outcome.as_str().into())),
            ("handling", d.handling.map(|h| h.as_str().into())),
            ("deliveredAt", d.delivered_at.map(time)),
            ("retractedAt", d.retracted_at.map(time)),
        ]));
        c.list("decisions", decisions)?;
        let recognitions = all!(self, recognitions_of_me, |r: &crate::Recognition| row([
            ("id", Some(r.id.to_string())),
            ("at", Some(time(r.published_at))),
            ("venue", c.venue(r.venue)),
            ("values", Some(c.names(&r.values))),
            ("people", Some(c.people(&r.subjects))),
            ("reporter", r.spotted_by.map(|p| c.who(p, "a colleague"))),
            ("decider", Some(c.who(r.leader, "the decider"))),
            ("wording", Some(c.mask.apply(&r.wording))),
        ]));
        c.list("recognitions", recognitions)?;
        let notices = all!(self, notices_naming_me, |n: &crate::Notice| row([
            ("id", Some(n.id.to_string())),
            ("at", Some(time(n.at))),
            ("kind", Some(n.kind.as_str().into())),
            ("venue", c.venue(Some(n.venue))),
            ("values", Some(c.names(&n.values))),
            ("wording", Some(c.mask.apply(&n.wording))),
        ]));
        c.list("notices", notices)?;
        let replies = all!(self, my_replies, |w| c.words(w, "entry", "you"));
        c.list("replies", replies)?;
        let questions = all!(self, my_questions, |w| c.words(w, "entry", "you"));
        c.list("questions", questions)?;
        let asked = all!(self, questions_to_me, |w| c.words(w, "entry", "the decider"));
        c.list("questionsToMe", asked)?;
        let comments = all!(self, my_comments, |w| c.words(w, "recognition", "you"));
        c.list("comments", comments)?;
        let points = all!(self, my_points, |w| c.words(w, "venue", "you"));
        c.list("meetingPoints", points)?;
        let reactions = all!(self, my_reactions, |r: &crate::MyReaction| row([
            ("recognition", Some(r.recognition.to_string())),
            ("at", Some(time(r.at))),
            ("emoji", Some(r.emoji.clone())),
        ]));
        c.list("reactions", reactions)?;
        let readings = all!(self, readings_about_me, |r: &crate::Reading| row([
            ("id", Some(r.id.to_string())),
            ("entry", Some(r.incident.to_string())),
            ("at", Some(time(r.at))),
            ("by", Some(c.who(r.by, r.why))),
            ("text", c.text(&r.reason)),
            ("until", r.until.map(time)),
        ]));
        c.list("readings", readings)?;
        self.account(&mut c).await?;

        let (ending, media_type) = match format {
            ExportFormat::Json => ("json", "application/json"),
            ExportFormat::Csv => ("csv", "text/csv; charset=utf-8"),
        };
        let content = match format {
            ExportFormat::Json => c.json()?,
            ExportFormat::Csv => c.csv(),
        };
        let me = self.viewer().id();
        let tx = self.db().begin().await?;
        let event =
            Event { actor: Some(me), action: "myData.export", kind: "export", object: me, content: "" };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        Ok(Export { filename: format!("my-data-{}.{ending}", at.date_naive()), media_type, content })
    }

    /// The person, their sessions and tokens.
    async fn account(&self, c: &mut Collected) -> Result<(), StoreError> {
        let me = self.people_by_id(&[self.viewer().id()]).await?;
        let person = me.into_iter().map(|p| {
            row([
                ("id", Some(p.id.to_string())),
                ("name", Some(p.name)),
                ("title", p.title),
                ("email", p.email),
                ("role", Some(p.role.as_str().into())),
                ("preference", Some(p.preference.as_str().into())),
            ])
        });
        c.list("person", person.collect())?;
        let sessions = self.sessions().await?.into_iter().map(|s| {
            row([
                ("id", Some(s.id.to_string())),
                ("at", Some(time(s.started_at))),
                ("device", Some(s.device)),
                ("lastSeenAt", Some(time(s.last_seen_at))),
                ("expiresAt", Some(time(s.expires_at))),
            ])
        });
        c.list("sessions", sessions.collect())?;
        let tokens = self.tokens().await?.into_iter().map(|t| {
            row([
                ("id", Some(t.id.to_string())),
                ("at", Some(time(t.created_at))),
                ("name", Some(t.name)),
                ("lastSeenAt", t.last_used_at.map(time)),
                ("expiresAt", Some(time(t.expires_at))),
            ])
        });
        c.list("apiTokens", tokens.collect())
    }

    async fn collector(&self) -> Result<Collected, StoreError> {
        let me = self.viewer().id();
        let names: Vec<(Id, String)> = access::people(self.viewer())
            .select_only()
            .column(people::Column::Id)
            .column(people::Column::Name)
            .into_tuple()
            .all(&self.db().read)
            .await?;
        let own: Vec<&str> = names.iter().filter(|(id, _)| *id == me).map(|(_, n)| n.as_str()).collect();
        let others = names.iter().filter(|(id, name)| *id != me && !own.contains(&name.as_str()));
        let known = others.map(|(_, name)| Known { name, instead: "a colleague" });
        Ok(Collected {
            lists: Vec::new(),
            bytes: 0,
            mask: Mask::new(known, &own),
            me,
            venues: self.venues().await?.into_iter().map(|v| (v.id, v.name)).collect(),
            values: self.values(true).await?.into_iter().map(|v| (v.id, v.name)).collect(),
        })
    }
}
