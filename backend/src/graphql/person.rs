//! People, teams, venues, the organisation.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object, Result};
use upheld_domain::Id;
use upheld_store as store;

use super::error::fail;
use super::loaders::{LeaderKey, MembersKey, PersonKey, ReportsKey, TeamKey, load, load_all, viewer};
use super::page::{PageArgs, connection, rows};
use super::records::Retention;
use super::words::{Audience, RecognitionPreference, Role};

/// A person of the organisation.
pub(crate) struct Person(pub store::Person);

/// Somebody who must exist, since a row refers to them.
pub(crate) async fn person(ctx: &Context<'_>, id: Id) -> Result<Person> {
    let found = load(ctx, PersonKey(id)).await?;
    found.map(Person).ok_or_else(|| fail(ctx, store::StoreError::Internal("a person is missing".into())))
}

pub(crate) async fn team_opt(ctx: &Context<'_>, id: Option<Id>) -> Result<Option<Team>> {
    match id {
        Some(id) => Ok(load(ctx, TeamKey(id)).await?.map(Team)),
        None => Ok(None),
    }
}

pub(crate) async fn person_opt(ctx: &Context<'_>, id: Option<Id>) -> Result<Option<Person>> {
    match id {
        Some(id) => Ok(load(ctx, PersonKey(id)).await?.map(Person)),
        None => Ok(None),
    }
}

pub(crate) async fn people(ctx: &Context<'_>, ids: &[Id]) -> Result<Vec<Person>> {
    let found = load_all(ctx, ids.iter().copied().map(PersonKey).collect()).await?;
    Ok(found.into_iter().map(Person).collect())
}

/// A page of people that a loader gave.
fn page_of(
    ctx: &Context<'_>,
    found: Option<store::Slice<store::Person, store::NameCursor>>,
) -> Result<Connection<String, Person>> {
    let slice =
        found.ok_or_else(|| fail(ctx, store::StoreError::Internal("a page of people is missing".into())))?;
    Ok(connection(slice, Person))
}

/// A person of the organisation.
#[Object]
impl Person {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn name(&self) -> &str {
        &self.0.name
    }
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }
    async fn team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        match self.0.team {
            Some(id) => Ok(load(ctx, TeamKey(id)).await?.map(Team)),
            None => Ok(None),
        }
    }
    async fn manager(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.manager).await
    }
    async fn role(&self) -> Role {
        self.0.role.into()
    }
    /// Has at least one active direct report, or leads a team.
    async fn is_leader(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(load(ctx, LeaderKey(self.0.id)).await?.unwrap_or_default())
    }
    async fn recognition_preference(&self) -> RecognitionPreference {
        self.0.preference.into()
    }
    /// Active direct reports by name.
    #[graphql(complexity = "rows(first, last) * child_complexity + 50")]
    async fn reports(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Person>> {
        let page = PageArgs { first, after, last, before }.request()?;
        page_of(ctx, load(ctx, ReportsKey(self.0.id, page)).await?)
    }
    /// Whether they are of the organisation now; who left stays in what they wrote, decided, or was about them.
    async fn active(&self) -> bool {
        self.0.active
    }
    /// Visible to the person and to admins.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }
}

/// A team.
pub(crate) struct Team(pub store::Team);

/// A team.
#[Object]
impl Team {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn name(&self) -> &str {
        &self.0.name
    }
    async fn lead(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.lead).await
    }
    /// Active members by name.
    #[graphql(complexity = "rows(first, last) * child_complexity + 50")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Person>> {
        let page = PageArgs { first, after, last, before }.request()?;
        page_of(ctx, load(ctx, MembersKey(self.0.id, page)).await?)
    }
}

/// Where things happen.
pub(crate) struct Venue(pub store::Venue);

pub(crate) async fn venue_opt(ctx: &Context<'_>, id: Option<Id>) -> Result<Option<Venue>> {
    match id {
        Some(id) => Ok(load(ctx, super::loaders::VenueKey(id)).await?.map(Venue)),
        None => Ok(None),
    }
}

/// Where things happen: a stand-up, a channel, an all-hands.
#[Object]
impl Venue {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn name(&self) -> &str {
        &self.0.name
    }
    async fn audience(&self) -> Audience {
        self.0.audience.into()
    }
    async fn audience_size(&self) -> i32 {
        self.0.audience_size
    }
    /// All people are its people.
    async fn everybody(&self) -> bool {
        self.0.everybody
    }
    /// The teams whose members are its people.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn teams(&self, ctx: &Context<'_>) -> Result<Vec<Team>> {
        let found = load_all(ctx, self.0.teams.iter().copied().map(TeamKey).collect()).await?;
        Ok(found.into_iter().map(Team).collect())
    }
    /// The people named as its people.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn people(&self, ctx: &Context<'_>) -> Result<Vec<Person>> {
        people(ctx, &self.0.people).await
    }
}

/// The organisation.
pub(crate) struct Organisation(pub store::Organisation);

/// The organisation and its limits.
#[Object]
impl Organisation {
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// An IANA time zone; months are counted in it.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }
    /// Hours after which an undecided entry is overdue.
    async fn hours_to_decide(&self) -> u32 {
        self.0.limits.hours_to_decide
    }
    /// Days after which an undecided violation is silence.
    async fn silent_after_days(&self) -> u32 {
        self.0.limits.silent_after_days
    }
    /// How long texts are kept.
    async fn retention(&self, ctx: &Context<'_>) -> Result<Retention> {
        viewer(ctx)?.retention().await.map(Retention).map_err(|e| fail(ctx, e))
    }
    /// Hours after which the person sees a violation at the latest; of entries that are logged from now on.
    async fn subject_sees_after_hours(&self) -> i32 {
        self.0.subject_sees_after_hours
    }
    /// What to do with what does not belong here: harassment, discrimination, safety, law, health.
    async fn hand_over_text(&self) -> Option<&str> {
        self.0.hand_over_text.as_deref()
    }
    /// Where that belongs.
    async fn hand_over_link(&self) -> Option<&str> {
        self.0.hand_over_link.as_deref()
    }
}
