//! Queries.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, MergedObject, Object, Result};
use upheld_store::Store;

use super::account::AccountQuery;
use super::audit::{self, AuditEvent, AuditFilter, AuditState};
use super::dates::Date;
use super::error::fail;
use super::history::ReinforcementHistory;
use super::ids::{input_id_opt, object_id, unknown};
use super::incident::{Incident, Onlooker};
use super::inputs::LogIncidentInput;
use super::loaders::{IncidentKey, PersonKey, ValueKey, VenueKey, load, viewer, viewer_opt};
use super::meeting::MeetingQuery;
use super::page::{PageArgs, connection, rows};
use super::person::{Organisation, Person, Team, Venue};
use super::recognition::{Notice, Recognition, RecognitionFilter};
use super::records::RecordsQuery;
use super::session::{ApiToken, Session, Welcome};
use super::topic::TopicQuery;
use super::value::Value;

/// Everything that can be read. A hidden object and an absent one give the same answer.
#[derive(MergedObject, Default)]
pub(crate) struct Query(EntryQuery, AccountQuery, RecordsQuery, TopicQuery, MeetingQuery);

/// The organisation, entries, recognitions and what pages need.
#[derive(Default)]
pub(crate) struct EntryQuery;

#[Object]
impl EntryQuery {
    /// The signed-in person; null when signed out.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match viewer_opt(ctx) {
            Some(v) => Ok(load(ctx, PersonKey(v.viewer().id())).await?.map(Person)),
            None => Ok(None),
        }
    }

    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        viewer(ctx)?.organisation().await.map(Organisation).map_err(|e| fail(ctx, e))
    }

    #[graphql(complexity = "15 * child_complexity + 1")]
    async fn values(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(false)")] include_retired: Option<bool>,
    ) -> Result<Vec<Value>> {
        let list = viewer(ctx)?.values(include_retired.unwrap_or(false)).await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(Value).collect())
    }

    async fn value(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Value>> {
        viewer(ctx)?;
        match object_id(&id) {
            Some(id) => Ok(load(ctx, ValueKey(id)).await?.map(Value)),
            None => Ok(None),
        }
    }

    #[graphql(complexity = "30 * child_complexity + 1")]
    async fn venues(&self, ctx: &Context<'_>) -> Result<Vec<Venue>> {
        let list = viewer(ctx)?.venues().await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(Venue).collect())
    }

    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn teams(&self, ctx: &Context<'_>) -> Result<Vec<Team>> {
        let list = viewer(ctx)?.teams().await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(Team).collect())
    }

    async fn person(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Person>> {
        viewer(ctx)?;
        match object_id(&id) {
            Some(id) => Ok(load(ctx, PersonKey(id)).await?.map(Person)),
            None => Ok(None),
        }
    }

    /// Active people by name; `search` finds words of names and titles.
    #[graphql(complexity = "rows(first, last) * child_complexity + 5")]
    async fn people(
        &self,
        ctx: &Context<'_>,
        search: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Person>> {
        let page = PageArgs { first, after, last, before }.request()?;
        let search = search.as_deref().unwrap_or_default();
        upheld_domain::text::bounded("search", search, upheld_domain::text::SEARCH)
            .map_err(|e| fail(ctx, upheld_store::StoreError::Invalid(vec![e])))?;
        let slice = viewer(ctx)?.people(Some(search), &page).await.map_err(|e| fail(ctx, e))?;
        Ok(connection(slice, Person))
    }

    /// The public feed: delivered public recognitions, newest first.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn recognitions(
        &self,
        ctx: &Context<'_>,
        filter: Option<RecognitionFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Recognition>> {
        let store = viewer(ctx)?;
        let page = PageArgs { first, after, last, before }.request()?;
        let filter = filter.unwrap_or_default().read(ctx).await?;
        let slice = store.recognitions(&filter, &page).await.map_err(|e| fail(ctx, e))?;
        Ok(connection(slice, Recognition))
    }

    async fn recognition(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Recognition>> {
        let store = viewer(ctx)?;
        match object_id(&id) {
            Some(id) => {
                Ok(store.recognitions_by_id(&[id]).await.map_err(|e| fail(ctx, e))?.pop().map(Recognition))
            }
            None => Ok(None),
        }
    }

    async fn incident(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Incident>> {
        viewer(ctx)?;
        match object_id(&id) {
            Some(id) => Ok(load(ctx, IncidentKey(id)).await?.map(Incident)),
            None => Ok(None),
        }
    }

    /// What the viewer logged, newest first.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn my_incidents(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Incident>> {
        let page = PageArgs { first, after, last, before }.request()?;
        let slice = viewer(ctx)?.my_incidents(&page).await.map_err(|e| fail(ctx, e))?;
        Ok(connection(slice, Incident))
    }

    /// What waits for the viewer's decision, confirmation or delivery, oldest first.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn decision_queue(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Incident>> {
        let page = PageArgs { first, after, last, before }.request()?;
        let slice = viewer(ctx)?.decision_queue(&page).await.map_err(|e| fail(ctx, e))?;
        Ok(connection(slice, Incident))
    }

    /// Notices for venues whose people the viewer is one of, newest first.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn notices(
        &self,
        ctx: &Context<'_>,
        venue_id: Option<ID>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Notice>> {
        let store = viewer(ctx)?;
        let page = PageArgs { first, after, last, before }.request()?;
        let venue = input_id_opt("venueId", venue_id.as_ref())?;
        if let Some(id) = venue {
            load(ctx, VenueKey(id)).await?.ok_or_else(|| unknown("venueId"))?;
        }
        let slice = store.notices(venue, &page).await.map_err(|e| fail(ctx, e))?;
        Ok(connection(slice, Notice))
    }

    /// Null unless the viewer is that leader or above that leader. `since`/`until` default to the last 12 months.
    #[graphql(complexity = "child_complexity + 1000")]
    async fn reinforcement_history(
        &self,
        ctx: &Context<'_>,
        leader_id: ID,
        since: Option<Date>,
        until: Option<Date>,
    ) -> Result<Option<ReinforcementHistory>> {
        let store = viewer(ctx)?;
        let Some(leader) = object_id(&leader_id) else { return Ok(None) };
        let found =
            store.history(leader, since.map(|d| d.0), until.map(|d| d.0)).await.map_err(|e| fail(ctx, e))?;
        Ok(found.map(ReinforcementHistory))
    }

    /// Who would see this entry now and later; the same code that will write it. The text fields may still be empty.
    #[graphql(complexity = "20 * child_complexity + 20")]
    async fn preview_audience(&self, ctx: &Context<'_>, input: LogIncidentInput) -> Result<Vec<Onlooker>> {
        let store = viewer(ctx)?;
        let list = store.preview_audience(&input.read()?).await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(Onlooker).collect())
    }

    /// What the sign-in page needs before anybody is signed in; the only field beside `viewer` that answers then.
    async fn welcome(&self, ctx: &Context<'_>) -> Result<Welcome> {
        ctx.data_unchecked::<Store>().welcome().await.map(Welcome).map_err(|e| fail(ctx, e))
    }

    /// The audit trail as far as admins read it, newest first: what was done to the organisation, sign-ins of admins, and
    /// of confidential entries only those that the viewer sees whole or has opened. Reading it is an event too.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn audit_events(
        &self,
        ctx: &Context<'_>,
        filter: Option<AuditFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, AuditEvent>> {
        audit::events(ctx, filter, PageArgs { first, after, last, before }).await
    }

    /// How the audit trail is kept; for admins.
    async fn audit_state(&self, ctx: &Context<'_>) -> Result<AuditState> {
        audit::state(ctx).await
    }

    /// The viewer's own sessions, newest first.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let list = viewer(ctx)?.sessions().await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(Session).collect())
    }

    /// The viewer's own personal access tokens, newest first.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Vec<ApiToken>> {
        let list = viewer(ctx)?.tokens().await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(ApiToken).collect())
    }
}
