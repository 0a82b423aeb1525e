//! The steps before a decision: log, withdraw, ask, reply, pass, take over, hand over.

use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use upheld_domain::access::{self as table, Facts, Level, Why};
use upheld_domain::actions::{self, Action};
use upheld_domain::incident::{self, LogForm};
use upheld_domain::words::{Audience, Handling, IncidentKind, IncidentState, Severity};
use upheld_domain::{Id, Instant, clock, people, text};

use crate::access::{Seen, rules};
use crate::audit::{self, Event, hash};
use crate::entities::{decisions, incident_subjects, incident_values, incidents, questions, replies};
use crate::error::StoreError;
use crate::incidents::{Incident, Onlooker};
use crate::keys::ClientKey;
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

/// Logs a checked incident: the row, whom and what it is about, who decides, who sees it, and the audit row.
pub(crate) async fn create<C: ConnectionTrait>(
    db: &C,
    reporter: Id,
    input: &LogInput,
    id: Id,
    at: Instant,
) -> Result<Case, StoreError> {
    if rules::active_people(db, &input.subjects).await?.len() != input.subjects.len() {
        return Err(StoreError::field("subjectIds", "Please choose people of the organisation: one is unknown or has left."));
    }
    if let Some(team) = input.team {
        rules::team(db, team).await?.ok_or_else(|| StoreError::field("subjectTeamId", "Please choose a team: this one is unknown."))?;
    }
    if rules::active_values(db, &input.values).await?.len() != input.values.len() {
        return Err(StoreError::field("valueIds", "Please choose values in use: one is unknown or retired."));
    }
    let venue = match input.venue {
        Some(id) => {
            let found = rules::venue(db, id).await?;
            Some(found.ok_or_else(|| StoreError::field("venueId", "Please choose a venue: this one is unknown."))?)
        }
        None => None,
    };
    let audience = input.audience.or_else(|| venue.as_ref().and_then(|v| Audience::parse(&v.audience)));
    let audience = audience.ok_or_else(|| StoreError::field("audience", "Please say how many saw it."))?;
    let decider = steps::decider(db, &input.subjects, input.team, &[]).await?;
    let decider = decider.ok_or_else(|| {
        StoreError::field("subjectIds", "Nobody could decide on this: it is about everybody who leads. Please log it in parts.")
    })?;
    let kind = input.kind;
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
        evidence_url: Set(input.evidence_url.as_deref().map(str::trim).filter(|u| !u.is_empty()).map(str::to_owned)),
        occurred_on: Set(input.occurred_on),
        hide_reporter: Set(input.hide_reporter),
        credit_reporter: Set(input.credit_reporter),
        logged_at: Set(at),
        waiting_since: Set(None),
        waited_seconds: Set(0),
        decided_at: Set(None),
        delivered_at: Set(None),
        merged_into: Set(None),
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
    let case = Case { row, kind, state: IncidentState::Open, subjects: input.subjects.clone(), questions: vec![], decision: None };
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
        let key = ClientKey { person: me, key: input.key, operation: "logIncident", digest: hash(&[&format!("{input:?}")]) };
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
        create(&tx, me, &input, id, at).await?;
        let content = [input.title.as_str(), &input.situation, &input.behaviour, &input.impact].join("\n");
        self.done(tx, at, "incident.log", id, &content).await?;
        self.after(id).await
    }

    /// Takes a log back. Within ten minutes nothing stays; later a stub does.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` or `Conflict`.
    pub async fn withdraw_incident(&self, id: Id) -> Result<Incident, StoreError> {
        let (tx, seen, case, at) = self.begin_step(id, Action::Withdraw).await?;
        case.may_become(IncidentState::Withdrawn)?;
        if !actions::withdrawal_leaves_no_trace(case.row.logged_at, at) {
            let case = erase(&tx, case, IncidentState::Withdrawn).await?;
            steps::write_access(&tx, &case, at).await?;
            self.done(tx, at, "incident.withdraw", id, "").await?;
            return self.after(id).await;
        }
        incidents::Entity::delete_by_id(id).exec(&tx).await?;
        self.done(tx, at, "incident.undo", id, "").await?;
        Ok(Incident { state: IncidentState::Withdrawn, ..stub_of(&seen, &case) })
    }

    /// Asks the reporter or the person; the clock pauses, and the person sees the entry from now on.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn ask(&self, id: Id, of: Id, question: &str) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::Ask).await?;
        text::required("question", question, text::QUESTION)?;
        let about = case.subjects.contains(&of);
        if of == self.viewer().id() || !(of == case.row.reporter_id || about) {
            return Err(StoreError::field("personId", "Please ask the person who logged it or whom it is about."));
        }
        if about && case.kind == IncidentKind::Upheld && of != case.row.reporter_id {
            return Err(StoreError::field("personId", "Please ask the person who logged it: praise stays a surprise until it is said."));
        }
        let case = put_question(&tx, case, self.viewer().id(), of, question, at).await?;
        steps::write_access(&tx, &case, at).await?;
        self.done(tx, at, "incident.ask", id, question).await?;
        self.after(id).await
    }

    /// Answers the open question, or gives one's side.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn reply(&self, id: Id, words: &str) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::Reply).await?;
        text::required("text", words, text::REPLY)?;
        put_reply(&tx, case, self.viewer().id(), words, at).await?;
        self.done(tx, at, "incident.reply", id, words).await?;
        self.after(id).await
    }

    /// Hands the decision to another leader: the viewer is involved, or the other one was there.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn pass_incident(&self, id: Id, reason: &str, to: Option<Id>) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::Pass).await?;
        let me = self.viewer().id();
        text::required("reason", reason, text::REASON)?;
        let to = match to {
            Some(to) => {
                let good = to != me
                    && !case.subjects.contains(&to)
                    && !rules::active_people(&tx, &[to]).await?.is_empty()
                    && rules::is_leader(&tx, to).await?;
                let wrong = "Please choose another leader whom this is not about.";
                good.then_some(to).ok_or_else(|| StoreError::field("toPersonId", wrong))?
            }
            None => {
                let mut involved: Vec<Id> = rules::steps(&tx, id).await?.iter().filter_map(|s| s.from_id).collect();
                involved.push(me);
                let next = steps::decider(&tx, &case.subjects, case.row.subject_team_id, &involved).await?;
                next.ok_or_else(|| StoreError::field("toPersonId", "Please name a leader: there is nobody further up."))?
            }
        };
        steps::note_step(&tx, id, "PASSED", me, (Some(me), Some(to)), reason, at).await?;
        let case = give_to(&tx, case, to, at).await?;
        self.done(tx, at, "incident.pass", id, reason).await?;
        let _ = case;
        self.after(id).await
    }

    /// Takes the decision over from below.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn take_over(&self, id: Id, reason: &str) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::TakeOver).await?;
        text::required("reason", reason, text::REASON)?;
        let me = self.viewer().id();
        steps::note_step(&tx, id, "TAKEN_OVER", me, (Some(case.row.decider_id), Some(me)), reason, at).await?;
        give_to(&tx, case, me, at).await?;
        self.done(tx, at, "incident.takeOver", id, reason).await?;
        self.after(id).await
    }

    /// Hands it to where harassment, discrimination, safety, law and health belong; the text is erased here.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn hand_over(&self, id: Id, reason: &str) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::HandOver).await?;
        text::required("reason", reason, text::REASON)?;
        hand_over(&tx, case, self.viewer().id(), reason, at).await?;
        self.done(tx, at, "incident.handOver", id, "").await?;
        self.after(id).await
    }

    /// Who would see an entry now and later: the same function that writes it, on an entry that does not exist yet.
    ///
    /// # Errors
    /// The fields that need mending, the texts aside.
    pub async fn preview_audience(&self, input: &LogInput) -> Result<Vec<Onlooker>, StoreError> {
        let db = &self.db().read;
        let at = crate::now();
        let me = self.viewer().id();
        let found = rules::active_people(db, &input.subjects).await?;
        if found.len() != input.subjects.len() {
            return Err(StoreError::field("subjectIds", "Please choose people of the organisation: one is unknown or has left."));
        }
        let venue = match input.venue {
            Some(id) => {
                let found = rules::venue(db, id).await?;
                Some(found.ok_or_else(|| StoreError::field("venueId", "Please choose a venue: this one is unknown."))?)
            }
            None => None,
        };
        let Some(decider) = steps::decider(db, &input.subjects, input.team, &[]).await? else { return Ok(Vec::new()) };
        let lines = rules::reporting_lines(db).await?;
        let facts = |state, handling: Option<Handling>| Facts {
            kind: input.kind,
            state,
            logged_at: at,
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
                why: if when_asked { "it is about them; from when they are asked, at the latest then".into() } else { row.why.in_words().into() },
                from: Some(row.since),
                sees: row.level.in_words().into(),
            });
        }
        let later = |person: Id, level: Level, why: &str| Onlooker {
            who: name(person),
            person: Some(person),
            people: 1,
            why: why.into(),
            from: None,
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
                let people = i32::try_from(rules::venue_audience(db, &venue).await?.len()).unwrap_or(i32::MAX);
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

    /// Locks an incident for a step that the viewer may take.
    pub(crate) async fn begin_step(
        &self,
        id: Id,
        action: Action,
    ) -> Result<(DatabaseTransaction, Seen, Case, Instant), StoreError> {
        self.may_write()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        let seen = rules::lock_incident(&tx, self.viewer(), at, id).await?;
        let case = Case::load(&tx, seen.row().clone()).await?;
        let is_leader = rules::is_leader(&tx, self.viewer().id()).await?;
        steps::require(self.viewer(), &seen, &case, is_leader, action, at)?;
        Ok((tx, seen, case, at))
    }

    /// Writes the audit row and commits.
    pub(crate) async fn done(
        &self,
        tx: DatabaseTransaction,
        at: Instant,
        action: &'static str,
        object: Id,
        content: &str,
    ) -> Result<(), StoreError> {
        let event = Event { actor: Some(self.viewer().id()), action, kind: "incident", object, content };
        audit::append(&tx, at, event).await?;
        Ok(tx.commit().await?)
    }

    /// The incident as the viewer sees it after their own step; it may be gone from their sight.
    pub(crate) async fn after(&self, id: Id) -> Result<Incident, StoreError> {
        self.incident(id).await?.ok_or(StoreError::NotFound)
    }
}

