//! The subscription. What happens is told as ids; each subscriber reads what it may see of them, as itself.

use async_graphql::{Context, Result, Subscription};
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::broadcast::error::RecvError;
use upheld_store::Store;

use super::loaders::viewer;
use super::recognition::Recognition;

/// What can be listened to.
pub(crate) struct Events;

/// What can be listened to.
#[Subscription(name = "Subscription")]
impl Events {
    /// Fires for every recognition that the viewer may see as it is published.
    async fn recognition_published(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = Recognition> + use<>> {
        let reader = viewer(ctx)?;
        let receiver = ctx.data_unchecked::<Store>().published();
        let ids = stream::unfold(receiver, |mut receiver| async move {
            loop {
                match receiver.recv().await {
                    Ok(id) => return Some((id, receiver)),
                    // A subscriber that lags has missed some; the feed has them.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                }
            }
        });
        Ok(ids.filter_map(move |id| {
            let reader = reader.clone();
            async move { reader.recognitions_by_id(&[id]).await.ok()?.pop().map(Recognition) }
        }))
    }
}
