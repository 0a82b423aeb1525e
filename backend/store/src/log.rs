//! The steps before a decision: log, withdraw, ask, reply, pass, take over, hand over.

use chrono::NaiveDate;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, Set};
use upheld_domain::actions::{self, Action};
use upheld_domain::incident::{self, LogForm};
use upheld_domain::words::{Audience, IncidentKind, IncidentState, Severity};
use upheld_domain::{Id, Instant};

use crate::access::Seen;
use crate::access::rules::{self, Lines};
use crate::audit::{self, hash};
use crate::clarify::erase;
use crate::entities::{incident_subjects, incident_values, incidents, venues};
use crate::error::StoreError;
use crate::incident_view::Incident;
use crate::keys::{self, ClientKey};
use crate::legal_holds::refuse_if_held;
use crate::merge;
use crate::steps::{self, Case};
use crate::viewer::ViewerStore;

/// An incident as it is logged.
#[derive(Debug, Clone)]
pub struct LogInput {
    /// The client's key.
    pub key: Id,
    /// Upheld or violated.
    pub kind: IncidentKind,
    /// Whom it is about.
    pub subjects: Vec<Id>,
    /// The team it is about instead.
    pub team: Option<Id>,
    /// The values it shows.
    pub values: Vec<Id>,
    /// Where it happened.
    pub venue: Option<Id>,
    /// How public it was; the venue's audience where not given.
    pub audience: Option<Audience>,
    /// How many saw it; the venue's size where not given.
    pub audience_size: Option<i32>,
    /// Who was affected.
    pub affected: Option<Audience>,
    /// How bad a violation was.
    pub severity: Option<Severity>,
    /// One line.
    pub title: String,
    /// What was going on.
    pub situation: String,
    /// What the person did.
    pub behaviour: String,
    /// What came of it.
    pub impact: String,
    /// The day of the event.
    pub occurred_on: NaiveDate,
    /// A link to evidence.
    pub evidence_url: Option<String>,
    /// Whether not to name the reporter to the person.
    pub hide_reporter: bool,
    /// Whether to name the reporter when it is recognised in public.
    pub credit_reporter: bool,
}

impl LogInput {
    pub(crate) fn form(&self) -> LogForm {
        LogForm {
            kind: Some(self.kind),
            subjects: self.subjects.clone(),
            team: self.team,
            values: self.values.clone(),
            audience: self.audience,
            has_venue: self.venue.is_some(),
            audience_size: self.audience_size,
            severity: self.severity,
            title: self.title.clone(),
            situation: self.situation.clone(),
            behaviour: self.behaviour.clone(),
            impact: self.impact.clone(),
            occurred_on: Some(self.occurred_on),
            evidence_url: self.evidence_url.clone(),
        }
    }
}

/// Checks that people, team, values and venue of an incident are there, and gives the venue.
pub(crate) async fn known_parts<C: ConnectionTrait>(
    db: &C,
    reporter: Id,
    input: &LogInput,
) -> Result<Option<venues::Model>, StoreError> {
    let wrong = |field: &str, message: &str| Err(StoreError::field(field, message));
    if rules::active_people(db, &input.subjects).await?.len() != input.subjects.len() {
        return wrong("subjectIds", "Please choose people of the organisation: one is unknown or has left.");
    }
    if let Some(team) = input.team {
        let Some((_, lead)) = rules::team(db, team).await? else {
            return wrong("subjectTeamId", "Please choose a team: this one is unknown.");
        };
        if lead == Some(reporter) || rules::members(db, team).await?.iter().any(|p| p.id == reporter) {
            return wrong(
                "subjectTeamId",
                "Please let somebody outside the team log this: nobody logs their own praise.",
            );
        }
    }
    if rules::active_values(db, &input.values).await?.len() != input.values.len() {
        return wrong("valueIds", "Please choose values in use: one is unknown or retired.");
    }
    steps::known_venue(db, input.venue).await
}

