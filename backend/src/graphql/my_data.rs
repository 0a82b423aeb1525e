//! "My data": everything about the viewer. Each list is the viewer's own; the store has masked what is in it.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use upheld_store::{self as store, Cursor, PageRequest, Slice, StoreError, ViewerStore};

use super::audit::Reading;
use super::error::fail;
use super::incident::Incident;
use super::loaders::{IncidentKey, PersonKey, load, viewer};
use super::page::{PageArgs, connection, rows};
use super::person::{Person, Venue, person, venue_opt};
use super::recognition::{Notice, Recognition};
use super::session::{ApiToken, Session};
use super::words::{Handling, Outcome};

/// Everything about the viewer.
pub(crate) struct MyData;

/// Reads a page of one of the viewer's lists.
async fn page<T, N, F>(
    ctx: &Context<'_>,
    args: PageArgs,
    read: impl FnOnce(ViewerStore, PageRequest<Cursor>) -> F,
    node: impl Fn(T) -> N,
) -> Result<Connection<String, N>>
where
    F: Future<Output = Result<Slice<T, Cursor>, StoreError>>,
    N: async_graphql::OutputType,
{
    let request = args.request()?;
    let slice = read(viewer(ctx)?, request).await.map_err(|e| fail(ctx, e))?;
    Ok(connection(slice, node))
}

/// Everything about the viewer, list by list, newest first. Nobody reads another person's.
#[Object]
impl MyData {
    /// The viewer as the organisation keeps them.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, viewer(ctx)?.viewer().id()).await
    }

    /// Entries about the viewer, from when they may see them and as much of them; of an erased one the stub.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn about_me(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Incident>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.entries_about_me(&p).await, Incident).await
    }

    /// Entries that the viewer logged; of an erased one the stub. Corrections of others fold away here too.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn logged_by_me(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Incident>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.entries_by_me(&p).await, Incident).await
    }

    /// Decisions that the viewer took: what and when, without whom they are about.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn decisions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, MyDecision>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.decisions_by_me(&p).await, MyDecision).await
    }

    /// Published recognitions that name the viewer, as recognised or as who noticed.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn recognitions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Recognition>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.recognitions_of_me(&p).await, Recognition).await
    }

    /// Notices that name the viewer, in whatever venue.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn notices(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Notice>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.notices_naming_me(&p).await, Notice).await
    }

    /// What the viewer replied to entries.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn replies(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, MyWords>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.my_replies(&p).await, MyWords).await
    }

    /// What the viewer asked about entries.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn questions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, MyWords>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.my_questions(&p).await, MyWords).await
    }

    /// What the viewer was asked about entries.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn questions_to_me(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, MyWords>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.questions_to_me(&p).await, MyWords).await
    }

    /// The viewer's comments on recognitions.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn comments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, MyComment>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.my_comments(&p).await, MyComment).await
    }

    /// The points that the viewer added to team meetings.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn meeting_points(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, MyMeetingPoint>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.my_points(&p).await, MyMeetingPoint).await
    }

    /// The viewer's reactions to recognitions.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn reactions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, MyReaction>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.my_reactions(&p).await, MyReaction).await
    }

    /// Who opened and read entries about the viewer without being a party to them, and why; as far as the viewer may know
    /// of the entry.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn readings(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Reading>> {
        let args = PageArgs { first, after, last, before };
        page(ctx, args, async |s, p| s.readings_about_me(&p).await, Reading).await
    }

    /// The viewer's sessions that have not ended, newest first.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let list = viewer(ctx)?.sessions().await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(Session).collect())
    }

    /// The viewer's personal access tokens, newest first.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Vec<ApiToken>> {
        let list = viewer(ctx)?.tokens().await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(ApiToken).collect())
    }
}

/// A decision that the viewer took.
pub(crate) struct MyDecision(store::MyDecision);

/// A decision that the viewer took: what and when.
#[Object]
impl MyDecision {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    /// The id of the entry that was decided.
    async fn incident_id(&self) -> ID {
        self.0.incident.into()
    }
    async fn outcome(&self) -> Outcome {
        self.0.outcome.into()
    }
    async fn handling(&self) -> Option<Handling> {
        self.0.handling.map(Into::into)
    }
    async fn decided_at(&self) -> DateTime<Utc> {
        self.0.decided_at
    }
    async fn delivered_at(&self) -> Option<DateTime<Utc>> {
        self.0.delivered_at
    }
    async fn retracted_at(&self) -> Option<DateTime<Utc>> {
        self.0.retracted_at
    }
}

/// A reply or a question.
pub(crate) struct MyWords(store::MyWords);

/// A reply or a question of the viewer's, or a question to them.
#[Object]
impl MyWords {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    /// The entry that it is about; null where the viewer no longer sees it.
    async fn incident(&self, ctx: &Context<'_>) -> Result<Option<Incident>> {
        Ok(load(ctx, IncidentKey(self.0.about)).await?.map(Incident))
    }
    async fn text(&self) -> &str {
        &self.0.text
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// A comment of the viewer's.
pub(crate) struct MyComment(store::MyWords);

/// A comment of the viewer's on a recognition.
#[Object]
impl MyComment {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn recognition_id(&self) -> ID {
        self.0.about.into()
    }
    async fn text(&self) -> &str {
        &self.0.text
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// A point that the viewer added to a team meeting.
pub(crate) struct MyMeetingPoint(store::MyWords);

/// A point that the viewer added to a team meeting. What came of it stands with the meeting.
#[Object]
impl MyMeetingPoint {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, Some(self.0.about)).await
    }
    async fn text(&self) -> &str {
        &self.0.text
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// A reaction of the viewer's.
pub(crate) struct MyReaction(store::MyReaction);

/// A reaction of the viewer's to a recognition.
#[Object]
impl MyReaction {
    async fn recognition_id(&self) -> ID {
        self.0.recognition.into()
    }
    async fn emoji(&self) -> &str {
        &self.0.emoji
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// A legal hold.
pub(crate) struct LegalHold(pub store::LegalHold);

/// A legal hold: nothing of the entry is erased while it is on. Admins alone read it; it tells nothing of the entry.
#[Object]
impl LegalHold {
    async fn incident_id(&self) -> ID {
        self.0.incident.into()
    }
    /// The admin who set it.
    async fn set_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(load(ctx, PersonKey(self.0.set_by)).await?.map(Person))
    }
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}
