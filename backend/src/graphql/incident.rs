//! Incidents and decisions as the viewer may see them; the store has masked them already.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use upheld_domain::Id;
use upheld_store as store;

use super::audit::Reading;
use super::course::{DecisionVersion, IncidentStep};
use super::dates::Date;
use super::error::fail;
use super::loaders::{
    CopiesKey, DuplicatesKey, IncidentKey, OnlookersKey, PersonKey, ReadingsKey, StepsKey, TeamKey,
    ThreadKey, VersionsKey, load, load_all,
};
use super::person::{Person, Team, Venue, people, person, person_opt, venue_opt};
use super::value::{Value, values};
use super::words::{
    Age, Audience, Handling, Heard, Hint, IncidentKind, IncidentState, Outcome, Reach, Severity, WitnessWord,
};

/// One example of values upheld or violated.
pub(crate) struct Incident(pub store::Incident);

async fn incidents(ctx: &Context<'_>, ids: Vec<Id>) -> Result<Vec<Incident>> {
    let found = load_all(ctx, ids.into_iter().map(IncidentKey).collect()).await?;
    Ok(found.into_iter().map(Incident).collect())
}

/// One example of values upheld or violated, as far as the viewer may see it.
#[Object]
impl Incident {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn kind(&self) -> IncidentKind {
        self.0.kind.into()
    }
    /// Where it stands, as far as the viewer may know: whoever may not know of a decision reads `OPEN` or `WAITING`.
    async fn state(&self) -> IncidentState {
        self.0.state.into()
    }
    /// Null where the viewer may see the status only.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }
    async fn situation(&self) -> Option<&str> {
        self.0.situation.as_deref()
    }
    async fn behaviour(&self) -> Option<&str> {
        self.0.behaviour.as_deref()
    }
    async fn impact(&self) -> Option<&str> {
        self.0.impact.as_deref()
    }
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn values(&self, ctx: &Context<'_>) -> Result<Vec<Value>> {
        values(ctx, &self.0.values).await
    }
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn subjects(&self, ctx: &Context<'_>) -> Result<Vec<Person>> {
        people(ctx, &self.0.subjects).await
    }
    async fn subject_team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        match self.0.subject_team {
            Some(id) => Ok(load(ctx, TeamKey(id)).await?.map(Team)),
            None => Ok(None),
        }
    }
    /// Null on a stub, like the texts.
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, self.0.venue).await
    }
    async fn audience(&self) -> Option<Audience> {
        self.0.audience.map(Into::into)
    }
    async fn audience_size(&self) -> Option<i32> {
        self.0.audience_size
    }
    async fn affected(&self) -> Option<Audience> {
        self.0.affected.map(Into::into)
    }
    async fn severity(&self) -> Option<Severity> {
        self.0.severity.map(Into::into)
    }
    async fn occurred_on(&self) -> Option<Date> {
        self.0.occurred_on.map(Date)
    }
    async fn logged_at(&self) -> DateTime<Utc> {
        self.0.logged_at
    }
    async fn evidence_url(&self) -> Option<&str> {
        self.0.evidence_url.as_deref()
    }
    /// Known to the reporter, the decider and the leaders above.
    async fn reporter(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.reporter).await
    }
    async fn decider(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.decider).await
    }
    async fn age(&self) -> Age {
        self.0.age.into()
    }
    /// Questions that the viewer asked, was asked, or may read as decider or leader above.
    #[graphql(complexity = "3 * child_complexity + 5")]
    async fn questions(&self, ctx: &Context<'_>) -> Result<Vec<Question>> {
        let thread = load(ctx, ThreadKey(self.0.id)).await?.unwrap_or_default();
        Ok(thread.questions.into_iter().map(Question).collect())
    }
    /// Replies that the viewer wrote, or may read as decider or leader above.
    #[graphql(complexity = "3 * child_complexity + 5")]
    async fn replies(&self, ctx: &Context<'_>) -> Result<Vec<Reply>> {
        let thread = load(ctx, ThreadKey(self.0.id)).await?.unwrap_or_default();
        let questions = thread.questions;
        let of = |id: Option<Id>| questions.iter().find(|q| Some(q.id) == id).cloned();
        Ok(thread.replies.into_iter().map(|r| Reply { answers: of(r.answers), reply: r }).collect())
    }
    async fn decision(&self) -> Option<Decision> {
        self.0.decision.clone().map(Decision)
    }
    /// Who sees this entry, as far as the viewer may know: a hidden reporter stays hidden from the subject.
    #[graphql(complexity = "10 * child_complexity + 50")]
    async fn onlookers(&self, ctx: &Context<'_>) -> Result<Vec<Onlooker>> {
        let list = load(ctx, OnlookersKey(self.0.id)).await?.unwrap_or_default();
        Ok(list.into_iter().map(Onlooker).collect())
    }
    /// Who opened and read it without being a party to it, oldest first; for its decider and the leaders above.
    #[graphql(complexity = "10 * child_complexity + 20")]
    async fn readings(&self, ctx: &Context<'_>) -> Result<Vec<Reading>> {
        let list = load(ctx, ReadingsKey(self.0.id)).await?.unwrap_or_default();
        Ok(list.into_iter().map(Reading).collect())
    }
    /// What the viewer may do now, so that a client never re-derives the rules: `decide`, `revise`,
    /// `correctOwnLapse`, `confirm`, `markDelivered`, `retract`, `ask`, `reply`, `pass`, `takeOver`, `handOver`,
    /// `withdraw`, `merge`.
    async fn viewer_may(&self) -> Vec<&'static str> {
        self.0.viewer_may.iter().map(|a| a.as_str()).collect()
    }
    /// Where a public correction was said, for those who may know the place and not the decision.
    async fn handled_in(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, self.0.handled_in).await
    }
    /// Until when the reporter can undo without a trace; null for everybody else.
    async fn undo_until(&self) -> Option<DateTime<Utc>> {
        self.0.undo_until
    }
    /// When its text was erased because its time was over or the person has left; a stub is left then.
    async fn erased_at(&self) -> Option<DateTime<Utc>> {
        self.0.erased_at
    }
    /// How the decision came from leader to leader, oldest first; for those who see everything.
    #[graphql(complexity = "3 * child_complexity + 5")]
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<IncidentStep>> {
        let list = load(ctx, StepsKey(self.0.id)).await?.unwrap_or_default();
        Ok(list.into_iter().map(IncidentStep).collect())
    }
    /// Other logs that may be of the same event: about the same person or team on the same day in the same venue, or
    /// within a day about a shared value. For the decider alone, of entries that they decide or have decided.
    #[graphql(complexity = "5 * child_complexity + 20")]
    async fn possible_duplicates(&self, ctx: &Context<'_>) -> Result<Vec<Incident>> {
        incidents(ctx, load(ctx, DuplicatesKey(self.0.id)).await?.unwrap_or_default()).await
    }
    /// The entry that this one was merged into; for those who see everything.
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Incident>> {
        match self.0.merged_into {
            Some(id) => Ok(load(ctx, IncidentKey(id)).await?.map(Incident)),
            None => Ok(None),
        }
    }
    /// The logs of the same event that were merged into this one; for those who see everything.
    #[graphql(complexity = "3 * child_complexity + 5")]
    async fn merged_copies(&self, ctx: &Context<'_>) -> Result<Vec<Incident>> {
        incidents(ctx, load(ctx, CopiesKey(self.0.id)).await?.unwrap_or_default()).await
    }
    /// The decision as it was recorded and revised, oldest first; for those who see everything.
    #[graphql(complexity = "3 * child_complexity + 5")]
    async fn decision_versions(&self, ctx: &Context<'_>) -> Result<Vec<DecisionVersion>> {
        let list = load(ctx, VersionsKey(self.0.id)).await?.unwrap_or_default();
        Ok(list.into_iter().map(DecisionVersion).collect())
    }
    /// Whether the reporter asked not to be named to the person; null unless the viewer may know the reporter.
    async fn hide_reporter_from_subject(&self) -> Option<bool> {
        self.0.hide_reporter
    }
}