/// Logs a checked incident: the row, whom and what it is about, who decides, who sees it, and the audit row.
pub(crate) async fn create<C: ConnectionTrait>(
    db: &C,
    reporter: Id,
    input: &LogInput,
    id: Id,
    at: Instant,
) -> Result<Case, StoreError> {
    let venue = known_parts(db, reporter, input).await?;
    let audience = input.audience.or_else(|| venue.as_ref().and_then(|v| Audience::parse(&v.audience)));
    let audience = audience.ok_or_else(|| StoreError::field("audience", "Please say how many saw it."))?;
    let decider = steps::decider(db, &input.subjects, input.team, &[]).await?;
    let decider = decider.ok_or_else(|| {
        StoreError::field(
            "subjectIds",
            "Nobody could decide on this: it is about everybody who leads. Please log it in parts.",
        )
    })?;
    let kind = input.kind;
    let policy = rules::organisation(db).await?;
    let row = incidents::ActiveModel {
        id: Set(id),
        kind: Set(kind.as_str().into()),
        state: Set(IncidentState::Open.as_str().into()),
        reporter_id: Set(reporter),
        subject_team_id: Set(input.team),
        decider_id: Set(decider),
        venue_id: Set(input.venue),
        audience: Set(audience.as_str().into()),
        audience_size: Set(input.audience_size.or_else(|| venue.as_ref().map(|v| v.audience_size))),
        affected: Set(input.affected.map(|a| a.as_str().into())),
        severity: Set(input.severity.map(|s| s.as_str().into())),
        title: Set(Some(input.title.trim().into())),
        situation: Set(Some(input.situation.trim().into())),
        behaviour: Set(Some(input.behaviour.trim().into())),
        impact: Set(Some(input.impact.trim().into())),
        evidence_url: Set(input
            .evidence_url
            .as_deref()
            .map(str::trim)
            .filter(|u| !u.is_empty())
            .map(str::to_owned)),
        occurred_on: Set(input.occurred_on),
        hide_reporter: Set(input.hide_reporter),
        credit_reporter: Set(input.credit_reporter),
        logged_at: Set(at),
        waiting_since: Set(None),
        waited_seconds: Set(0),
        decided_at: Set(None),
        delivered_at: Set(None),
        merged_into: Set(None),
        erased_at: Set(None),
        subject_sees_after_hours: Set(policy.map_or(48, |o| o.subject_sees_after_hours)),
    }
    .insert(db)
    .await?;
    let place = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    if !input.subjects.is_empty() {
        let rows = input.subjects.iter().enumerate().map(|(n, p)| incident_subjects::ActiveModel {
            incident_id: Set(id),
            person_id: Set(*p),
            position: Set(place(n)),
        });
        incident_subjects::Entity::insert_many(rows.collect::<Vec<_>>()).exec(db).await?;
    }
    let rows = input.values.iter().enumerate().map(|(n, v)| incident_values::ActiveModel {
        incident_id: Set(id),
        value_id: Set(*v),
        position: Set(place(n)),
    });
    incident_values::Entity::insert_many(rows.collect::<Vec<_>>()).exec(db).await?;
    let case = Case {
        row,
        kind,
        state: IncidentState::Open,
        subjects: input.subjects.clone(),
        questions: vec![],
        decision: None,
        leader_left: false,
        survivor: None,
    };
    steps::write_access(db, &case, at).await?;
    Ok(case)
}

impl ViewerStore {
    /// Logs an incident.
    ///
    /// # Errors
    /// The fields that need mending; nothing is written then.
    pub async fn log_incident(&self, input: LogInput) -> Result<Incident, StoreError> {
        self.may_write()?;
        let me = self.viewer().id();
        let key = ClientKey {
            person: me,
            key: input.key,
            operation: "logIncident",
            digest: hash(&[&format!("{input:?}")]),
        };
        if let Some(made) = key.made(&self.db().read).await? {
            return self.incident(made).await?.ok_or(StoreError::NotFound);
        }
        let at = crate::now();
        incident::check_log(&input.form(), me, at)?;
        let tx = self.db().begin().await?;
        let id = Id::new_v4();
        if !key.note(&tx, id, at).await? {
            tx.rollback().await?;
            let made = key.made(self.db().writer()).await?.ok_or(StoreError::Unavailable)?;
            return self.incident(made).await?.ok_or(StoreError::NotFound);
        }
        rules::lock_lines(&tx, Lines::Read).await?;
        create(&tx, me, &input, id, at).await?;
        let content = [input.title.as_str(), &input.situation, &input.behaviour, &input.impact].join("\n");
        self.done(tx, at, "incident.log", id, &content).await?;
        self.after(id, at).await
    }

    /// Takes a log back. Within ten minutes nothing stays; later a stub does.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` or `Conflict`.
    pub async fn withdraw_incident(&self, id: Id) -> Result<Incident, StoreError> {
        let (tx, seen, case, at) = self.begin_step(id, Action::Withdraw).await?;
        case.may_become(IncidentState::Withdrawn)?;
        refuse_if_held(&tx, id).await?;
        let released = merge::release_copies(&tx, id, at).await?;
        if !actions::withdrawal_leaves_no_trace(case.row.logged_at, at) {
            let case = erase(&tx, case, IncidentState::Withdrawn).await?;
            steps::write_access(&tx, &case, at).await?;
            self.note_all(&tx, at, "incident.release", &released).await?;
            self.done(tx, at, "incident.withdraw", id, "").await?;
            return self.after(id, at).await;
        }
        keys::forget_inputs(&tx, id).await?;
        incidents::Entity::delete_by_id(id).exec(&tx).await?;
        self.note_all(&tx, at, "incident.release", &released).await?;
        audit::forget(&tx, &[id]).await?;
        self.done(tx, at, "incident.undo", id, "").await?;
        Ok(Incident { state: IncidentState::Withdrawn, ..stub_of(&seen, &case) })
    }
}

/// What is left to tell of an incident that was undone.
fn stub_of(seen: &Seen, case: &Case) -> Incident {
    Incident {
        id: seen.id(),
        kind: case.kind,
        state: case.state,
        title: None,
        situation: None,
        behaviour: None,
        impact: None,
        values: Vec::new(),
        subjects: Vec::new(),
        subject_team: None,
        venue: None,
        audience: None,
        audience_size: None,
        affected: None,
        severity: None,
        occurred_on: None,
        logged_at: case.row.logged_at,
        evidence_url: None,
        reporter: Some(case.row.reporter_id),
        decider: None,
        age: upheld_domain::words::Age::Fresh,
        decision: None,
        handled_in: None,
        undo_until: None,
        hide_reporter: None,
        viewer_may: Vec::new(),
        erased_at: None,
        merged_into: None,
    }
}
