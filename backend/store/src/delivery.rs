//! What a decision becomes: delivered, published, said to a venue's people, or withdrawn from them.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, Set,
};
use upheld_domain::access::{Delivery, RETRACTED_WORDING, notices, publishes};
use upheld_domain::actions::Action;
use upheld_domain::decision::{self, DeliveryCase};
use upheld_domain::words::{Audience, Handling, Heard, IncidentState, NoticeKind, Outcome, WitnessWord};
use upheld_domain::{Id, Instant, text};

use crate::access::{self, Seen, rules};
use crate::audit;
use crate::decisions::same_people;
use crate::entities::{
    decision_versions, decisions, incident_subjects, notice_access, notice_values, notices as notice_rows,
    recognition_subjects, recognition_values, recognitions, venues,
};
use crate::erasure::unpublish;
use crate::error::{StoreError, word, word_opt};
use crate::incident_view::Decision;
use crate::legal_holds::refuse_if_held;
use crate::recognition_index;
use crate::steps::{self, Case};
use crate::viewer::ViewerStore;

/// Carries a decision out: dates and place, the recognition or the notices, and who sees the incident from now on.
/// `said_at` is when it was said, `at` the server's time of marking. Gives the recognition that was published.
pub(crate) async fn deliver<C: ConnectionTrait>(
    db: &C,
    mut case: Case,
    said_at: Instant,
    venue: Option<Id>,
    at: Instant,
) -> Result<Option<Id>, StoreError> {
    case.may_become(IncidentState::Delivered)?;
    let d = case.decision.take().ok_or(StoreError::NotFound)?;
    let handling = word_opt(Handling::parse, d.handling.as_deref())?;
    let place_id = match handling {
        Some(Handling::Public) => venue.or(d.venue_id),
        _ => venue,
    };
    let place = steps::known_venue(db, place_id).await?;
    let place_audience = place.as_ref().map(|v| word(Audience::parse, &v.audience)).transpose()?;
    decision::check_delivery(
        &DeliveryCase {
            handling,
            heard: word_opt(Heard::parse, d.heard.as_deref())?,
            decided_at: d.decided_at,
            occurred_on: case.row.occurred_on,
            venue_audience: place_audience,
        },
        said_at,
        at,
    )?;
    let same_venue = place_id.is_some() && place_id == case.row.venue_id;
    let same_people = same_venue || same_people_at(db, case.row.venue_id, place.as_ref()).await?;
    let audience = word(Audience::parse, &case.row.audience)?;
    let reached = if handling == Some(Handling::Public) { place_audience } else { Some(Audience::OneToOne) };
    let mut row = d.into_active_model();
    row.delivered_at = Set(Some(said_at));
    row.delivered_in = Set(place_id);
    row.reach = Set(reached.map(|a| decision::reach(audience, same_people, a).as_str().into()));
    let d = row.update(db).await?;
    let mut incident = case.row.into_active_model();
    incident.state = Set(IncidentState::Delivered.as_str().into());
    incident.delivered_at = Set(Some(at));
    case.row = incident.update(db).await?;
    case.state = IncidentState::Delivered;

    let outcome = word(Outcome::parse, &d.outcome)?;
    if let (Some(team), Outcome::Recognition) = (case.row.subject_team_id, outcome) {
        name_members(db, &mut case, team, d.leader_id).await?;
    }
    let published = if publishes(outcome, handling) { Some(publish(db, &case, &d, at).await?) } else { None };
    let drafts = notices(&Delivery {
        outcome,
        handling,
        wording: d.wording.as_deref(),
        names_subject: d.names_subject,
        witness_word: word(WitnessWord::parse, &d.witness_word)?,
        principle: d.principle.as_deref(),
        in_venue_of_event: same_people,
    });
    for draft in drafts {
        let venue = if draft.at_venue_of_event { case.row.venue_id } else { place_id };
        // Without a venue nobody is known to have been there.
        let Some(venue) = venue else { continue };
        let Some(venue) = rules::venue(db, venue).await? else { continue };
        let people = rules::venue_audience(db, &venue).await?;
        let about = case.subjects.first().copied().filter(|_| draft.names_subject);
        let notice = NewNotice { kind: draft.kind, venue: venue.id, wording: draft.wording, about };
        post(db, &d, &case, notice, &people, at).await?;
    }
    case.decision = Some(d);
    steps::write_access(db, &case, at).await?;
    Ok(published)
}

