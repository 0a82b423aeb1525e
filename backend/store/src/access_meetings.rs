//! Meetings open to whoever has a part in them (`domain::meetings::part`): the venue's people now, and its leaders. For
//! everybody else there are none. What waits to be said there is read through the viewer's own rows.

use std::collections::HashMap;

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use upheld_domain::meetings::{self, Asks, Part, Place};
use upheld_domain::words::{Audience, Handling};
use upheld_domain::{Id, Instant};

use super::rules;
use crate::entities::{
    decisions, incidents, meeting_examples, meeting_points, meeting_topics, meetings as rows, people,
    recognition_subjects, recognition_values, recognitions, venue_people, venue_teams, venues,
};
use crate::error::{StoreError, word};
use crate::sessions::Viewer;

/// A venue whose meetings the viewer has a part in. Only [`parts`] makes one, and only with it meetings are read.
#[derive(Debug, Clone)]
pub(crate) struct Attends {
    venue: Id,
    part: Part,
    teams: Vec<Id>,
}

impl Attends {
    pub(crate) fn venue(&self) -> Id {
        self.venue
    }
    pub(crate) fn holds(&self) -> bool {
        self.part.holds
    }
    pub(crate) fn teams(&self) -> &[Id] {
        &self.teams
    }
}

/// The venues whose meetings the viewer has a part in, of one venue or all, by name.
pub(crate) async fn parts<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
    only: Option<Id>,
) -> Result<Vec<Attends>, StoreError> {
    let me = viewer.id();
    let Some(person) = rules::person(db, me).await? else { return Ok(Vec::new()) };
    let asks = Asks {
        id: me,
        team: person.team_id,
        leads: rules::is_leader(db, me).await?,
        has_manager: person.manager_id.is_some(),
    };
    let mut select = venues::Entity::find().order_by_asc(venues::Column::Name);
    if let Some(venue) = only {
        select = select.filter(venues::Column::Id.eq(venue));
    }
    let (lines, leads) = (rules::reporting_lines(db).await?, rules::team_lead_of(db).await?);
    let mut teams: HashMap<Id, Vec<Id>> = HashMap::new();
    for row in venue_teams::Entity::find().all(db).await? {
        teams.entry(row.venue_id).or_default().push(row.team_id);
    }
    let mut named: HashMap<Id, Vec<Id>> = HashMap::new();
    for row in venue_people::Entity::find().all(db).await? {
        named.entry(row.venue_id).or_default().push(row.person_id);
    }
    let mut attended = Vec::new();
    for venue in select.all(db).await? {
        let teams = teams.remove(&venue.id).unwrap_or_default();
        let led_by = teams
            .iter()
            .filter_map(|team| leads.get(team))
            .flat_map(|lead| std::iter::once(*lead).chain(lines.above(*lead)))
            .collect();
        let place = Place {
            audience: word(Audience::parse, &venue.audience)?,
            everybody: venue.everybody,
            teams: teams.clone(),
            led_by,
            people: named.remove(&venue.id).unwrap_or_default(),
        };
        if let Some(part) = meetings::part(&place, asks) {
            attended.push(Attends { venue: venue.id, part, teams });
        }
    }
    Ok(attended)
}

/// The part of the viewer in the meetings of a venue.
pub(crate) async fn attends<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
    venue: Id,
) -> Result<Attends, StoreError> {
    parts(db, viewer, Some(venue)).await?.pop().ok_or(StoreError::NotFound)
}

/// Locks the meetings of a venue until the end of the transaction: they are prepared and finished one at a time.
pub(crate) async fn lock<C: ConnectionTrait>(db: &C, at: &Attends) -> Result<(), StoreError> {
    venues::Entity::find_by_id(at.venue).lock_exclusive().one(db).await?.ok_or(StoreError::NotFound)?;
    Ok(())
}

/// The meeting that is ahead.
pub(crate) async fn ahead<C: ConnectionTrait>(
    db: &C,
    at: &Attends,
) -> Result<Option<rows::Model>, StoreError> {
    let select = rows::Entity::find().filter(rows::Column::VenueId.eq(at.venue));
    Ok(select.filter(rows::Column::FinishedAt.is_null()).one(db).await?)
}

/// The meetings that are over, newest first.
pub(crate) fn over(at: &Attends) -> Select<rows::Entity> {
    rows::Entity::find()
        .filter(rows::Column::VenueId.eq(at.venue))
        .filter(rows::Column::FinishedAt.is_not_null())
        .order_by_desc(rows::Column::FinishedAt)
        .order_by_desc(rows::Column::Id)
}