/// A venue whose people are all people, for counting them.
fn everybody_venue() -> crate::entities::venues::Model {
    crate::entities::venues::Model {
        id: Id::nil(),
        name: String::new(),
        kind: String::new(),
        audience: Audience::Organisation.as_str().into(),
        audience_size: 1,
        everybody: true,
    }
}

/// Puts a question and pauses the clock.
pub(crate) async fn put_question<C: ConnectionTrait>(
    db: &C,
    mut case: Case,
    by: Id,
    of: Id,
    question: &str,
    at: Instant,
) -> Result<Case, StoreError> {
    case.may_become(IncidentState::Waiting)?;
    let asked = questions::ActiveModel {
        id: Set(Id::new_v4()),
        incident_id: Set(case.row.id),
        asked_by: Set(by),
        asked_of: Set(of),
        text: Set(question.trim().into()),
        at: Set(at),
        answered_at: Set(None),
    }
    .insert(db)
    .await?;
    case.questions.push(asked);
    // A wait that began earlier goes on unless its seven days are over: then that wait is counted and a new one begins.
    let (since, waited) = match case.row.waiting_since {
        Some(since) if at - since <= clock::WAITING_AT_MOST => (since, 0),
        Some(since) => (at, clock::wait(since, at).num_seconds()),
        None => (at, 0),
    };
    let total = case.row.waited_seconds + waited;
    let mut row = case.row.into_active_model();
    row.state = Set(IncidentState::Waiting.as_str().into());
    row.waiting_since = Set(Some(since));
    row.waited_seconds = Set(total);
    case.row = row.update(db).await?;
    case.state = IncidentState::Waiting;
    Ok(case)
}

