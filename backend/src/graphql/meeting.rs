//! Team meetings: the page for the next one, points that people add, and what was written down.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use upheld_domain::Id;
use upheld_domain::meetings::Talked;
use upheld_store as store;

use super::dates::Date;
use super::error::fail;
use super::ids::{input_id, input_id_opt, input_ids, object_id, target_id};
use super::incident::Incident;
use super::loaders::{RecognitionKey, TopicKey, ValueKey, load, load_all, viewer};
use super::person::{Person, Venue, person, person_opt, venue_opt};
use super::recognition::Recognition;
use super::topic::{Topic, TopicPayload};
use super::value::Value;
use super::words::PointKind;

async fn recognitions(ctx: &Context<'_>, ids: &[Id]) -> Result<Vec<Recognition>> {
    let found = load_all(ctx, ids.iter().copied().map(RecognitionKey).collect()).await?;
    Ok(found.into_iter().map(Recognition).collect())
}

async fn value_opt(ctx: &Context<'_>, id: Option<Id>) -> Result<Option<Value>> {
    match id {
        Some(id) => Ok(load(ctx, ValueKey(id)).await?.map(Value)),
        None => Ok(None),
    }
}

/// A venue whose meetings the viewer has a part in.
pub(crate) struct MeetingPlace(store::MeetingPlace);

/// A venue whose meetings the viewer has a part in: they are among its people, or lead them.
#[Object]
impl MeetingPlace {
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, Some(self.0.venue)).await
    }
    /// Whether the viewer prepares, holds and finishes them.
    async fn holds(&self) -> bool {
        self.0.holds
    }
}

/// The next meeting of a venue.
pub(crate) struct Meeting(store::Meeting);

/// The next meeting of a venue, prepared or proposed: for its people and its leaders.
#[Object]
impl Meeting {
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, Some(self.0.venue)).await
    }
    /// Whether the viewer prepares, holds and finishes it.
    async fn holds(&self) -> bool {
        self.0.holds
    }
    /// Null while everything is proposed by the server.
    async fn prepared_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.prepared_by).await
    }
    async fn planned_on(&self) -> Option<Date> {
        self.0.planned_on.map(Date)
    }
    /// The value that it talks about.
    async fn value(&self, ctx: &Context<'_>) -> Result<Option<Value>> {
        value_opt(ctx, self.0.value).await
    }
    /// Public recognitions that show the value; at most two.
    #[graphql(complexity = "2 * child_complexity + 1")]
    async fn examples(&self, ctx: &Context<'_>) -> Result<Vec<Recognition>> {
        recognitions(ctx, &self.0.examples).await
    }
    /// When the last meeting here was over: "what is different from last time".
    async fn previous_at(&self) -> Option<DateTime<Utc>> {
        self.0.previous_at
    }
    /// The topics of everybody and of the venue's teams.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn topics(&self) -> Vec<Topic> {
        self.0.topics.iter().cloned().map(Topic).collect()
    }
    /// What people want to talk about, oldest first.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn points(&self) -> Vec<MeetingPoint> {
        self.0.points.iter().cloned().map(MeetingPoint).collect()
    }
    /// The entries with a decision of the viewer's own that waits to be said here. Nobody else reads that there are any.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn waiting(&self) -> Vec<Incident> {
        self.0.waiting.iter().cloned().map(Incident).collect()
    }
}

/// Something that somebody wants to talk about.
pub(crate) struct MeetingPoint(store::Point);

/// Something that somebody wants to talk about: a question, or where what is said and what is done drift apart.
#[Object]
impl MeetingPoint {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn kind(&self) -> PointKind {
        self.0.kind.into()
    }
    async fn text(&self) -> &str {
        &self.0.text
    }
    async fn author(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.author).await
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
    /// What came of it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
    /// Who decides what is open.
    async fn decides(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.decides).await
    }
}

/// A meeting that is over.
pub(crate) struct PastMeeting(store::PastMeeting);

