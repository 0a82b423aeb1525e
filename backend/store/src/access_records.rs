//! Who may see what of records that grow old: what has folded away from a viewer's lists, what a person reads about
//! themself, and what retention and erasure find.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use upheld_domain::access::{Level, Sees, Why};
use upheld_domain::retention::Policy;
use upheld_domain::{Id, Instant};

use super::{decision_levels, holds, incidents as visible};
use crate::entities::{
    comments, decision_versions, decisions, incident_access, incident_subjects, incident_values, incidents,
    legal_holds, notice_access, notice_values, notices, people, person_erasures, questions, reactions,
    recognition_subjects, recognition_values, recognitions, replies, retention_policy,
};
use crate::error::StoreError;
use crate::sessions::Viewer;

use decisions::Column as D;
use incidents::Column as I;

// ---- Folding: asked for each viewer over what that viewer sees. ----

/// The incidents that a viewer's lists hold: what they see, without what was erased or has folded away from them. A
/// link to a folded entry still opens it; the sums still count it.
pub(crate) fn listed(viewer: &Viewer, now: Instant, line: Instant) -> Select<incidents::Entity> {
    visible(viewer, now).filter(I::ErasedAt.is_null()).filter(folded(viewer, now, line).not())
}

fn of(person: Id) -> SelectStatement {
    Query::select()
        .column(incident_subjects::Column::IncidentId)
        .from(incident_subjects::Entity)
        .and_where(incident_subjects::Column::PersonId.eq(person))
        .take()
}

/// The rule of [`upheld_domain::folding::folded`] about the row of `incidents` that a statement is at.
fn folded(viewer: &Viewer, now: Instant, line: Instant) -> Condition {
    Condition::all()
        .add(delivered_correction())
        .add(I::DeliveredAt.lte(line))
        .add(I::Id.not_in_subquery(of(viewer.id())))
        .add(Expr::exists(repetition(viewer, now, line)).not())
}

/// A violation that was delivered was corrected: whoever sees that state knows.
fn delivered_correction() -> Condition {
    Condition::all().add(I::Kind.eq("VIOLATED")).add(I::State.eq("DELIVERED"))
}

/// A correction of the same person for a shared value that was delivered after the line, among those that the viewer
/// sees. A retraction that the viewer does not see has not happened for them.
fn repetition(viewer: &Viewer, now: Instant, line: Instant) -> SelectStatement {
    let knows = |levels: Vec<&'static str>| {
        Query::select()
            .column(incident_access::Column::IncidentId)
            .from(incident_access::Entity)
            .cond_where(holds(viewer, now))
            .and_where(incident_access::Column::Level.is_in(levels))
            .take()
    };
    let retracted = Query::select()
        .column(D::IncidentId)
        .from(decisions::Entity)
        .and_where(D::RetractedAt.is_not_null())
        .and_where(D::IncidentId.in_subquery(knows(decision_levels())))
        .take();
    let subject = |of: &'static str, c: incident_subjects::Column| Expr::col((of, c));
    let value = |of: &'static str, c: incident_values::Column| Expr::col((of, c));
    let newer = |c: I| Expr::col(("newer", c));
    use incident_subjects::Column as S;
    use incident_values::Column as V;
    Query::select()
        .expr(Expr::val(1))
        .from_as(incident_subjects::Entity, "same")
        .from_as(incident_subjects::Entity, "again")
        .from_as(incident_values::Entity, "had")
        .from_as(incident_values::Entity, "has")
        .from_as(incidents::Entity, "newer")
        .and_where(subject("same", S::IncidentId).equals((incidents::Entity, I::Id)))
        .and_where(subject("again", S::PersonId).equals(("same", S::PersonId)))
        .and_where(newer(I::Id).equals(("again", S::IncidentId)))
        .and_where(newer(I::Kind).eq("VIOLATED"))
        .and_where(newer(I::State).eq("DELIVERED"))
        .and_where(newer(I::DeliveredAt).gt(line))
        .and_where(newer(I::ErasedAt).is_null())
        .and_where(value("had", V::IncidentId).equals((incidents::Entity, I::Id)))
        .and_where(value("has", V::IncidentId).equals(("newer", I::Id)))
        .and_where(value("has", V::ValueId).equals(("had", V::ValueId)))
        .and_where(newer(I::Id).in_subquery(knows(text_levels())))
        .and_where(newer(I::Id).not_in_subquery(retracted))
        .take()
}

