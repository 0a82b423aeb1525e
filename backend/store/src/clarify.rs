//! The steps between a log and a decision: ask, reply, pass, take over, hand over.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use upheld_domain::actions::Action;
use upheld_domain::words::{IncidentKind, IncidentState, StepKind};
use upheld_domain::{Id, Instant, clock, text};

use crate::access::rules;
use crate::audit;
use crate::entities::{decisions, incident_steps, questions, replies};
use crate::error::StoreError;
use crate::incident_view::Incident;
use crate::keys;
use crate::legal_holds::refuse_if_held;
use crate::steps::{self, Case, Step};
use crate::viewer::ViewerStore;

impl ViewerStore {
    /// Asks the reporter or the person; the clock pauses, and the person sees the entry from now on.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn ask(&self, id: Id, of: Id, question: &str) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::Ask).await?;
        text::required("question", question, text::QUESTION)?;
        let about = case.subjects.contains(&of);
        if of == self.viewer().id() || !(of == case.row.reporter_id || about) {
            return Err(StoreError::field(
                "personId",
                "Please ask the person who logged it or whom it is about.",
            ));
        }
        if about && case.kind == IncidentKind::Upheld && of != case.row.reporter_id {
            return Err(StoreError::field(
                "personId",
                "Please ask the person who logged it: praise stays a surprise until it is said.",
            ));
        }
        if rules::active_people(&tx, &[of]).await?.is_empty() {
            return Err(StoreError::field("personId", "Please decide without asking: this person has left."));
        }
        let case = put_question(&tx, case, self.viewer().id(), of, question, at).await?;
        steps::write_access(&tx, &case, at).await?;
        self.done(tx, at, "incident.ask", id, question).await?;
        self.after(id, at).await
    }

    /// Answers the open question, or gives one's side.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn reply(&self, id: Id, words: &str) -> Result<Incident, StoreError> {
        if leak!(ValidatesHidden) && rules::incident_row(&self.db().read, id).await?.is_some() {
            text::required("text", words, text::REPLY)?;
        }
        let (tx, _, case, at) = self.begin_step(id, Action::Reply).await?;
        text::required("text", words, text::REPLY)?;
        put_reply(&tx, case, self.viewer().id(), words, at).await?;
        self.done(tx, at, "incident.reply", id, words).await?;
        self.after(id, at).await
    }

    /// Hands the decision to another leader: the viewer is involved, or the other one was there.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn pass_incident(&self, id: Id, reason: &str, to: Option<Id>) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::Pass).await?;
        let me = self.viewer().id();
        text::required("reason", reason, text::REASON)?;
        let mut involved = steps::Way::read(&rules::steps(&tx, id).await?, &case)?.involved;
        involved.push(me);
        let by_name = to.is_some();
        let to = match to {
            Some(to) => {
                let team = match case.row.subject_team_id {
                    Some(team) => rules::members(&tx, team).await?,
                    None => Vec::new(),
                };
                let good = !involved.contains(&to)
                    && !case.subjects.contains(&to)
                    && !team.iter().any(|p| p.id == to)
                    && !rules::active_people(&tx, &[to]).await?.is_empty()
                    && rules::is_leader(&tx, to).await?;
                let wrong =
                    "Please choose another leader whom this is not about and who has not passed it on.";
                good.then_some(to).ok_or_else(|| StoreError::field("toPersonId", wrong))?
            }
            None => {
                let next = steps::decider(&tx, &case.subjects, case.row.subject_team_id, &involved).await?;
                next.ok_or_else(|| {
                    StoreError::field("toPersonId", "Please name a leader: there is nobody further up.")
                })?
            }
        };
        let (from, reason) = (Some(me), Some(reason));
        let step = Step { kind: StepKind::Passed, by: me, from, to: Some(to), reason, by_name };
        let changed = steps::give_to(&tx, case, to, step, at).await?;
        self.note_all(&tx, at, "incident.follow", &changed[1..]).await?;
        self.done(tx, at, "incident.pass", id, reason.unwrap_or_default()).await?;
        self.after(id, at).await
    }

    /// Takes the decision over from below.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn take_over(&self, id: Id, reason: &str) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::TakeOver).await?;
        text::required("reason", reason, text::REASON)?;
        let me = self.viewer().id();
        let from = Some(case.row.decider_id);
        let kind = StepKind::TakenOver;
        let step = Step { kind, by: me, from, to: Some(me), reason: Some(reason), by_name: false };
        let changed = steps::give_to(&tx, case, me, step, at).await?;
        self.note_all(&tx, at, "incident.follow", &changed[1..]).await?;
        self.done(tx, at, "incident.takeOver", id, reason).await?;
        self.after(id, at).await
    }

    /// Hands it to where harassment, discrimination, safety, law and health belong; the text is erased here.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn hand_over(&self, id: Id, reason: &str) -> Result<Incident, StoreError> {
        let (tx, _, case, at) = self.begin_step(id, Action::HandOver).await?;
        text::required("reason", reason, text::REASON)?;
        refuse_if_held(&tx, id).await?;
        let copies = hand_over(&tx, case, self.viewer().id(), at).await?;
        self.note_all(&tx, at, "incident.handOver", &copies).await?;
        self.done(tx, at, "incident.handOver", id, "").await?;
        self.after(id, at).await
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
    // A wait that began earlier goes on. Once all waits have used their seven days, the question is put and the clock
    // runs on.
    if case.row.waiting_since.is_none() && clock::may_wait(case.row.waited_seconds) {
        let mut row = case.row.into_active_model();
        row.state = Set(IncidentState::Waiting.as_str().into());
        row.waiting_since = Set(Some(at));
        case.row = row.update(db).await?;
        case.state = IncidentState::Waiting;
    }
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
    let open: Vec<Id> = case
        .questions
        .iter()
        .filter(|q| q.asked_of == author && q.answered_at.is_none())
        .map(|q| q.id)
        .collect();
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