/// A meeting that is over: for who has a part in the venue's meetings now.
#[Object]
impl PastMeeting {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, Some(self.0.venue)).await
    }
    async fn held_by(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.held_by).await
    }
    async fn finished_at(&self) -> DateTime<Utc> {
        self.0.finished_at
    }
    async fn value(&self, ctx: &Context<'_>) -> Result<Option<Value>> {
        value_opt(ctx, self.0.value).await
    }
    /// Those that were not retracted since.
    #[graphql(complexity = "2 * child_complexity + 1")]
    async fn examples(&self, ctx: &Context<'_>) -> Result<Vec<Recognition>> {
        recognitions(ctx, &self.0.examples).await
    }
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn topics(&self) -> Vec<MeetingTopic> {
        self.0.topics.iter().cloned().map(MeetingTopic).collect()
    }
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn points(&self) -> Vec<MeetingPoint> {
        self.0.points.iter().cloned().map(MeetingPoint).collect()
    }
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// A topic that a meeting talked about.
pub(crate) struct MeetingTopic(Talked);

/// A topic that a meeting talked about, with what came of it.
#[Object]
impl MeetingTopic {
    async fn topic(&self, ctx: &Context<'_>) -> Result<Option<Topic>> {
        Ok(load(ctx, TopicKey(self.0.id)).await?.map(Topic))
    }
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
    /// Who decides what is open.
    async fn decides(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.decides).await
    }
}

#[derive(InputObject)]
pub(crate) struct PlanMeetingInput {
    pub venue_id: ID,
    pub planned_on: Option<Date>,
    /// Absent: the server proposes one.
    pub value_id: Option<ID>,
    /// At most two recognitions of the value; absent: the server proposes them.
    #[graphql(default)]
    pub example_ids: Vec<ID>,
}

#[derive(InputObject)]
pub(crate) struct AddMeetingPointInput {
    /// Made by the client; a retry with the same key adds no second point.
    pub key: ID,
    pub venue_id: ID,
    pub kind: PointKind,
    pub text: String,
    /// An entry that the viewer decides and that shows the gap. It is not kept; the words must not name whom it is about.
    pub incident_id: Option<ID>,
}

#[derive(InputObject)]
pub(crate) struct TakeBackMeetingPointInput {
    pub point_id: ID,
}

#[derive(InputObject)]
pub(crate) struct TalkedTopicInput {
    pub topic_id: ID,
    pub note: Option<String>,
    pub decides_id: Option<ID>,
}

#[derive(InputObject)]
pub(crate) struct TalkedPointInput {
    pub point_id: ID,
    pub note: Option<String>,
    pub decides_id: Option<ID>,
}

#[derive(InputObject)]
pub(crate) struct FinishMeetingInput {
    /// Made by the client; a retry with the same key writes down no second meeting.
    pub key: ID,
    pub venue_id: ID,
    /// The value that was talked about.
    pub value_id: Option<ID>,
    #[graphql(default)]
    pub example_ids: Vec<ID>,
    #[graphql(default)]
    pub topics: Vec<TalkedTopicInput>,
    #[graphql(default)]
    pub points: Vec<TalkedPointInput>,
    pub note: Option<String>,
}

#[derive(InputObject)]
pub(crate) struct MentionTopicInput {
    /// Made by the client; a retry with the same key counts no second time.
    pub key: ID,
    pub topic_id: ID,
}

#[derive(SimpleObject)]
pub(crate) struct MeetingPayload {
    meeting: Meeting,
}
#[derive(SimpleObject)]
pub(crate) struct MeetingPointPayload {
    point: MeetingPoint,
}
#[derive(SimpleObject)]
pub(crate) struct PastMeetingPayload {
    meeting: PastMeeting,
}

/// Team meetings.
#[derive(Default)]
pub(crate) struct MeetingQuery;

#[Object]
impl MeetingQuery {
    /// The venues whose meetings the viewer has a part in, by name.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn meeting_places(&self, ctx: &Context<'_>) -> Result<Vec<MeetingPlace>> {
        let places = viewer(ctx)?.meeting_places().await.map_err(|e| fail(ctx, e))?;
        Ok(places.into_iter().map(MeetingPlace).collect())
    }

    /// The next meeting of a venue; null where the viewer has no part in it.
    #[graphql(complexity = "child_complexity + 20")]
    async fn meeting(&self, ctx: &Context<'_>, venue_id: ID) -> Result<Option<Meeting>> {
        let store = viewer(ctx)?;
        let Some(venue) = object_id(&venue_id) else { return Ok(None) };
        Ok(store.meeting(venue).await.map_err(|e| fail(ctx, e))?.map(Meeting))
    }

    /// The meetings of a venue that are over, newest first, at most 50; none where the viewer has no part in them.
    #[graphql(complexity = "10 * child_complexity + 10")]
    async fn past_meetings(&self, ctx: &Context<'_>, venue_id: ID) -> Result<Vec<PastMeeting>> {
        let store = viewer(ctx)?;
        let Some(venue) = object_id(&venue_id) else { return Ok(Vec::new()) };
        let meetings = store.past_meetings(venue).await.map_err(|e| fail(ctx, e))?;
        Ok(meetings.into_iter().map(PastMeeting).collect())
    }
}