/// The levels that tell whom an entry is about, for which values, and where it stands.
fn text_levels() -> Vec<&'static str> {
    let tells = |l: &&Level| Sees::from(**l).text && Sees::from(**l).status;
    Level::ALL.iter().filter(tells).map(|l| l.as_str()).collect()
}

/// The notices that a viewer's list holds. A notice folds away with its months, from everybody but the person. It stays
/// where the viewer sees the entry and it has not folded for them, and where a later notice that they read names the
/// same person for a shared value. What a notice does not say (whom it is about, what was retracted) changes nothing.
pub(crate) fn listed_notices(viewer: &Viewer, now: Instant, line: Instant) -> Select<notices::Entity> {
    let decisions_of = |incidents: SelectStatement| {
        Query::select()
            .column(D::Id)
            .from(decisions::Entity)
            .and_where(D::IncidentId.in_subquery(incidents))
            .take()
    };
    let seen = Query::select()
        .column(incident_access::Column::IncidentId)
        .from(incident_access::Entity)
        .cond_where(holds(viewer, now))
        .and_where(incident_access::Column::Level.is_in(text_levels()))
        .take();
    let unfolded = Query::select()
        .column(I::Id)
        .from(incidents::Entity)
        .and_where(I::Id.in_subquery(seen))
        .and_where(I::ErasedAt.is_null())
        .cond_where(folded(viewer, now, line).not())
        .take();
    use notice_access::Column as A;
    use notice_values::Column as V;
    use notices::Column as N;
    let newer = |c: N| Expr::col(("newer", c));
    let value = |of: &'static str, c: V| Expr::col((of, c));
    let mine = Query::select()
        .column(A::NoticeId)
        .from(notice_access::Entity)
        .and_where(A::PersonId.eq(viewer.id()))
        .take();
    let named_again = Query::select()
        .expr(Expr::val(1))
        .from_as(notices::Entity, "newer")
        .from_as(notice_values::Entity, "had")
        .from_as(notice_values::Entity, "has")
        .and_where(newer(N::AboutId).equals((notices::Entity, N::AboutId)))
        .and_where(newer(N::At).gt(line))
        .and_where(newer(N::Id).in_subquery(mine))
        .and_where(value("had", V::NoticeId).equals((notices::Entity, N::Id)))
        .and_where(value("has", V::NoticeId).equals(("newer", N::Id)))
        .and_where(value("has", V::ValueId).equals(("had", V::ValueId)))
        .take();
    super::notices(viewer).filter(
        Condition::any()
            .add(N::At.gt(line))
            .add(N::DecisionId.in_subquery(decisions_of(of(viewer.id()))))
            .add(N::DecisionId.in_subquery(decisions_of(unfolded)))
            .add(Expr::exists(named_again)),
    )
}

// ---- What a person reads about themself. ----

/// The entries about the viewer, from when they may see them; of an erased one the stub. An admin's stub of an entry that
/// was erased does not say whom it was about, and neither does its place in this list: it takes a row as the subject, or
/// one that opens the text.
pub(crate) fn about_me(viewer: &Viewer, now: Instant) -> Select<incidents::Entity> {
    use incident_access::Column as A;
    let texts = Level::ALL.iter().filter(|l| Sees::from(**l).text).map(|l| l.as_str());
    let known = Query::select()
        .column(A::IncidentId)
        .from(incident_access::Entity)
        .cond_where(holds(viewer, now))
        .cond_where(Condition::any().add(A::Why.eq(Why::Subject.as_str())).add(A::Level.is_in(texts)))
        .take();
    visible(viewer, now).filter(I::Id.in_subquery(of(viewer.id()))).filter(I::Id.in_subquery(known))
}

/// The entries that the viewer logged; of an erased one the stub. Corrections of others fold away here too.
pub(crate) fn logged_by_me(viewer: &Viewer, now: Instant, line: Instant) -> Select<incidents::Entity> {
    visible(viewer, now).filter(I::ReporterId.eq(viewer.id())).filter(folded(viewer, now, line).not())
}

