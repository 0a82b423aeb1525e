//! Sessions, personal access tokens, and what the pages before signing in need.

use std::sync::LazyLock;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use upheld_store::{self as store, Store};

use super::error::fail;
use super::words::Role;

/// One of the viewer's own sessions.
pub(crate) struct Session(pub store::Session);

/// One of the viewer's own sessions.
#[Object]
impl Session {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }
    /// To the minute.
    async fn last_seen_at(&self) -> DateTime<Utc> {
        self.0.last_seen_at
    }
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }
    /// The browser, as it calls itself.
    async fn device(&self) -> &str {
        &self.0.device
    }
    /// Whether it is the one that asks.
    async fn current(&self) -> bool {
        self.0.current
    }
}

/// A personal access token.
pub(crate) struct ApiToken(pub store::ApiToken);

/// One of the viewer's own personal access tokens; the token itself is shown once and not kept.
#[Object]
impl ApiToken {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn name(&self) -> &str {
        &self.0.name
    }
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }
    /// To the minute.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }
}

/// What the pages before signing in show: the organisation's name and whether it is the demo, read once.
pub(crate) struct Welcome(pub Option<(String, bool)>);

/// What the sign-in and set-up pages need before anybody is signed in.
#[Object]
impl Welcome {
    /// Null before set-up.
    async fn organisation(&self) -> Option<&str> {
        self.0.as_ref().map(|(name, _)| name.as_str())
    }
    async fn needs_set_up(&self) -> bool {
        self.0.is_none()
    }
    async fn demo(&self) -> bool {
        self.0.as_ref().is_some_and(|(_, demo)| *demo)
    }
    /// The people to sign in as, in the demo only.
    #[graphql(complexity = "30 * child_complexity + 2000")]
    async fn demo_people(&self, ctx: &Context<'_>) -> Result<Vec<DemoPerson>> {
        if !self.0.as_ref().is_some_and(|(_, demo)| *demo) {
            return Ok(Vec::new());
        }
        let people = ctx.data_unchecked::<Store>().demo_people().await.map_err(|e| fail(ctx, e))?;
        Ok(people
            .into_iter()
            .map(|p| DemoPerson {
                name: p.name,
                title: p.title,
                email: p.email,
                role: if p.admin { Role::Admin } else { Role::Member },
                is_leader: p.leader,
                team: p.team,
            })
            .collect())
    }
    /// Values to choose from at set-up.
    #[graphql(complexity = "12 * child_complexity + 100")]
    async fn value_library(&self) -> &[LibraryValue] {
        &LIBRARY
    }
}

/// Somebody to sign in as in the demo.
#[derive(SimpleObject)]
pub(crate) struct DemoPerson {
    name: String,
    title: Option<String>,
    email: String,
    role: Role,
    is_leader: bool,
    team: Option<String>,
}

/// A value of the library, with the organisation whose public list its name belongs to.
#[derive(SimpleObject, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LibraryValue {
    #[serde(rename = "title")]
    name: String,
    statement: String,
    looks_like_upheld: Vec<String>,
    looks_like_violated: Vec<String>,
    #[serde(rename = "company")]
    source: String,
}

#[derive(Deserialize)]
struct Library {
    values: Vec<LibraryValue>,
}

/// The demo's values are the library: one list, read once.
static LIBRARY: LazyLock<Vec<LibraryValue>> = LazyLock::new(|| {
    serde_json::from_str::<Library>(include_str!("../../demo-data.json"))
        .map(|l| l.values)
        .unwrap_or_default()
});

#[cfg(test)]
mod tests {
    #[test]
    fn the_library_has_twelve_values_with_examples() {
        assert_eq!(super::LIBRARY.len(), 12);
        assert!(
            super::LIBRARY
                .iter()
                .all(|v| !v.looks_like_upheld.is_empty() && !v.looks_like_violated.is_empty())
        );
    }
}
