//! Topics are public inside the organisation, and so are their check-ins. Of talks there are counts and the last day, of
//! team meetings and of 1:1s; whom a leader talked to is not kept at all.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query, WindowStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use upheld_domain::{Id, Instant};

use crate::entities::{topic_check_ins, topic_talks, topics};
use crate::error::StoreError;
use crate::sessions::Viewer;

pub(crate) fn topics(_: &Viewer) -> Select<topics::Entity> {
    topics::Entity::find()
}

/// The last `n` check-ins of each topic, oldest first.
pub(crate) fn check_ins(_: &Viewer, of: &[Id], n: u64) -> Select<topic_check_ins::Entity> {
    use topic_check_ins::Column as C;
    let mut window = WindowStatement::partition_by(C::TopicId);
    window.order_by(C::At, Order::Desc).order_by(C::Id, Order::Desc);
    let numbered = Query::select()
        .column(C::Id)
        .expr_window_as(Func::cust("ROW_NUMBER"), window, "n")
        .from(topic_check_ins::Entity)
        .and_where(C::TopicId.is_in(of.iter().copied()))
        .take();
    let few = Query::select()
        .column(C::Id)
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("n").lte(n))
        .take();
    topic_check_ins::Entity::find().filter(C::Id.in_subquery(few)).order_by_asc(C::At).order_by_asc(C::Id)
}

/// How often a topic was talked about in one kind of place, and when last.
#[derive(Debug)]
pub(crate) struct Talks {
    pub topic: Id,
    pub place: String,
    pub times: i64,
    pub last: Instant,
}

/// The talks about topics, counted.
pub(crate) async fn talks<C: ConnectionTrait>(
    db: &C,
    _: &Viewer,
    of: &[Id],
) -> Result<Vec<Talks>, StoreError> {
    use topic_talks::Column as C;
    let rows: Vec<(Id, String, i64, Instant)> = topic_talks::Entity::find()
        .filter(C::TopicId.is_in(of.iter().copied()))
        .select_only()
        .column(C::TopicId)
        .column(C::Place)
        .column_as(C::Id.count(), "times")
        .column_as(C::At.max(), "last")
        .group_by(C::TopicId)
        .group_by(C::Place)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(topic, place, times, last)| Talks { topic, place, times, last }).collect())
}

/// A topic, locked for a change.
pub(crate) async fn lock_topic<C: ConnectionTrait>(
    db: &C,
    id: Id,
) -> Result<Option<topics::Model>, StoreError> {
    Ok(topics::Entity::find_by_id(id).lock_exclusive().one(db).await?)
}
