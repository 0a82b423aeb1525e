//! Who would see an entry that does not exist yet.

use upheld_domain::Id;
use upheld_domain::access::{self as table, Facts, Level, Why};
use upheld_domain::people;
use upheld_domain::words::{Audience, Handling, IncidentKind, IncidentState};

use crate::access::rules;
use crate::entities::venues;
use crate::error::StoreError;
use crate::incident_view::Onlooker;
use crate::log::{self, LogInput};
use crate::steps;
use crate::viewer::ViewerStore;

impl ViewerStore {
    /// Who would see an entry now and later: the same function that writes it, on an entry that does not exist yet.
    ///
    /// # Errors
    /// The fields that need mending, the texts aside.
    pub async fn preview_audience(&self, input: &LogInput) -> Result<Vec<Onlooker>, StoreError> {
        let db = &self.db().read;
        let at = crate::now();
        let me = self.viewer().id();
        let venue = log::known_parts(db, me, input).await?;
        let Some(decider) = steps::decider(db, &input.subjects, input.team, &[]).await? else {
            return Ok(Vec::new());
        };
        let lines = rules::reporting_lines(db).await?;
        let policy = rules::organisation(db).await?.map_or(48, |o| o.subject_sees_after_hours);
        let subject_sees_after = chrono::TimeDelta::hours(policy.into());
        let facts = |state, handling: Option<Handling>| Facts {
            kind: input.kind,
            state,
            logged_at: at,
            subject_sees_after,
            reporter: me,
            subjects: input.subjects.clone(),
            decider,
            leaders_above: people::leaders_above(&lines, decider, &input.subjects, &[]),
            former_deciders: Vec::new(),
            asked: Vec::new(),
            decided_by: None,
            decided_at: None,
            handling,
            delivered_at: None,
            admins: Vec::new(),
        };
        let now_rows = table::rows(&facts(IncidentState::Open, None));
        let ids: Vec<Id> = now_rows.iter().map(|r| r.person).chain(input.subjects.iter().copied()).collect();
        let names = self.people_by_id(&ids).await?;
        let name = |id: Id| names.iter().find(|p| p.id == id).map(|p| p.name.clone()).unwrap_or_default();
        let mut list: Vec<Onlooker> = Vec::new();
        for row in &now_rows {
            let when_asked = row.why == Why::Subject;
            list.push(Onlooker {
                who: name(row.person),
                person: Some(row.person),
                people: 1,
                why: if when_asked {
                    "it is about them; from when they are asked, at the latest then".into()
                } else {
                    row.why.in_words().into()
                },
                from: Some(row.since),
                until: None,
                sees: row.level.in_words().into(),
            });
        }
        let later = |person: Id, level: Level, why: &str| Onlooker {
            who: name(person),
            person: Some(person),
            people: 1,
            why: why.into(),
            from: None,
            until: None,
            sees: level.in_words().into(),
        };
        let delivered = table::rows(&facts(IncidentState::Delivered, Some(Handling::Public)));
        for row in delivered.iter().filter(|r| r.why == Why::Subject) {
            list.push(later(row.person, row.level, "it is about them; once it was said to them"));
        }
        let group = |who: String, people: i32, why: &str, sees: &str| Onlooker {
            who,
            person: None,
            people,
            why: why.into(),
            from: None,
            until: None,
            sees: sees.into(),
        };
        match (input.kind, venue) {
            (IncidentKind::Upheld, _) => {
                let all = rules::venue_audience(db, &everybody_venue()).await?.len();
                let people = i32::try_from(all).unwrap_or(i32::MAX);
                list.push(group(
                    "Everybody in the organisation".into(),
                    people,
                    "only if it is recognised in public",
                    "the recognition: the leader's wording, the people, values, venue and date; not your text",
                ));
            }
            (IncidentKind::Violated, Some(venue)) => {
                let people =
                    i32::try_from(rules::venue_audience(db, &venue).await?.len()).unwrap_or(i32::MAX);
                list.push(group(
                    format!("The people of {}", venue.name),
                    people,
                    "only if the leader says something there, or leaves a word for those who saw it",
                    "the leader's wording for the venue, without a name unless the leader chooses to; not your text",
                ));
            }
            (IncidentKind::Violated, None) => {}
        }
        Ok(list)
    }
}

/// A venue whose people are all people, for counting them.
fn everybody_venue() -> venues::Model {
    venues::Model {
        id: Id::nil(),
        name: String::new(),
        kind: String::new(),
        audience: Audience::Organisation.as_str().into(),
        audience_size: 1,
        everybody: true,
    }
}
