//! What belongs to one's own account. Nobody else reads any of it.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use upheld_domain::{Id, Instant};

use crate::entities::{recovery_codes, second_factors, sessions, sign_in_links};
use crate::error::StoreError;
use crate::sessions::Viewer;

/// The viewer's own sessions that have not ended.
pub(crate) fn own_sessions(viewer: &Viewer, now: Instant) -> Select<sessions::Entity> {
    let mine = sessions::Column::PersonId.eq(viewer.id());
    let mine = if leak!(SessionsOfEverybody) { mine.not() } else { mine };
    sessions::Entity::find()
        .filter(mine)
        .filter(sessions::Column::EndedAt.is_null())
        .filter(sessions::Column::ExpiresAt.gt(now))
        .order_by_desc(sessions::Column::StartedAt)
}

/// When the viewer signed in before the session that asks.
pub(crate) async fn signed_in_before<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
    current: Id,
) -> Result<Option<Instant>, StoreError> {
    let earlier = sessions::Entity::find()
        .filter(sessions::Column::PersonId.eq(viewer.id()))
        .filter(sessions::Column::Id.ne(current))
        .order_by_desc(sessions::Column::StartedAt)
        .limit(1);
    Ok(earlier.one(db).await?.map(|s| s.started_at))
}

/// The sign-in links that an admin made for the viewer since then, newest first.
pub(crate) fn own_sign_in_links(viewer: &Viewer, since: Instant) -> Select<sign_in_links::Entity> {
    sign_in_links::Entity::find()
        .filter(sign_in_links::Column::PersonId.eq(viewer.id()))
        .filter(sign_in_links::Column::MadeAt.gte(since))
        .order_by_desc(sign_in_links::Column::MadeAt)
        .order_by_desc(sign_in_links::Column::Id)
        .limit(100)
}

/// The second factor that a sign-in has to pass. It decides and is never sent to anybody.
pub(crate) async fn second_factor<C: ConnectionTrait>(
    db: &C,
    person: Id,
) -> Result<Option<second_factors::Model>, StoreError> {
    Ok(second_factors::Entity::find_by_id(person).one(db).await?)
}

/// How many recovery codes are left.
pub(crate) async fn recovery_codes_left<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
) -> Result<u64, StoreError> {
    Ok(recovery_codes::Entity::find()
        .filter(recovery_codes::Column::PersonId.eq(viewer.id()))
        .filter(recovery_codes::Column::UsedAt.is_null())
        .count(db)
        .await?)
}

/// The link with this hash, if it can still be used.
pub(crate) async fn usable_link<C: ConnectionTrait>(
    db: &C,
    token_hash: &str,
    now: Instant,
) -> Result<Option<sign_in_links::Model>, StoreError> {
    Ok(sign_in_links::Entity::find()
        .filter(sign_in_links::Column::TokenHash.eq(token_hash))
        .filter(sign_in_links::Column::UsedAt.is_null())
        .filter(sign_in_links::Column::ExpiresAt.gt(now))
        .one(db)
        .await?)
}
