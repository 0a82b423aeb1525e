//! Imports an organisation with its entries from JSON, all or nothing, through the same rules as everything else; only
//! the consideration of decisions from before the tool may be missing.

use std::collections::HashMap;

use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DatabaseTransaction, IntoActiveModel, Set};
use upheld_domain::words::{Audience, IncidentKind, RecognitionPreference, Role};
use upheld_domain::{Id, Instant, text};

use crate::access::rules;
use crate::audit::{self, Event};
use crate::db::sqlite_path;
use crate::decisions::{self};
use crate::entities::{organisations, people, team_leads, teams, venue_people, venue_teams, venues};
use crate::error::StoreError;
use crate::log::{self};
use crate::store::Store;
use crate::values::{self, ValueInput};
use crate::{clarify, delivery, setup, steps};

#[path = "import_file.rs"]
mod file;
#[path = "import_report.rs"]
mod report;
#[path = "import_rows.rs"]
mod rows;
#[path = "import_topics.rs"]
mod topics;

pub use report::{ImportError, ImportOptions, ImportProgress, ImportReport};

use file::{DecisionRow, File, IncidentRow, PersonRow, VenueRow};
use rows::{check_form, decision_input, log_input, managers_first};

/// From the file's ids to ours.
#[derive(Default)]
struct Known {
    teams: HashMap<String, Id>,
    people: HashMap<String, Id>,
    venues: HashMap<String, Id>,
    values: HashMap<String, Id>,
    incidents: HashMap<String, Id>,
}

fn find(map: &HashMap<String, Id>, key: &str, row: &str, field: &str) -> Result<Id, ImportError> {
    map.get(key)
        .copied()
        .ok_or_else(|| ImportError::at(row, format!("{field}: there is no `{key}` in this file")))
}

impl Store {
    /// Imports a file into an empty database, all or nothing.
    ///
    /// # Errors
    /// The first row that is wrong, with its mend; nothing is imported then.
    pub async fn import(
        &self,
        json: &str,
        options: ImportOptions,
        progress: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<ImportReport, ImportError> {
        let file: File = serde_json::from_str(json).map_err(|e| {
            ImportError::at(format!("line {}, column {}", e.line(), e.column()), e.to_string())
        })?;
        file.check_ids()?;
        if !self.is_empty().await.map_err(|e| ImportError::of("organisation", e))? {
            return Err(ImportError::at(
                "organisation",
                "the database already holds one; import into an empty database",
            ));
        }
        let password = match &options.demo_password {
            Some(p) => Some(self.hash_password(p).await.map_err(|e| ImportError::of("people", e))?),
            None => None,
        };
        let tx = self.db().begin().await.map_err(|e| ImportError::of("organisation", e))?;
        let importer = Importer { tx: &tx, now: crate::whole_micros(options.now), password };
        let report = importer.run(&file, progress).await?;
        tx.commit().await.map_err(|e| ImportError::of("organisation", e.into()))?;
        Ok(report)
    }

    /// Empties a PostgreSQL database that holds the demo and nothing else; a demo file is simply deleted.
    ///
    /// # Errors
    /// `Forbidden` when the database holds something else.
    pub async fn clear_demo(&self) -> Result<(), StoreError> {
        if !self.is_empty().await? && !self.is_demo().await? {
            return Err(StoreError::Forbidden(
                "This database does not hold the demo, so that it is not emptied.",
            ));
        }
        let db = self.db().writer();
        let text = |text: &str| crate::access::sql(db, text, []);
        if !self.db().is_sqlite() {
            db.execute_raw(text("DROP SCHEMA public CASCADE")).await?;
            db.execute_raw(text("CREATE SCHEMA public")).await?;
            return Ok(());
        }
        // The writer is one connection, so that the switch holds for the statements between.
        db.execute_raw(text("PRAGMA foreign_keys = OFF")).await?;
        let list = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                    AND name NOT LIKE 'recognition_search_%'";
        for row in crate::access::rows(db, list, []).await? {
            let name: String = row.try_get("", "name")?;
            db.execute_raw(text(&format!("DROP TABLE \"{name}\""))).await?;
        }
        db.execute_raw(text("PRAGMA foreign_keys = ON")).await?;
        Ok(())
    }
}

impl Store {
    /// The path of the database file behind a URL; `None` for PostgreSQL.
    #[must_use]
    pub fn file_of(database_url: &str) -> Option<std::path::PathBuf> {
        sqlite_path(database_url)
    }
}

struct Importer<'a> {
    tx: &'a DatabaseTransaction,
    now: Instant,
    password: Option<String>,
}