/// The viewer's own decisions, where they still have a row of the entry.
pub(crate) fn decided_by_me(viewer: &Viewer, now: Instant) -> Select<decisions::Entity> {
    let mine = Query::select()
        .column(incident_access::Column::IncidentId)
        .from(incident_access::Entity)
        .cond_where(holds(viewer, now))
        .take();
    decisions::Entity::find().filter(D::LeaderId.eq(viewer.id())).filter(D::IncidentId.in_subquery(mine))
}

/// The published recognitions that name the viewer, as recognised or as who noticed.
pub(crate) fn recognitions_of_me(viewer: &Viewer) -> Select<recognitions::Entity> {
    let named = Query::select()
        .column(recognition_subjects::Column::RecognitionId)
        .from(recognition_subjects::Entity)
        .and_where(recognition_subjects::Column::PersonId.eq(viewer.id()))
        .take();
    super::recognitions(viewer).filter(
        Condition::any()
            .add(recognitions::Column::Id.in_subquery(named))
            .add(recognitions::Column::SpottedBy.eq(viewer.id())),
    )
}

/// The notices that name the viewer, whether or not they belong to the venue: their wording is that of the decision,
/// which the person reads.
pub(crate) fn notices_naming_me(viewer: &Viewer) -> Select<notices::Entity> {
    notices::Entity::find().filter(notices::Column::AboutId.eq(viewer.id()))
}

pub(crate) fn my_replies(viewer: &Viewer) -> Select<replies::Entity> {
    replies::Entity::find().filter(replies::Column::AuthorId.eq(viewer.id()))
}

pub(crate) fn my_questions(viewer: &Viewer) -> Select<questions::Entity> {
    questions::Entity::find().filter(questions::Column::AskedBy.eq(viewer.id()))
}

pub(crate) fn questions_to_me(viewer: &Viewer) -> Select<questions::Entity> {
    questions::Entity::find().filter(questions::Column::AskedOf.eq(viewer.id()))
}

pub(crate) fn my_comments(viewer: &Viewer) -> Select<comments::Entity> {
    comments::Entity::find().filter(comments::Column::AuthorId.eq(viewer.id()))
}

pub(crate) fn my_reactions(viewer: &Viewer) -> Select<reactions::Entity> {
    reactions::Entity::find().filter(reactions::Column::PersonId.eq(viewer.id()))
}

// ---- Holds: for admins, without a word of the entries. ----

/// The holds that an admin reads; one on an entry about themself is not among them.
pub(crate) fn legal_holds(viewer: &Viewer) -> Select<legal_holds::Entity> {
    let select =
        legal_holds::Entity::find().filter(legal_holds::Column::IncidentId.not_in_subquery(of(viewer.id())));
    if viewer.is_admin() { select } else { select.filter(Expr::val(1).eq(0)) }
}

// ---- For the rules of retention, holds and erasure; never sent to anybody. ----

pub(crate) async fn policy<C: ConnectionTrait>(db: &C) -> Result<Policy, StoreError> {
    let row = retention_policy::Entity::find().one(db).await?;
    let Some(row) = row else { return Ok(Policy::default()) };
    let months = |n: Option<i32>| n.and_then(|n| u32::try_from(n).ok());
    Ok(Policy {
        recognition: months(row.recognition_months),
        correction: months(row.correction_months),
        no_action: months(row.no_action_months),
        stub: months(row.stub_months),
        fold_after: months(Some(row.fold_after_months)).unwrap_or(Policy::default().fold_after),
    })
}

/// What an entry has become, as retention tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A delivered recognition.
    Recognised,
    /// A delivered correction.
    Corrected,
    /// Closed without action.
    Closed,
    /// Withdrawn or handed over.
    Stub,
}