/// When meetings of the venue last talked about each value.
pub(crate) async fn values_talked<C: ConnectionTrait>(
    db: &C,
    at: &Attends,
) -> Result<HashMap<Id, Instant>, StoreError> {
    let found: Vec<(Id, Instant)> = rows::Entity::find()
        .filter(rows::Column::VenueId.eq(at.venue))
        .filter(rows::Column::FinishedAt.is_not_null())
        .filter(rows::Column::ValueId.is_not_null())
        .select_only()
        .column(rows::Column::ValueId)
        .column_as(rows::Column::FinishedAt.max(), "last")
        .group_by(rows::Column::ValueId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// When each value was last recognised in public.
pub(crate) async fn values_recognised<C: ConnectionTrait>(
    db: &C,
    _: &Viewer,
) -> Result<HashMap<Id, Instant>, StoreError> {
    let rows = super::rows(
        db,
        "SELECT v.value_id AS value_id, MAX(r.published_at) AS newest FROM recognition_values v \
         JOIN recognitions r ON r.id = v.recognition_id GROUP BY v.value_id",
        [],
    )
    .await?;
    rows.iter().map(|r| Ok((r.try_get("", "value_id")?, r.try_get("", "newest")?))).collect()
}

/// The newest recognitions of a value, those of people of these teams or of these people first.
pub(crate) fn newest_of_value(_: &Viewer, value: Id, n: u64) -> Select<recognitions::Entity> {
    let of = Query::select()
        .column(recognition_values::Column::RecognitionId)
        .from(recognition_values::Entity)
        .and_where(recognition_values::Column::ValueId.eq(value))
        .take();
    recognitions::Entity::find()
        .filter(recognitions::Column::Id.in_subquery(of))
        .order_by_desc(recognitions::Column::PublishedAt)
        .order_by_desc(recognitions::Column::Id)
        .limit(n)
}

/// Those of some recognitions that are of a venue's people.
pub(crate) async fn of_people_there<C: ConnectionTrait>(
    db: &C,
    at: &Attends,
    of: &[Id],
) -> Result<Vec<Id>, StoreError> {
    let named = Query::select()
        .column(venue_people::Column::PersonId)
        .from(venue_people::Entity)
        .and_where(venue_people::Column::VenueId.eq(at.venue))
        .take();
    let members = Query::select()
        .column(people::Column::Id)
        .from(people::Entity)
        .and_where(people::Column::TeamId.is_in(at.teams.iter().copied()))
        .take();
    Ok(recognition_subjects::Entity::find()
        .filter(recognition_subjects::Column::RecognitionId.is_in(of.iter().copied()))
        .filter(
            sea_orm::Condition::any()
                .add(recognition_subjects::Column::PersonId.in_subquery(named))
                .add(recognition_subjects::Column::PersonId.in_subquery(members)),
        )
        .select_only()
        .column(recognition_subjects::Column::RecognitionId)
        .into_tuple()
        .all(db)
        .await?)
}

/// The examples of meetings, in their order. A retracted recognition is none any more.
pub(crate) async fn examples<C: ConnectionTrait>(
    db: &C,
    of: &[Id],
) -> Result<HashMap<Id, Vec<Id>>, StoreError> {
    let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
    let rows = meeting_examples::Entity::find()
        .filter(meeting_examples::Column::MeetingId.is_in(of.iter().copied()))
        .order_by_asc(meeting_examples::Column::Position);
    for row in rows.all(db).await? {
        found.entry(row.meeting_id).or_default().push(row.recognition_id);
    }
    Ok(found)
}

/// The points that wait for the next meeting, oldest first.
pub(crate) fn open_points(at: &Attends) -> Select<meeting_points::Entity> {
    meeting_points::Entity::find()
        .filter(meeting_points::Column::VenueId.eq(at.venue))
        .filter(meeting_points::Column::MeetingId.is_null())
        .order_by_asc(meeting_points::Column::At)
        .order_by_asc(meeting_points::Column::Id)
}

/// The points that meetings talked about, oldest first.
pub(crate) fn points_of(_: &Attends, of: &[Id]) -> Select<meeting_points::Entity> {
    meeting_points::Entity::find()
        .filter(meeting_points::Column::MeetingId.is_in(of.iter().copied()))
        .order_by_asc(meeting_points::Column::At)
        .order_by_asc(meeting_points::Column::Id)
}

/// A point that the viewer added, locked.
pub(crate) async fn lock_own_point<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
    id: Id,
) -> Result<Option<meeting_points::Model>, StoreError> {
    Ok(meeting_points::Entity::find_by_id(id)
        .filter(meeting_points::Column::AuthorId.eq(viewer.id()))
        .lock_exclusive()
        .one(db)
        .await?)
}

/// The points that the viewer added anywhere.
pub(crate) fn own_points(viewer: &Viewer) -> Select<meeting_points::Entity> {
    meeting_points::Entity::find().filter(meeting_points::Column::AuthorId.eq(viewer.id()))
}

/// The points that a person added, whoever asks: for their erasure.
pub(crate) async fn points_by<C: ConnectionTrait>(db: &C, person: Id) -> Result<Vec<Id>, StoreError> {
    Ok(meeting_points::Entity::find()
        .filter(meeting_points::Column::AuthorId.eq(person))
        .select_only()
        .column(meeting_points::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// The topics that meetings talked about.
pub(crate) fn topics_of(_: &Attends, of: &[Id]) -> Select<meeting_topics::Entity> {
    meeting_topics::Entity::find()
        .filter(meeting_topics::Column::MeetingId.is_in(of.iter().copied()))
        .order_by_asc(meeting_topics::Column::TopicId)
}

/// The entries with a decision of the viewer's own that waits to be said in public at the venue.
pub(crate) fn waiting(viewer: &Viewer, now: Instant, at: &Attends) -> Select<incidents::Entity> {
    let there = Query::select()
        .column(decisions::Column::IncidentId)
        .from(decisions::Entity)
        .and_where(decisions::Column::LeaderId.eq(viewer.id()))
        .and_where(decisions::Column::VenueId.eq(at.venue))
        .and_where(decisions::Column::Handling.eq(Handling::Public.as_str()))
        .and_where(decisions::Column::DeliveredAt.is_null())
        .take();
    super::decision_queue(viewer, now)
        .filter(incidents::Column::State.eq("DECIDED"))
        .filter(incidents::Column::Id.in_subquery(there))
        .order_by_asc(incidents::Column::DecidedAt)
        .order_by_asc(incidents::Column::Id)
        .limit(50)
}