/// Puts a reply; when no question is open any more, the clock runs on.
pub(crate) async fn put_reply<C: ConnectionTrait>(
    db: &C,
    mut case: Case,
    author: Id,
    words: &str,
    at: Instant,
) -> Result<Case, StoreError> {
    let open: Vec<Id> =
        case.questions.iter().filter(|q| q.asked_of == author && q.answered_at.is_none()).map(|q| q.id).collect();
    replies::ActiveModel {
        id: Set(Id::new_v4()),
        incident_id: Set(case.row.id),
        author_id: Set(author),
        question_id: Set(open.last().copied()),
        text: Set(words.trim().into()),
        at: Set(at),
    }
    .insert(db)
    .await?;
    if open.is_empty() {
        return Ok(case);
    }
    questions::Entity::update_many()
        .col_expr(questions::Column::AnsweredAt, Expr::value(at))
        .filter(questions::Column::Id.is_in(open.iter().copied()))
        .exec(db)
        .await?;
    for q in case.questions.iter_mut().filter(|q| open.contains(&q.id)) {
        q.answered_at = Some(at);
    }
    if case.state == IncidentState::Waiting && case.questions.iter().all(|q| q.answered_at.is_some()) {
        let waited = case.row.waiting_since.map_or(0, |since| clock::wait(since, at).num_seconds());
        let total = case.row.waited_seconds + waited;
        let mut row = case.row.into_active_model();
        row.state = Set(IncidentState::Open.as_str().into());
        row.waiting_since = Set(None);
        row.waited_seconds = Set(total);
        case.row = row.update(db).await?;
        case.state = IncidentState::Open;
    }
    Ok(case)
}