/// The entries that ended so at or before `before`, whose text is still there; held ones among them.
pub(crate) fn ended(how: Ended, before: Instant) -> Select<incidents::Entity> {
    // A stub may be of somebody who was erased; it goes all the same.
    let select = match how {
        Ended::Stub => incidents::Entity::find(),
        _ => incidents::Entity::find().filter(I::ErasedAt.is_null()),
    };
    match how {
        Ended::Recognised => select
            .filter(I::Kind.eq("UPHELD"))
            .filter(I::State.eq("DELIVERED"))
            .filter(I::DeliveredAt.lte(before)),
        Ended::Corrected => select.filter(delivered_correction()).filter(I::DeliveredAt.lte(before)),
        Ended::Closed => select.filter(I::State.eq("CLOSED")).filter(I::DecidedAt.lte(before)),
        Ended::Stub => {
            // A stub has no date of its own: the last change of it in the audit trail is when it became one.
            use crate::entities::audit_events as audit;
            let last = Query::select()
                .expr(Expr::col((audit::Entity, audit::Column::At)).max())
                .from(audit::Entity)
                .and_where(
                    Expr::col((audit::Entity, audit::Column::ObjectId)).equals((incidents::Entity, I::Id)),
                )
                .take();
            let changed = Expr::expr(sea_orm::sea_query::Func::coalesce([
                Expr::SubQuery(None, Box::new(last.into())),
                Expr::col((incidents::Entity, I::LoggedAt)),
            ]));
            select.filter(I::State.is_in(["WITHDRAWN", "HANDED_OVER"])).filter(changed.lte(before))
        }
    }
}

/// The held entries, as part of a statement.
pub(crate) fn all_held() -> SelectStatement {
    Query::select().column(legal_holds::Column::IncidentId).from(legal_holds::Entity).take()
}

/// The decisions of held entries, as part of a statement.
pub(crate) fn held_decisions() -> SelectStatement {
    Query::select()
        .column(D::Id)
        .from(decisions::Entity)
        .and_where(D::IncidentId.in_subquery(all_held()))
        .take()
}

pub(crate) fn not_held(select: Select<incidents::Entity>) -> Select<incidents::Entity> {
    select.filter(I::Id.not_in_subquery(all_held()))
}