/// A question about an incident.
#[derive(Clone)]
pub(crate) struct Question(pub store::Question);

/// A question to the reporter or the subject; the clock pauses.
#[Object]
impl Question {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn asked_by(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.asked_by).await
    }
    async fn asked_of(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.asked_of).await
    }
    async fn text(&self) -> &str {
        &self.0.text
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// A reply.
pub(crate) struct Reply {
    reply: store::Reply,
    answers: Option<store::Question>,
}

/// An answer to a question, or a person's side.
#[Object]
impl Reply {
    async fn id(&self) -> ID {
        self.reply.id.into()
    }
    /// Null where a hidden reporter is masked.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.reply.author).await
    }
    async fn text(&self) -> &str {
        &self.reply.text
    }
    async fn at(&self) -> DateTime<Utc> {
        self.reply.at
    }
    async fn answers(&self) -> Option<Question> {
        self.answers.clone().map(Question)
    }
}

/// Somebody who sees an entry.
pub(crate) struct Onlooker(pub store::Onlooker);

/// Somebody who sees an entry now or later.
#[Object]
impl Onlooker {
    /// A person's name, or a group when it is not about one.
    async fn who(&self) -> &str {
        &self.0.who
    }
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.person {
            Some(id) => Ok(load(ctx, PersonKey(id)).await?.map(Person)),
            None => Ok(None),
        }
    }
    /// How many people it is.
    async fn people(&self) -> i32 {
        self.0.people
    }
    async fn why(&self) -> &str {
        &self.0.why
    }
    /// From when; null when it depends on a step to come.
    async fn from(&self) -> Option<DateTime<Utc>> {
        self.0.from
    }
    /// Until when an admin sees it who opened it with a reason; null for everybody else.
    async fn until(&self) -> Option<DateTime<Utc>> {
        self.0.until
    }
    async fn sees(&self) -> &str {
        &self.0.sees
    }
}