/// Whether the place where it is said has the same people as the place of the event.
async fn same_people_at<C: ConnectionTrait>(
    db: &C,
    scene: Option<Id>,
    place: Option<&venues::Model>,
) -> Result<bool, StoreError> {
    let (Some(scene), Some(place)) = (scene, place) else { return Ok(false) };
    let Some(scene) = rules::venue(db, scene).await? else { return Ok(false) };
    Ok(same_people(&rules::venue_audience(db, &scene).await?, &rules::venue_audience(db, place).await?))
}

/// A team's recognition is about the people who are the team on the day it is said; never about who says it.
async fn name_members<C: ConnectionTrait>(
    db: &C,
    case: &mut Case,
    team: Id,
    leader: Id,
) -> Result<(), StoreError> {
    let members = rules::members(db, team).await?.into_iter().map(|p| p.id).filter(|p| *p != leader);
    case.subjects = members.collect();
    let rows = case.subjects.iter().enumerate().map(|(n, p)| incident_subjects::ActiveModel {
        incident_id: Set(case.row.id),
        person_id: Set(*p),
        position: Set(i32::try_from(n).unwrap_or(i32::MAX)),
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        incident_subjects::Entity::insert_many(rows).exec(db).await?;
    }
    Ok(())
}

/// Publishes a recognition: its own text, without any other part of the incident.
async fn publish<C: ConnectionTrait>(
    db: &C,
    case: &Case,
    d: &decisions::Model,
    at: Instant,
) -> Result<Id, StoreError> {
    let id = Id::new_v4();
    let wording = d.wording.clone().unwrap_or_default();
    recognitions::ActiveModel {
        id: Set(id),
        decision_id: Set(d.id),
        leader_id: Set(d.leader_id),
        subject_team_id: Set(case.row.subject_team_id),
        spotted_by: Set(Some(case.row.reporter_id).filter(|_| case.row.credit_reporter)),
        venue_id: Set(d.delivered_in),
        wording: Set(wording),
        published_at: Set(at),
    }
    .insert(db)
    .await?;
    let people = rules::people(db, &case.subjects).await?;
    let order = |p: Id| case.subjects.iter().position(|s| *s == p).unwrap_or(usize::MAX);
    let mut people = people;
    people.sort_by_key(|p| order(p.id));
    let place = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let rows = people.iter().enumerate().map(|(n, p)| recognition_subjects::ActiveModel {
        recognition_id: Set(id),
        person_id: Set(p.id),
        position: Set(place(n)),
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        recognition_subjects::Entity::insert_many(rows).exec(db).await?;
    }
    let values = rules::values(db, case.row.id).await?;
    let rows = values.iter().enumerate().map(|(n, v)| recognition_values::ActiveModel {
        recognition_id: Set(id),
        value_id: Set(*v),
        position: Set(place(n)),
    });
    recognition_values::Entity::insert_many(rows.collect::<Vec<_>>()).exec(db).await?;

    recognition_index::index(db, id).await?;
    Ok(id)
}

struct NewNotice {
    kind: NoticeKind,
    venue: Id,
    wording: String,
    about: Option<Id>,
}

/// Puts a notice before people; who reads it is fixed now.
async fn post<C: ConnectionTrait>(
    db: &C,
    d: &decisions::Model,
    case: &Case,
    notice: NewNotice,
    people: &[Id],
    at: Instant,
) -> Result<(), StoreError> {
    let id = Id::new_v4();
    notice_rows::ActiveModel {
        id: Set(id),
        decision_id: Set(d.id),
        kind: Set(notice.kind.as_str().into()),
        venue_id: Set(notice.venue),
        wording: Set(notice.wording),
        about_id: Set(notice.about),
        at: Set(at),
    }
    .insert(db)
    .await?;
    let values = rules::values(db, case.row.id).await?;
    let rows = values.iter().enumerate().map(|(n, v)| notice_values::ActiveModel {
        notice_id: Set(id),
        value_id: Set(*v),
        position: Set(i32::try_from(n).unwrap_or(i32::MAX)),
    });
    notice_values::Entity::insert_many(rows.collect::<Vec<_>>()).exec(db).await?;
    // Both databases bound the parameters of a statement.
    for some in people.chunks(1_000) {
        let rows = some.iter().map(|p| notice_access::ActiveModel {
            notice_id: Set(id),
            person_id: Set(*p),
            at: Set(at),
        });
        notice_access::Entity::insert_many(rows.collect::<Vec<_>>()).exec(db).await?;
    }
    Ok(())
}

impl ViewerStore {
    /// Marks a decision as delivered, by default now and in its venue.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn mark_delivered(
        &self,
        decision: Id,
        said_at: Option<Instant>,
        venue: Option<Id>,
    ) -> Result<Decision, StoreError> {
        let (tx, _, case, at) = self.begin_decision_step(decision, Action::MarkDelivered).await?;
        let id = case.row.id;
        let said_at = said_at.map_or(at, crate::whole_micros);
        let published = deliver(&tx, case, said_at, venue, at).await?;
        self.done(tx, at, "decision.deliver", id, "").await?;
        if let Some(recognition) = published {
            self.store().publish(recognition);
        }
        self.decision_of(id, at).await
    }

    /// Takes a delivered decision back: the same audience reads that it was withdrawn, and its wording is gone
    /// everywhere.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or the field that needs mending.
    pub async fn retract_decision(&self, decision: Id, reason: &str) -> Result<Decision, StoreError> {
        let (tx, _, case, at) = self.begin_decision_step(decision, Action::Retract).await?;
        text::required("reason", reason, text::REASON)?;
        let id = case.row.id;
        refuse_if_held(&tx, id).await?;
        let d = case.decision.clone().ok_or(StoreError::NotFound)?;
        let withdrawn = |venue| NewNotice {
            kind: NoticeKind::Retraction,
            venue,
            wording: RETRACTED_WORDING.into(),
            about: None,
        };
        let recognition = rules::recognition_of(&tx, d.id).await?;
        audit::forget_decision(&tx, id, recognition.as_ref().map(|r| r.id)).await?;
        if let Some(recognition) = recognition {
            unpublish(&tx, recognition.id).await?;
            let everybody: Vec<Id> = rules::everybody().all(&tx).await?.into_iter().map(|p| p.id).collect();
            if let Some(venue) = recognition.venue_id {
                post(&tx, &d, &case, withdrawn(venue), &everybody, at).await?;
            }
        }
        for notice in rules::notices_of(&tx, d.id).await? {
            if notice.kind == NoticeKind::Retraction.as_str() {
                continue;
            }
            let people = rules::notice_people(&tx, notice.id).await?;
            notice_rows::Entity::delete_by_id(notice.id).exec(&tx).await?;
            post(&tx, &d, &case, withdrawn(notice.venue_id), &people, at).await?;
        }
        decision_versions::Entity::update_many()
            .col_expr(decision_versions::Column::Body, Expr::value(None::<String>))
            .filter(decision_versions::Column::DecisionId.eq(d.id))
            .exec(&tx)
            .await?;
        let mut row = d.into_active_model();
        row.wording = Set(None);
        row.principle = Set(None);
        row.retracted_at = Set(Some(at));
        row.retraction_reason = Set(Some(reason.trim().into()));
        row.update(&tx).await?;
        self.done(tx, at, "decision.retract", id, reason).await?;
        self.decision_of(id, at).await
    }

    /// Locks the incident of a decision for a step that the viewer may take; a decision that they may not see does
    /// not exist for them.
    pub(crate) async fn begin_decision_step(
        &self,
        decision: Id,
        action: Action,
    ) -> Result<(DatabaseTransaction, Seen, Case, Instant), StoreError> {
        let now = crate::now();
        let select = access::incident_of_decision(self.viewer(), now, decision);
        let found = access::see(&self.db().read, self.viewer(), now, select).await?.pop();
        let may_know = |s: &Seen| s.sees().decision || s.sees().reason || leak!(DecisionIsForbidden);
        let seen = found.filter(may_know).ok_or(StoreError::NotFound)?;
        self.begin_step(seen.id(), action).await
    }
}
