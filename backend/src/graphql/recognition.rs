//! The public feed, and the notices of venues.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Datelike, Utc};
use upheld_store as store;

use super::error::{bad_field, fail};
use super::ids::{input_id_opt, unknown};
use super::loaders::{CommentsKey, PersonKey, ReactionsKey, TeamKey, ValueKey, VenueKey, load};
use super::page::{PageArgs, connection, rows};
use super::person::{Person, Venue, people, person, person_opt, venue_opt};
use super::value::{Value, values};
use super::words::NoticeKind;

/// The public face of a delivered public recognition.
pub(crate) struct Recognition(pub store::Recognition);

/// The public face of a delivered public recognition.
#[Object]
impl Recognition {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn published_at(&self) -> DateTime<Utc> {
        self.0.published_at
    }
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn subjects(&self, ctx: &Context<'_>) -> Result<Vec<Person>> {
        people(ctx, &self.0.subjects).await
    }
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn values(&self, ctx: &Context<'_>) -> Result<Vec<Value>> {
        values(ctx, &self.0.values).await
    }
    async fn leader(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.leader).await
    }
    /// Who noticed, where they asked to be named.
    async fn spotted_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.spotted_by).await
    }
    async fn venue(&self, ctx: &Context<'_>) -> Result<Option<Venue>> {
        venue_opt(ctx, self.0.venue).await
    }
    async fn wording(&self) -> &str {
        &self.0.wording
    }
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn reactions(&self, ctx: &Context<'_>) -> Result<Vec<ReactionCount>> {
        let found = load(ctx, ReactionsKey(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(ReactionCount).collect())
    }
    /// Oldest first.
    #[graphql(complexity = "rows(first, last) * child_complexity + 5")]
    async fn comments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Comment>> {
        let page = PageArgs { first, after, last, before }.request()?;
        let found = load(ctx, CommentsKey(self.0.id, page)).await?;
        let slice = found
            .ok_or_else(|| fail(ctx, store::StoreError::Internal("a page of comments is missing".into())))?;
        Ok(connection(slice, Comment))
    }
}

/// One kind of reaction.
pub(crate) struct ReactionCount(store::Reaction);

/// One kind of reaction, as a count.
#[Object]
impl ReactionCount {
    async fn emoji(&self) -> &str {
        &self.0.emoji
    }
    async fn count(&self) -> i32 {
        self.0.count
    }
    async fn viewer_reacted(&self) -> bool {
        self.0.mine
    }
}

/// A comment.
pub(crate) struct Comment(store::Comment);

/// A comment on a recognition.
#[Object]
impl Comment {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn author(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.author).await
    }
    async fn text(&self) -> &str {
        &self.0.text
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// A notice.
pub(crate) struct Notice(pub store::Notice);

/// What a venue's people read: the public wording of a correction said there, a witness word, a retraction.
#[Object]
impl Notice {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn venue(&self, ctx: &Context<'_>) -> Result<Venue> {
        let found = venue_opt(ctx, Some(self.0.venue)).await?;
        found.ok_or_else(|| fail(ctx, store::StoreError::Internal("a venue is missing".into())))
    }
    async fn kind(&self) -> NoticeKind {
        self.0.kind.into()
    }
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn values(&self, ctx: &Context<'_>) -> Result<Vec<Value>> {
        values(ctx, &self.0.values).await
    }
    async fn wording(&self) -> &str {
        &self.0.wording
    }
    /// The person, only where the leader chose to name them.
    async fn about(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.about).await
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// What to show of the feed.
#[derive(InputObject, Default)]
pub(crate) struct RecognitionFilter {
    value_id: Option<ID>,
    team_id: Option<ID>,
    person_id: Option<ID>,
    leader_id: Option<ID>,
    /// Where it was said.
    venue_id: Option<ID>,
    /// Words, each as the beginning of a word; all must match.
    search: Option<String>,
    /// Published at or after.
    since: Option<DateTime<Utc>>,
    /// Published before.
    until: Option<DateTime<Utc>>,
}

impl RecognitionFilter {
    /// Reads the filter; an id of nothing is wrong input and not an empty list.
    pub(crate) async fn read(self, ctx: &Context<'_>) -> Result<store::RecognitionFilter> {
        let value = input_id_opt("valueId", self.value_id.as_ref())?;
        if let Some(id) = value {
            load(ctx, ValueKey(id)).await?.ok_or_else(|| unknown("valueId"))?;
        }
        let team = input_id_opt("teamId", self.team_id.as_ref())?;
        if let Some(id) = team {
            load(ctx, TeamKey(id)).await?.ok_or_else(|| unknown("teamId"))?;
        }
        let person = input_id_opt("personId", self.person_id.as_ref())?;
        if let Some(id) = person {
            load(ctx, PersonKey(id)).await?.ok_or_else(|| unknown("personId"))?;
        }
        let leader = input_id_opt("leaderId", self.leader_id.as_ref())?;
        if let Some(id) = leader {
            load(ctx, PersonKey(id)).await?.ok_or_else(|| unknown("leaderId"))?;
        }
        let venue = input_id_opt("venueId", self.venue_id.as_ref())?;
        if let Some(id) = venue {
            load(ctx, VenueKey(id)).await?.ok_or_else(|| unknown("venueId"))?;
        }
        for (field, time) in [("since", self.since), ("until", self.until)] {
            if time.is_some_and(|t| !(1970..=9000).contains(&t.year())) {
                return Err(bad_field(field, "Please give a time within the years 1970 to 9000."));
            }
        }
        Ok(store::RecognitionFilter {
            value,
            team,
            person,
            leader,
            venue,
            search: self.search,
            since: self.since,
            until: self.until,
        })
    }
}