impl Importer<'_> {
    async fn run(
        &self,
        file: &File,
        progress: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<ImportReport, ImportError> {
        let db = self.tx;
        let mut known = Known::default();
        let total = file.people.len() + file.venues.len() + file.incidents.len();
        let mut done = 0;
        let mut step = |what: &'static str, n: usize| {
            done += n;
            progress(ImportProgress { done, total, what });
        };

        let o = &file.organisation;
        if o.time_zone.parse::<chrono_tz::Tz>().is_err() {
            return Err(ImportError::at(
                "organisation",
                format!("timezone: `{}` is no time zone like Europe/Vienna", o.time_zone),
            ));
        }
        let row = setup::new_organisation(&o.name, &o.time_zone, self.now);
        let row = organisations::ActiveModel {
            hours_to_decide: Set(o.hours_to_decide),
            silent_after_days: Set(o.silent_after_days),
            demo: Set(self.password.is_some()),
            ..row
        };
        row.insert(db).await.map_err(|e| ImportError::of("organisation", e.into()))?;

        for (n, team) in file.teams.iter().enumerate() {
            let at = format!("teams[{n}] ({})", team.id);
            let id = Id::new_v4();
            let row = teams::ActiveModel { id: Set(id), name: Set(team.name.clone()) };
            row.insert(db).await.map_err(|e| ImportError::of(&at, e.into()))?;
            known.teams.insert(team.id.clone(), id);
        }
        for (at, person) in managers_first(&file.people)? {
            self.person(&at, person, &mut known).await?;
            step("people", 1);
        }
        for (n, team) in file.teams.iter().enumerate() {
            let Some(lead) = &team.lead_id else { continue };
            let at = format!("teams[{n}] ({})", team.id);
            let person_id = find(&known.people, lead, &at, "leadId")?;
            let row =
                team_leads::ActiveModel { team_id: Set(known.teams[&team.id]), person_id: Set(person_id) };
            row.insert(db).await.map_err(|e| ImportError::of(&at, e.into()))?;
        }
        for (n, venue) in file.venues.iter().enumerate() {
            self.venue(&format!("venues[{n}] ({})", venue.id), venue, &mut known).await?;
            step("venues", 1);
        }
        let mut values = 0;
        for (n, value) in file.values.iter().enumerate().filter(|(_, v)| v.active) {
            let at = format!("values[{n}] ({})", value.id);
            let input = ValueInput {
                id: None,
                name: value.title.clone(),
                statement: value.statement.clone(),
                upheld: value.upheld.clone(),
                violated: value.violated.clone(),
                retired: None,
            };
            values::check(&input).map_err(|e| ImportError::of(&at, e.into()))?;
            let saved =
                values::write(db, None, input, None, self.now).await.map_err(|e| ImportError::of(&at, e))?;
            known.values.insert(value.id.clone(), saved.id);
            values += 1;
        }
        if let Some(alignment) = &file.alignment {
            topics::put(db, alignment, self.now).await?;
        }
        let mut order: Vec<usize> = (0..file.incidents.len()).collect();
        order.sort_by_key(|n| std::cmp::Reverse(file.incidents[*n].days_ago));
        for n in order {
            let row = &file.incidents[n];
            self.incident(&format!("incidents[{n}] ({})", row.id), n, row, &mut known).await?;
            step("incidents", 1);
        }
        for (n, row) in file.incidents.iter().enumerate() {
            if let Some(survivor) = &row.duplicate_of {
                let at = format!("incidents[{n}] ({})", row.id);
                let into = find(&known.incidents, survivor, &at, "duplicateOf")?;
                self.merge(known.incidents[&row.id], into).await.map_err(|e| ImportError::of(&at, e))?;
            }
        }
        Ok(ImportReport {
            people: file.people.len(),
            venues: file.venues.len(),
            values,
            incidents: file.incidents.len(),
            left_out: file.left_out(),
        })
    }

    async fn person(&self, at: &str, p: &PersonRow, known: &mut Known) -> Result<(), ImportError> {
        let word_at = |field: &str, text: &str| ImportError::at(at, format!("{field}: `{text}` is unknown"));
        let id = Id::new_v4();
        let email = p.email.clone().unwrap_or_else(|| format!("{}@upheld.example", p.id)).to_lowercase();
        text::email("email", &email).map_err(|e| ImportError::at(at, format!("email: {e}")))?;
        text::required("displayName", &p.name, text::NAME)
            .map_err(|e| ImportError::at(at, format!("displayName: {e}")))?;
        let role = Role::parse(&p.role).ok_or_else(|| word_at("role", &p.role))?;
        let preference = RecognitionPreference::parse(&p.preference)
            .ok_or_else(|| word_at("recognitionPreference", &p.preference))?;
        let team = p.team_id.as_deref().map(|t| find(&known.teams, t, at, "teamId")).transpose()?;
        let manager = p.manager_id.as_deref().map(|m| find(&known.people, m, at, "managerId")).transpose()?;
        let row = people::ActiveModel {
            id: Set(id),
            name: Set(p.name.trim().into()),
            title: Set(p.title.clone()),
            email: Set(email),
            role: Set(role.as_str().into()),
            team_id: Set(team),
            manager_id: Set(manager),
            preference: Set(preference.as_str().into()),
            password_hash: Set(self.password.clone()),
            active: Set(true),
            joined_at: Set(self.now),
        };
        row.insert(self.tx).await.map_err(|e| ImportError::of(at, e.into()))?;
        known.people.insert(p.id.clone(), id);
        Ok(())
    }

    async fn venue(&self, at: &str, v: &VenueRow, known: &mut Known) -> Result<(), ImportError> {
        let id = Id::new_v4();
        let audience = Audience::parse(&v.audience);
        let audience =
            audience.ok_or_else(|| ImportError::at(at, format!("audience: `{}` is unknown", v.audience)))?;
        let fault = |e: sea_orm::DbErr| ImportError::of(at, e.into());
        let row = venues::ActiveModel {
            id: Set(id),
            name: Set(v.name.clone()),
            kind: Set(v.kind.clone()),
            audience: Set(audience.as_str().into()),
            audience_size: Set(v.audience_size),
            everybody: Set(v.everybody),
        };
        row.insert(self.tx).await.map_err(fault)?;
        for team in &v.team_ids {
            let team_id = find(&known.teams, team, at, "teamIds")?;
            let row = venue_teams::ActiveModel { venue_id: Set(id), team_id: Set(team_id) };
            row.insert(self.tx).await.map_err(fault)?;
        }
        for person in &v.person_ids {
            let person_id = find(&known.people, person, at, "personIds")?;
            let row = venue_people::ActiveModel { venue_id: Set(id), person_id: Set(person_id) };
            row.insert(self.tx).await.map_err(fault)?;
        }
        known.venues.insert(v.id.clone(), id);
        Ok(())
    }

    async fn incident(
        &self,
        at: &str,
        n: usize,
        i: &IncidentRow,
        known: &mut Known,
    ) -> Result<(), ImportError> {
        // Two hours back and some minutes apart, so that what happened "today" is over and no two times are equal.
        let minutes = i64::try_from(n % 50).unwrap_or_default();
        let logged_at =
            self.now - TimeDelta::days(i.days_ago) - TimeDelta::hours(2) - TimeDelta::minutes(minutes);
        let input = log_input(at, i, known, logged_at)?;
        let reporter = find(&known.people, &i.reporter_id, at, "reporterId")?;
        let id = Id::new_v4();
        if i.handed_over.is_none() {
            check_form(at, &input, reporter, self.now)?;
        }
        let fault = |e: StoreError| ImportError::of(at, e);
        let after = |hours: f64, field: &str| {
            #[expect(clippy::cast_possible_truncation, reason = "seconds of hours in a file")]
            let when = logged_at + TimeDelta::seconds((hours * 3600.0) as i64);
            if when > self.now {
                Err(ImportError::at(at, format!("{field}: that is in the future")))
            } else {
                Ok(when)
            }
        };
        let mut case = log::create(self.tx, reporter, &input, id, logged_at).await.map_err(fault)?;
        known.incidents.insert(i.id.clone(), id);
        let event = Event {
            actor: Some(reporter),
            action: "incident.import",
            kind: "incident",
            object: id,
            content: &input.title,
        };
        audit::append(self.tx, self.now, event).await.map_err(fault)?;
        if let Some(h) = &i.handed_over {
            let by = find(&known.people, &h.by_id, at, "handedOver.byId")?;
            if by != case.row.decider_id {
                return Err(ImportError::at(at, "handedOver.byId: the person who decides hands it over"));
            }
            text::required("handedOver.reason", &h.reason, text::REASON)
                .map_err(|e| ImportError::at(at, format!("handedOver.reason: {e}")))?;
            let when = after(h.after_hours, "handedOver.afterHours")?;
            return clarify::hand_over(self.tx, case, by, when).await.map(|_| ()).map_err(fault);
        }
        if let Some(w) = &i.waiting {
            let by = find(&known.people, &w.asked_by_id, at, "waiting.askedById")?;
            if by != case.row.decider_id {
                return Err(ImportError::at(at, "waiting.askedById: the person who decides asks"));
            }
            let of = find(&known.people, &w.of_id, at, "waiting.ofId")?;
            let when = after(w.after_hours, "waiting.afterHours")?;
            case = clarify::put_question(self.tx, case, by, of, &w.question, when).await.map_err(fault)?;
            steps::write_access(self.tx, &case, when).await.map_err(fault)?;
        }
        match &i.decision {
            Some(d) => self.decision(at, d, case, known, &after).await,
            None => Ok(()),
        }
    }

    async fn decision(
        &self,
        at: &str,
        d: &DecisionRow,
        mut case: steps::Case,
        known: &Known,
        after: &(dyn Fn(f64, &str) -> Result<Instant, ImportError> + Sync),
    ) -> Result<(), ImportError> {
        let fault = |e: StoreError| ImportError::of(at, e);
        let leader = find(&known.people, &d.leader_id, at, "decision.leaderId")?;
        let own_lapse = case.kind == IncidentKind::Violated && case.subjects == [leader];
        if leader != case.row.decider_id && !own_lapse {
            let message = "decision.leaderId: the nearest leader above everybody it is about decides";
            return Err(ImportError::at(at, message));
        }
        let decided_at = after(d.decided_after_hours, "decision.decidedAfterHours")?;
        if let (Some(reply), Some(subject)) = (&d.subject_reply, case.subjects.first().copied()) {
            case = clarify::put_reply(self.tx, case, subject, reply, decided_at).await.map_err(fault)?;
        }
        let id = case.row.id;
        let input = decision_input(at, d, id, known)?;
        case = decisions::record(self.tx, case, leader, &input, true, decided_at).await.map_err(fault)?;
        if let Some(by) = &d.confirmed_by_id {
            let by = find(&known.people, by, at, "decision.confirmedById")?;
            if by != case.row.decider_id || !own_lapse {
                return Err(ImportError::at(
                    at,
                    "decision.confirmedById: the next leader up confirms an own lapse",
                ));
            }
            let current = case.decision.take().ok_or_else(|| ImportError::at(at, "decision: missing"))?;
            let mut row = current.into_active_model();
            row.confirmed_by = Set(Some(by));
            case.decision = Some(row.update(self.tx).await.map_err(|e| fault(e.into()))?);
        } else if own_lapse && d.delivered_after_hours.is_some() {
            return Err(ImportError::at(
                at,
                "decision.confirmedById: an own lapse is confirmed before it is delivered",
            ));
        }
        let event = Event {
            actor: Some(leader),
            action: "decision.import",
            kind: "incident",
            object: id,
            content: &d.rationale,
        };
        audit::append(self.tx, self.now, event).await.map_err(fault)?;
        if let Some(hours) = d.delivered_after_hours {
            let said_at = after(hours, "decision.deliveredAfterHours")?;
            delivery::deliver(self.tx, case, said_at, None, said_at).await.map_err(fault)?;
        }
        Ok(())
    }

    async fn merge(&self, id: Id, into: Id) -> Result<(), StoreError> {
        let row = rules::incident_row(self.tx, id).await?.ok_or(StoreError::NotFound)?;
        let survivor = rules::incident_row(self.tx, into).await?.ok_or(StoreError::NotFound)?;
        let case = steps::Case::load(self.tx, row).await?;
        let survivor = steps::Case::load(self.tx, survivor).await?;
        crate::merge::merge(self.tx, case, &survivor, None, self.now).await
    }
}