/// The three answers.
pub(crate) struct Consideration(pub upheld_domain::decision::Consideration);

/// The answers to the three questions, with what they suggest.
#[Object]
impl Consideration {
    async fn only_one_who_knows(&self) -> bool {
        self.0.only_one_who_knows
    }
    async fn nobody_else_affected(&self) -> bool {
        self.0.nobody_else_affected
    }
    async fn known_at_first_hand(&self) -> bool {
        self.0.known_at_first_hand
    }
    /// A hint in words, never a choice.
    async fn hint(&self) -> Hint {
        self.0.hint().into()
    }
}

/// A leader's decision.
pub(crate) struct Decision(pub store::Decision);

/// A leader's decision: recognition, correction or no action; public or 1:1; and why.
#[Object]
impl Decision {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn incident(&self, ctx: &Context<'_>) -> Result<Incident> {
        let found = load(ctx, IncidentKey(self.0.incident)).await?;
        found.map(Incident).ok_or_else(|| fail(ctx, store::StoreError::NotFound))
    }
    async fn leader(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.leader).await
    }
    async fn outcome(&self) -> Outcome {
        self.0.outcome.into()
    }
    async fn handling(&self) -> Option<Handling> {
        self.0.handling.map(Into::into)
    }
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, self.0.venue).await
    }
    async fn reach(&self) -> Option<Reach> {
        self.0.reach.map(Into::into)
    }
    async fn consideration(&self) -> Option<Consideration> {
        self.0.consideration.map(Consideration)
    }
    async fn heard(&self) -> Option<Heard> {
        self.0.heard.map(Into::into)
    }
    async fn heard_reason(&self) -> Option<&str> {
        self.0.heard_reason.as_deref()
    }
    /// Null where the viewer may not read it.
    async fn rationale(&self) -> Option<&str> {
        self.0.rationale.as_deref()
    }
    /// What is said. On `NO_ACTION`: the reason as the reporter reads it, which is the rationale where none was written.
    async fn wording(&self) -> Option<&str> {
        self.0.wording.as_deref()
    }
    async fn names_subject(&self) -> bool {
        self.0.names_subject
    }
    async fn also_one_to_one(&self) -> bool {
        self.0.also_one_to_one
    }
    async fn witness_word(&self) -> WitnessWord {
        self.0.witness_word.into()
    }
    async fn principle(&self) -> Option<&str> {
        self.0.principle.as_deref()
    }
    async fn repair(&self) -> Option<&str> {
        self.0.repair.as_deref()
    }
    async fn decided_at(&self) -> DateTime<Utc> {
        self.0.decided_at
    }
    async fn confirmed_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.confirmed_by).await
    }
    async fn delivered_at(&self) -> Option<DateTime<Utc>> {
        self.0.delivered_at
    }
    async fn delivered_in(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, self.0.delivered_in).await
    }
    async fn retracted_at(&self) -> Option<DateTime<Utc>> {
        self.0.retracted_at
    }
    async fn version(&self) -> i32 {
        self.0.version
    }
}