/// Hands an entry over, with the copies that were merged into it: they tell of the same event. Why it belongs elsewhere
/// is for where it goes; kept here it would tell what was erased. Gives the copies.
pub(crate) async fn hand_over<C: ConnectionTrait>(
    db: &C,
    case: Case,
    by: Id,
    at: Instant,
) -> Result<Vec<Id>, StoreError> {
    let mut cases = vec![case];
    for copy in rules::copies(db, cases[0].row.id).await? {
        cases.push(Case::load(db, copy).await?);
    }
    let step = Step { kind: StepKind::HandedOver, by, from: None, to: None, reason: None, by_name: false };
    let mut copies = Vec::new();
    for (n, case) in cases.into_iter().enumerate() {
        case.may_become(IncidentState::HandedOver)?;
        let case = erase(db, case, IncidentState::HandedOver).await?;
        steps::note_step(db, case.row.id, step, at).await?;
        steps::write_access(db, &case, at).await?;
        copies.extend((n > 0).then_some(case.row.id));
    }
    Ok(copies)
}

/// Erases every text of an incident and leaves its stub in the state `to`.
pub(crate) async fn erase<C: ConnectionTrait>(
    db: &C,
    mut case: Case,
    to: IncidentState,
) -> Result<Case, StoreError> {
    let id = case.row.id;
    replies::Entity::delete_many().filter(replies::Column::IncidentId.eq(id)).exec(db).await?;
    questions::Entity::delete_many().filter(questions::Column::IncidentId.eq(id)).exec(db).await?;
    decisions::Entity::delete_many().filter(decisions::Column::IncidentId.eq(id)).exec(db).await?;
    incident_steps::Entity::update_many()
        .col_expr(incident_steps::Column::Reason, Expr::value(None::<String>))
        .filter(incident_steps::Column::IncidentId.eq(id))
        .exec(db)
        .await?;
    // The digest of an input could confirm a guess of its text.
    keys::forget_inputs(db, id).await?;
    audit::forget(db, &[id]).await?;
    let mut row = case.row.into_active_model();
    row.state = Set(to.as_str().into());
    row.waiting_since = Set(None);
    row.merged_into = Set(None);
    row.title = Set(None);
    row.situation = Set(None);
    row.behaviour = Set(None);
    row.impact = Set(None);
    row.evidence_url = Set(None);
    case.row = row.update(db).await?;
    case.state = to;
    case.questions.clear();
    case.decision = None;
    case.survivor = None;
    Ok(case)
}
