//! Values.

use async_graphql::{Context, ID, Object, Result};
use upheld_domain::Id;
use upheld_store as store;

use super::loaders::{ValueKey, load_all};

/// A company value.
pub(crate) struct Value(pub store::Value);

pub(crate) async fn values(ctx: &Context<'_>, ids: &[Id]) -> Result<Vec<Value>> {
    let found = load_all(ctx, ids.iter().copied().map(ValueKey).collect()).await?;
    Ok(found.into_iter().map(Value).collect())
}

/// A company value in its current version.
#[Object]
impl Value {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn name(&self) -> &str {
        &self.0.name
    }
    async fn statement(&self) -> &str {
        &self.0.statement
    }
    async fn version(&self) -> i32 {
        self.0.version
    }
    async fn retired(&self) -> bool {
        self.0.retired
    }
    async fn looks_like_upheld(&self) -> &[String] {
        &self.0.upheld
    }
    async fn looks_like_violated(&self) -> &[String] {
        &self.0.violated
    }
}