/// Locks some entries for their erasure, and leaves those out that are held by now.
pub(crate) async fn lock_some<C: ConnectionTrait>(
    db: &C,
    select: Select<incidents::Entity>,
    limit: u64,
) -> Result<Vec<incidents::Model>, StoreError> {
    let rows = not_held(select).order_by_asc(I::Id).limit(limit).lock_exclusive().all(db).await?;
    // A hold that was committed while this waited for the lock is seen by a statement of its own.
    let held = held_among(db, &rows.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
    Ok(rows.into_iter().filter(|r| !held.contains(&r.id)).collect())
}

pub(crate) async fn held_among<C: ConnectionTrait>(db: &C, of: &[Id]) -> Result<Vec<Id>, StoreError> {
    let select = legal_holds::Entity::find()
        .filter(legal_holds::Column::IncidentId.is_in(of.iter().copied()))
        .select_only()
        .column(legal_holds::Column::IncidentId);
    Ok(select.into_tuple().all(db).await?)
}

/// The copies that were merged into an entry.
pub(crate) async fn merged_into<C: ConnectionTrait>(
    db: &C,
    survivor: Id,
) -> Result<Vec<incidents::Model>, StoreError> {
    Ok(incidents::Entity::find().filter(I::MergedInto.eq(survivor)).all(db).await?)
}

/// The copies of erased entries that were held when the entry was erased and are no longer.
pub(crate) fn late_copies() -> Select<incidents::Entity> {
    let erased = Query::select()
        .expr(Expr::col(("survivor", I::Id)))
        .from_as(incidents::Entity, "survivor")
        .and_where(Expr::col(("survivor", I::ErasedAt)).is_not_null())
        .take();
    incidents::Entity::find()
        .filter(I::State.eq("MERGED"))
        .filter(I::ErasedAt.is_null())
        .filter(I::MergedInto.in_subquery(erased))
}

pub(crate) async fn hold<C: ConnectionTrait>(
    db: &C,
    incident: Id,
) -> Result<Option<legal_holds::Model>, StoreError> {
    Ok(legal_holds::Entity::find_by_id(incident).one(db).await?)
}

/// Everything that a person has a part in: about them, logged by them, decided by them, or with words of theirs.
fn part_of(person: Id) -> Condition {
    let from = |column: replies::Column| {
        Query::select()
            .column(replies::Column::IncidentId)
            .from(replies::Entity)
            .and_where(column.eq(person))
            .take()
    };
    let asked = Query::select()
        .column(questions::Column::IncidentId)
        .from(questions::Entity)
        .cond_where(
            Condition::any()
                .add(questions::Column::AskedBy.eq(person))
                .add(questions::Column::AskedOf.eq(person)),
        )
        .take();
    let decided = Query::select()
        .column(D::IncidentId)
        .from(decisions::Entity)
        .and_where(D::LeaderId.eq(person))
        .take();
    Condition::any()
        .add(I::Id.in_subquery(of(person)))
        .add(I::ReporterId.eq(person))
        .add(I::DeciderId.eq(person))
        .add(I::Id.in_subquery(decided))
        .add(I::Id.in_subquery(asked))
        .add(I::Id.in_subquery(from(replies::Column::AuthorId)))
}

/// The held entries that a person has a part in.
pub(crate) async fn held_of<C: ConnectionTrait>(db: &C, person: Id) -> Result<Vec<Id>, StoreError> {
    let select = incidents::Entity::find()
        .filter(I::Id.in_subquery(all_held()))
        .filter(part_of(person))
        .select_only()
        .column(I::Id);
    Ok(select.into_tuple().all(db).await?)
}

/// The entries about a person whose text is still there and that are not held.
pub(crate) fn texts_about(person: Id) -> Select<incidents::Entity> {
    incidents::Entity::find().filter(I::ErasedAt.is_null()).filter(I::Id.in_subquery(of(person)))
}

pub(crate) async fn pending_erasures<C: ConnectionTrait>(db: &C) -> Result<Vec<Id>, StoreError> {
    Ok(person_erasures::Entity::find()
        .filter(person_erasures::Column::DoneAt.is_null())
        .select_only()
        .column(person_erasures::Column::PersonId)
        .into_tuple()
        .all(db)
        .await?)
}

pub(crate) async fn erasure_of<C: ConnectionTrait>(
    db: &C,
    person: Id,
) -> Result<Option<person_erasures::Model>, StoreError> {
    Ok(person_erasures::Entity::find_by_id(person).one(db).await?)
}

/// What the search keeps of a recognition: its wording, its people and its values.
pub(crate) async fn indexed<C: ConnectionTrait>(
    db: &C,
    recognition: Id,
) -> Result<Option<(String, Vec<Id>, Vec<Id>)>, StoreError> {
    let Some(row) = recognitions::Entity::find_by_id(recognition).one(db).await? else { return Ok(None) };
    let people = recognition_subjects::Entity::find()
        .filter(recognition_subjects::Column::RecognitionId.eq(recognition))
        .order_by_asc(recognition_subjects::Column::Position)
        .select_only()
        .column(recognition_subjects::Column::PersonId)
        .into_tuple()
        .all(db)
        .await?;
    let values = recognition_values::Entity::find()
        .filter(recognition_values::Column::RecognitionId.eq(recognition))
        .select_only()
        .column(recognition_values::Column::ValueId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(Some((row.wording, people, values)))
}

/// The recognitions that the search finds by a word of a name.
pub(crate) async fn found_by<C: ConnectionTrait>(db: &C, words: &[String]) -> Result<Vec<Id>, StoreError> {
    let mut found = Vec::new();
    for word in words {
        let select = super::matching(db, recognitions::Entity::find(), std::slice::from_ref(word));
        found.extend(select.select_only().column(recognitions::Column::Id).into_tuple::<Id>().all(db).await?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The versions of a decision, for the erasure of their texts.
pub(crate) async fn versions_of<C: ConnectionTrait>(
    db: &C,
    decision: Id,
) -> Result<Vec<decision_versions::Model>, StoreError> {
    Ok(decision_versions::Entity::find()
        .filter(decision_versions::Column::DecisionId.eq(decision))
        .all(db)
        .await?)
}

/// The comments that a person wrote.
pub(crate) async fn comments_by<C: ConnectionTrait>(db: &C, person: Id) -> Result<Vec<Id>, StoreError> {
    Ok(comments::Entity::find()
        .filter(comments::Column::AuthorId.eq(person))
        .select_only()
        .column(comments::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// The names of everybody but one person, those who have left too.
pub(crate) async fn other_names<C: ConnectionTrait>(db: &C, than: Id) -> Result<Vec<String>, StoreError> {
    Ok(people::Entity::find()
        .filter(people::Column::Id.ne(than))
        .select_only()
        .column(people::Column::Name)
        .into_tuple()
        .all(db)
        .await?)
}