async fn give_to<C: ConnectionTrait>(db: &C, mut case: Case, to: Id, at: Instant) -> Result<Case, StoreError> {
    let mut row = case.row.into_active_model();
    row.decider_id = Set(to);
    case.row = row.update(db).await?;
    steps::write_access(db, &case, at).await?;
    Ok(case)
}

pub(crate) async fn hand_over<C: ConnectionTrait>(
    db: &C,
    case: Case,
    by: Id,
    reason: &str,
    at: Instant,
) -> Result<(), StoreError> {
    case.may_become(IncidentState::HandedOver)?;
    let case = erase(db, case, IncidentState::HandedOver).await?;
    steps::note_step(db, case.row.id, "HANDED_OVER", by, (None, None), reason, at).await?;
    steps::write_access(db, &case, at).await
}

/// Erases every text of an incident and leaves its stub in the state `to`.
async fn erase<C: ConnectionTrait>(db: &C, mut case: Case, to: IncidentState) -> Result<Case, StoreError> {
    let id = case.row.id;
    replies::Entity::delete_many().filter(replies::Column::IncidentId.eq(id)).exec(db).await?;
    questions::Entity::delete_many().filter(questions::Column::IncidentId.eq(id)).exec(db).await?;
    decisions::Entity::delete_many().filter(decisions::Column::IncidentId.eq(id)).exec(db).await?;
    let mut row = case.row.into_active_model();
    row.state = Set(to.as_str().into());
    row.waiting_since = Set(None);
    row.title = Set(None);
    row.situation = Set(None);
    row.behaviour = Set(None);
    row.impact = Set(None);
    row.evidence_url = Set(None);
    case.row = row.update(db).await?;
    case.state = to;
    case.questions.clear();
    case.decision = None;
    Ok(case)
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
    }
}
