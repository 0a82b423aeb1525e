//! Who may see what of the feed and of notices.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
};
use upheld_domain::Id;

use crate::entities::{
    comments, notice_access, notice_values, notices, reactions, recognition_subjects, recognition_values,
    recognitions,
};
use crate::error::StoreError;
use crate::sessions::Viewer;

/// Published recognitions. A retracted one has no row any more, so that no filter has to remember it.
pub(crate) fn recognitions(_: &Viewer) -> Select<recognitions::Entity> {
    recognitions::Entity::find()
}

pub(crate) fn recognition_subjects(_: &Viewer, of: &[Id]) -> Select<recognition_subjects::Entity> {
    recognition_subjects::Entity::find()
        .filter(recognition_subjects::Column::RecognitionId.is_in(of.iter().copied()))
        .order_by_asc(recognition_subjects::Column::Position)
}

pub(crate) fn recognition_values(_: &Viewer, of: &[Id]) -> Select<recognition_values::Entity> {
    recognition_values::Entity::find()
        .filter(recognition_values::Column::RecognitionId.is_in(of.iter().copied()))
        .order_by_asc(recognition_values::Column::Position)
}

pub(crate) fn comments(_: &Viewer, of: &[Id]) -> Select<comments::Entity> {
    comments::Entity::find().filter(comments::Column::RecognitionId.is_in(of.iter().copied()))
}

/// The first or last `n` comments on each of some recognitions, in one statement whatever their number.
pub(crate) fn comments_of_each(
    viewer: &Viewer,
    of: &[Id],
    n: u64,
    from_end: bool,
) -> Select<comments::Entity> {
    let order = if from_end { Order::Desc } else { Order::Asc };
    let mut window = WindowStatement::partition_by(comments::Column::RecognitionId);
    window.order_by(comments::Column::At, order.clone()).order_by(comments::Column::Id, order);
    let numbered = Query::select()
        .column(comments::Column::Id)
        .expr_window_as(Func::cust("ROW_NUMBER"), window, "n")
        .from(comments::Entity)
        .and_where(comments::Column::RecognitionId.is_in(of.iter().copied()))
        .take();
    let few = Query::select()
        .column(comments::Column::Id)
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("n").lte(n))
        .take();
    comments(viewer, of)
        .filter(comments::Column::Id.in_subquery(few))
        .order_by_asc(comments::Column::At)
        .order_by_asc(comments::Column::Id)
}

/// Reactions as counts, and whether the viewer is among them; never who else.
pub(crate) async fn reaction_counts<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
    of: &[Id],
) -> Result<Vec<(Id, String, i64, bool)>, StoreError> {
    let mine = Expr::case(Expr::col(reactions::Column::PersonId).eq(viewer.id()), Expr::val(1))
        .finally(Expr::val(0));
    let rows: Vec<(Id, String, i64, i64)> = reactions::Entity::find()
        .filter(reactions::Column::RecognitionId.is_in(of.iter().copied()))
        .select_only()
        .column(reactions::Column::RecognitionId)
        .column(reactions::Column::Emoji)
        .column_as(reactions::Column::PersonId.count(), "n")
        .column_as(Expr::expr(mine).sum().cast_as("BIGINT"), "mine")
        .group_by(reactions::Column::RecognitionId)
        .group_by(reactions::Column::Emoji)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, emoji, n, mine)| (id, emoji, n, mine > 0)).collect())
}

/// Keeps the recognitions whose words begin with all of `words`. The words are letters and digits alone, so that
/// nothing in them means anything to either full-text syntax; the query text is bound all the same.
pub(crate) fn matching<C: ConnectionTrait>(
    db: &C,
    select: Select<recognitions::Entity>,
    words: &[String],
) -> Select<recognitions::Entity> {
    if words.is_empty() {
        return select.filter(Expr::val(1).eq(0));
    }
    if leak!(SearchReadsTheEntry) {
        return crate::leaks::search_entries(select, words);
    }
    let (query, found) = if db.get_database_backend() == sea_orm::DatabaseBackend::Sqlite {
        let query = words.iter().map(|w| format!("\"{w}\"*")).collect::<Vec<_>>().join(" ");
        (query, "SELECT recognition_id FROM recognition_search WHERE recognition_search MATCH ?")
    } else {
        let query = words.iter().map(|w| format!("'{w}':*")).collect::<Vec<_>>().join(" & ");
        (query, "SELECT recognition_id FROM recognition_search WHERE words @@ $1::tsquery")
    };
    select.filter(Expr::cust_with_values(format!("recognitions.id IN ({found})"), [query]))
}

// ---- Notices: through their own rows. ----

pub(crate) fn notices(viewer: &Viewer) -> Select<notices::Entity> {
    if leak!(NoticesOfEverybody) || leak!(NoticePagesCountHidden) {
        return notices::Entity::find();
    }
    notices::Entity::find().filter(
        notices::Column::Id.in_subquery(
            Query::select()
                .column(notice_access::Column::NoticeId)
                .from(notice_access::Entity)
                .and_where(notice_access::Column::PersonId.eq(viewer.id()))
                .take(),
        ),
    )
}

pub(crate) fn notice_values(_: &Viewer, of: &[Id]) -> Select<notice_values::Entity> {
    notice_values::Entity::find()
        .filter(notice_values::Column::NoticeId.is_in(of.iter().copied()))
        .order_by_asc(notice_values::Column::Position)
}
