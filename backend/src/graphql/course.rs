//! The course of an entry: steps from leader to leader, versions of the decision.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use upheld_store as store;

use super::incident::Consideration;
use super::person::{Person, Venue, person, person_opt, venue_opt};
use super::words::{Handling, Heard, Outcome, StepKind, WitnessWord};

/// A step from leader to leader.
pub(crate) struct IncidentStep(pub store::IncidentStep);

/// A step on the decision's way from leader to leader.
#[Object]
impl IncidentStep {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn kind(&self) -> StepKind {
        self.0.kind.into()
    }
    /// Who did it: a leader, or the admin whose change it followed.
    async fn by(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.by).await
    }
    /// Who was to decide before.
    async fn from(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.from).await
    }
    /// Who does from then on.
    async fn to(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.to).await
    }
    /// Why, where somebody was asked for it.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// A version of a decision.
pub(crate) struct DecisionVersion(pub store::DecisionVersion);

impl DecisionVersion {
    fn said<T>(&self, part: impl Fn(&store::VersionBody) -> Option<T>) -> Option<T> {
        self.0.said.as_ref().and_then(part)
    }
}

/// A version of a decision. Of a decision that was taken back its words are gone, also here.
#[Object]
impl DecisionVersion {
    async fn version(&self) -> i32 {
        self.0.version
    }
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.recorded_by).await
    }
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
    /// Null, like all that follows, when it was taken back.
    async fn outcome(&self) -> Option<Outcome> {
        self.said(|s| Some(s.outcome.into()))
    }
    async fn handling(&self) -> Option<Handling> {
        self.said(|s| s.handling.map(Into::into))
    }
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, self.said(|s| s.venue)).await
    }
    async fn consideration(&self) -> Option<Consideration> {
        self.said(|s| match s.answers {
            [Some(only_one_who_knows), Some(nobody_else_affected), Some(known_at_first_hand)] => {
                Some(Consideration(upheld_domain::decision::Consideration {
                    only_one_who_knows,
                    nobody_else_affected,
                    known_at_first_hand,
                }))
            }
            _ => None,
        })
    }
    async fn heard(&self) -> Option<Heard> {
        self.said(|s| s.heard.map(Into::into))
    }
    async fn heard_reason(&self) -> Option<String> {
        self.said(|s| s.heard_reason.clone())
    }
    async fn rationale(&self) -> Option<String> {
        self.said(|s| s.rationale.clone())
    }
    async fn wording(&self) -> Option<String> {
        self.said(|s| s.wording.clone())
    }
    async fn names_subject(&self) -> Option<bool> {
        self.said(|s| Some(s.names_subject))
    }
    async fn witness_word(&self) -> Option<WitnessWord> {
        self.said(|s| Some(s.witness_word.into()))
    }
    async fn principle(&self) -> Option<String> {
        self.said(|s| s.principle.clone())
    }
    async fn repair(&self) -> Option<String> {
        self.said(|s| s.repair.clone())
    }
}
