//! Topics: business context, strategy and goals, with check-ins and how often they are talked about.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use upheld_domain::topics::{CYCLE_DAYS, Measure, TopicForm};
use upheld_store as store;

use super::error::fail;
use super::ids::{input_id_opt, object_id, target_id};
use super::loaders::viewer;
use super::person::{Person, Team, person_opt, team_opt};
use super::words::{Attention, TopicKind};

/// Something that a team must be aligned on.
pub(crate) struct Topic(pub store::Topic);

/// Business context, strategy or a goal: what a team must be aligned on beside values. Public inside the organisation.
#[Object]
impl Topic {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn kind(&self) -> TopicKind {
        self.0.kind.into()
    }
    /// Null for everybody's.
    async fn team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        team_opt(ctx, self.0.team).await
    }
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// What a goal is measured in.
    async fn unit(&self) -> Option<&str> {
        self.0.measure.as_ref().map(|m| m.unit.as_str())
    }
    /// Where it began, in its unit.
    async fn baseline(&self) -> Option<f64> {
        self.0.measure.as_ref().map(|m| m.baseline)
    }
    /// Where it is to be, in its unit. Below the baseline, less is better.
    async fn target(&self) -> Option<f64> {
        self.0.measure.as_ref().map(|m| m.target)
    }
    /// Two of these without a check-in or a team meeting, and it is being discounted.
    async fn cycle_days(&self) -> i32 {
        self.0.cycle_days
    }
    async fn retired(&self) -> bool {
        self.0.retired
    }
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// The last 26, oldest first.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn check_ins(&self) -> Vec<CheckIn> {
        self.0.check_ins.iter().cloned().map(CheckIn).collect()
    }
    /// In how many team meetings it was talked about.
    async fn discussed(&self) -> i64 {
        self.0.discussed
    }
    async fn last_discussed_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_discussed
    }
    /// In how many 1:1s it was mentioned. With whom is not kept.
    async fn mentioned(&self) -> i64 {
        self.0.mentioned
    }
    async fn attention(&self) -> Attention {
        self.0.attention.into()
    }
}

/// Where a goal stood.
pub(crate) struct CheckIn(store::CheckIn);

/// Where a goal stood on a day.
#[Object]
impl CheckIn {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn value(&self) -> f64 {
        self.0.value
    }
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
    /// Null for an imported one.
    async fn by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.by).await
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

#[derive(InputObject)]
pub(crate) struct SaveTopicInput {
    /// Absent for a new one.
    pub id: Option<ID>,
    /// It stays what it was on a change.
    pub kind: TopicKind,
    /// Absent for everybody's; it stays what it was on a change.
    pub team_id: Option<ID>,
    pub text: String,
    /// Of a goal, with the two numbers.
    pub unit: Option<String>,
    pub baseline: Option<f64>,
    pub target: Option<f64>,
    /// 1 to 366.
    #[graphql(default_with = "Some(CYCLE_DAYS)")]
    pub cycle_days: Option<i32>,
    #[graphql(default_with = "Some(false)")]
    pub retired: Option<bool>,
}

#[derive(InputObject)]
pub(crate) struct CheckInInput {
    pub topic_id: ID,
    /// In the goal's unit.
    pub value: f64,
    pub note: Option<String>,
}

#[derive(SimpleObject)]
pub(crate) struct TopicPayload {
    pub(crate) topic: Topic,
}

/// Topics.
#[derive(Default)]
pub(crate) struct TopicQuery;

#[Object]
impl TopicQuery {
    /// The topics of everybody and of all teams, oldest first; at most 200.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn topics(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(false)")] include_retired: Option<bool>,
    ) -> Result<Vec<Topic>> {
        let list = viewer(ctx)?.topics(include_retired.unwrap_or(false)).await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(Topic).collect())
    }

    async fn topic(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Topic>> {
        let store = viewer(ctx)?;
        let Some(id) = object_id(&id) else { return Ok(None) };
        Ok(store.topics_by_id(&[id]).await.map_err(|e| fail(ctx, e))?.pop().map(Topic))
    }
}

/// Changes of topics.
#[derive(Default)]
pub(crate) struct TopicMutation;

#[Object]
impl TopicMutation {
    /// Writes a topic: of a team its lead and that lead's manager, of everybody the leader at the top; and admins.
    async fn save_topic(&self, ctx: &Context<'_>, input: SaveTopicInput) -> Result<TopicPayload> {
        let store = viewer(ctx)?;
        let team = input_id_opt("teamId", input.team_id.as_ref())?;
        let measure = match (input.unit, input.baseline, input.target) {
            (None, None, None) => None,
            (unit, baseline, target) => Some(Measure {
                unit: unit.unwrap_or_default(),
                baseline: baseline.unwrap_or(f64::NAN),
                target: target.unwrap_or(f64::NAN),
            }),
        };
        let saved = async {
            let id = input.id.as_ref().map(target_id).transpose()?;
            let form = TopicForm {
                kind: input.kind.into(),
                text: input.text,
                measure,
                cycle_days: input.cycle_days.unwrap_or(CYCLE_DAYS),
            };
            store
                .save_topic(store::TopicInput { id, team, form, retired: input.retired.unwrap_or(false) })
                .await
        };
        Ok(TopicPayload { topic: Topic(saved.await.map_err(|e| fail(ctx, e))?) })
    }

    /// Says where a goal stands: whoever may write it, and every leader.
    async fn check_in(&self, ctx: &Context<'_>, input: CheckInInput) -> Result<TopicPayload> {
        let store = viewer(ctx)?;
        let done =
            async { store.check_in(target_id(&input.topic_id)?, input.value, input.note.as_deref()).await };
        Ok(TopicPayload { topic: Topic(done.await.map_err(|e| fail(ctx, e))?) })
    }
}