/// Changes of team meetings.
#[derive(Default)]
pub(crate) struct MeetingMutation;

#[Object]
impl MeetingMutation {
    /// Prepares the next meeting of a venue: who leads its people.
    async fn plan_meeting(&self, ctx: &Context<'_>, input: PlanMeetingInput) -> Result<MeetingPayload> {
        let store = viewer(ctx)?;
        let value = input_id_opt("valueId", input.value_id.as_ref())?;
        let examples = input_ids("exampleIds", &input.example_ids)?;
        let planned = async {
            let venue = target_id(&input.venue_id)?;
            let planned_on = input.planned_on.map(|d| d.0);
            store.plan_meeting(store::PlanInput { venue, planned_on, value, examples }).await
        };
        Ok(MeetingPayload { meeting: Meeting(planned.await.map_err(|e| fail(ctx, e))?) })
    }

    /// Adds something to talk about at the next meeting: whoever is there.
    async fn add_meeting_point(
        &self,
        ctx: &Context<'_>,
        input: AddMeetingPointInput,
    ) -> Result<MeetingPointPayload> {
        let store = viewer(ctx)?;
        let key = input_id("key", &input.key)?;
        let added = async {
            let venue = target_id(&input.venue_id)?;
            let incident = input.incident_id.as_ref().map(target_id).transpose()?;
            let kind = input.kind.into();
            store.add_point(store::PointInput { key, venue, kind, text: input.text, incident }).await
        };
        Ok(MeetingPointPayload { point: MeetingPoint(added.await.map_err(|e| fail(ctx, e))?) })
    }

    /// Takes a point back that was not talked about yet: who added it.
    async fn take_back_meeting_point(
        &self,
        ctx: &Context<'_>,
        input: TakeBackMeetingPointInput,
    ) -> Result<MeetingPointPayload> {
        let store = viewer(ctx)?;
        let taken = async { store.take_back_point(target_id(&input.point_id)?).await };
        Ok(MeetingPointPayload { point: MeetingPoint(taken.await.map_err(|e| fail(ctx, e))?) })
    }

    /// Writes down what a meeting talked about: who leads its people.
    async fn finish_meeting(
        &self,
        ctx: &Context<'_>,
        input: FinishMeetingInput,
    ) -> Result<PastMeetingPayload> {
        let store = viewer(ctx)?;
        let key = input_id("key", &input.key)?;
        let value = input_id_opt("valueId", input.value_id.as_ref())?;
        let examples = input_ids("exampleIds", &input.example_ids)?;
        let mut topics = Vec::with_capacity(input.topics.len());
        for (n, t) in input.topics.into_iter().enumerate() {
            let id = input_id(&format!("topics.{n}.topicId"), &t.topic_id)?;
            let decides = input_id_opt(&format!("topics.{n}.decidesId"), t.decides_id.as_ref())?;
            topics.push(Talked { id, note: t.note, decides });
        }
        let mut points = Vec::with_capacity(input.points.len());
        for (n, p) in input.points.into_iter().enumerate() {
            let id = input_id(&format!("points.{n}.pointId"), &p.point_id)?;
            let decides = input_id_opt(&format!("points.{n}.decidesId"), p.decides_id.as_ref())?;
            points.push(Talked { id, note: p.note, decides });
        }
        let finished = async {
            let venue = target_id(&input.venue_id)?;
            let note = input.note;
            store
                .finish_meeting(store::FinishInput { key, venue, value, examples, topics, points, note })
                .await
        };
        Ok(PastMeetingPayload { meeting: PastMeeting(finished.await.map_err(|e| fail(ctx, e))?) })
    }

    /// Notes that a topic was mentioned in a 1:1: leaders. With whom is not kept.
    async fn mention_topic(&self, ctx: &Context<'_>, input: MentionTopicInput) -> Result<TopicPayload> {
        let store = viewer(ctx)?;
        let key = input_id("key", &input.key)?;
        let done = async { store.mention_topic(key, target_id(&input.topic_id)?).await };
        Ok(TopicPayload { topic: Topic(done.await.map_err(|e| fail(ctx, e))?) })
    }
}
