//! Teams, venues and the policy, as admins set them.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use upheld_domain::policy::{self, Policy};
use upheld_domain::text::{self, Invalid};
use upheld_domain::words::Audience;
use upheld_domain::{Id, Instant};

use crate::access::rules;
use crate::entities::{team_leads, teams, venue_people, venue_teams, venues};
use crate::error::StoreError;
use crate::follow::follow;
use crate::people::{Organisation, Team};
use crate::venues::Venue;
use crate::viewer::ViewerStore;

/// A venue as an admin writes it.
#[derive(Debug, Clone)]
pub struct VenueInput {
    /// The venue to change; none for a new one.
    pub id: Option<Id>,
    /// The name.
    pub name: String,
    /// How public it is.
    pub audience: Audience,
    /// How many people see what happens there.
    pub audience_size: i32,
    /// Whether all people are its people.
    pub everybody: bool,
    /// The teams whose members are its people.
    pub teams: Vec<Id>,
    /// The people named as its people.
    pub people: Vec<Id>,
}

/// What changes of the policy; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct PolicyChange {
    /// Hours after which an undecided entry is overdue.
    pub hours_to_decide: Option<i32>,
    /// Days after which an undecided violation is silence.
    pub silent_after_days: Option<i32>,
    /// Hours after which the person sees a violation at the latest; of entries that are logged from now on.
    pub subject_sees_after_hours: Option<i32>,
    /// What people read about what does not belong here; empty for nothing.
    pub hand_over_text: Option<String>,
    /// Where that belongs; empty for nowhere.
    pub hand_over_link: Option<String>,
}

/// The most people and teams that a venue names.
const MAX_NAMED: usize = 1_000;

fn check_venue(input: &VenueInput) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    bad.check(text::required("name", &input.name, text::NAME));
    if !(1..=1_000_000).contains(&input.audience_size) {
        bad.add("audienceSize", "Please give the number of people who see what happens there, at least 1.");
    }
    if input.everybody && !(input.teams.is_empty() && input.people.is_empty()) {
        bad.add("everybody", "Please choose everybody, or teams and people, not both.");
    }
    for (field, list) in [("teamIds", &input.teams), ("personIds", &input.people)] {
        if list.len() > MAX_NAMED {
            bad.add(field, format!("Please choose at most {MAX_NAMED}."));
        } else if list.iter().enumerate().any(|(n, id)| list[..n].contains(id)) {
            bad.add(field, "Please choose each only once.");
        }
    }
    bad.into_result()
}

impl ViewerStore {
    /// Writes a team; its lead decides nothing by that alone, but what it is praised for goes to the lead's manager.
    ///
    /// # Errors
    /// `Forbidden` for members, `NotFound`, or the fields that need mending.
    pub async fn save_team(&self, id: Option<Id>, name: &str, lead: Option<Id>) -> Result<Team, StoreError> {
        let (tx, at) = self.begin_change().await?;
        let current = match id {
            Some(id) => Some(rules::team(&tx, id).await?.ok_or(StoreError::NotFound)?.0),
            None => None,
        };
        text::required("name", name, text::NAME)?;
        let name = name.trim();
        if rules::team_exists_named(&tx, name, id).await? {
            let message = "Please choose another name: a team of this name exists.";
            return Err(StoreError::field("name", message));
        }
        if let Some(lead) = lead
            && rules::active_people(&tx, &[lead]).await?.is_empty()
        {
            let message = "Please choose somebody of the organisation: this person is unknown or has left.";
            return Err(StoreError::field("leadId", message));
        }
        let id = if let Some(team) = current {
            let id = team.id;
            let mut row = team.into_active_model();
            row.name = Set(name.into());
            row.update(&tx).await?;
            team_leads::Entity::delete_many().filter(team_leads::Column::TeamId.eq(id)).exec(&tx).await?;
            id
        } else {
            let id = Id::new_v4();
            teams::ActiveModel { id: Set(id), name: Set(name.into()) }.insert(&tx).await?;
            id
        };
        if let Some(lead) = lead {
            team_leads::ActiveModel { team_id: Set(id), person_id: Set(lead) }.insert(&tx).await?;
        }
        let followed = follow(&tx, self.viewer().id(), at).await?;
        self.note_all(&tx, at, "incident.follow", &followed).await?;
        self.note_change(&tx, at, "team.save", ("team", id), "").await?;
        tx.commit().await?;
        self.teams_by_id(&[id]).await?.pop().ok_or(StoreError::NotFound)
    }

    /// Writes a venue. Who reads the notices that are there already stays as it was.
    ///
    /// # Errors
    /// `Forbidden` for members, `NotFound`, or the fields that need mending.
    pub async fn save_venue(&self, input: VenueInput) -> Result<Venue, StoreError> {
        let (tx, at) = self.begin_change().await?;
        let current = match input.id {
            Some(id) => Some(rules::venue(&tx, id).await?.ok_or(StoreError::NotFound)?),
            None => None,
        };
        check_venue(&input)?;
        let name = input.name.trim();
        let wrong = |field: &str, message: &str| Err(StoreError::field(field, message));
        if rules::venue_exists_named(&tx, name, input.id).await? {
            return wrong("name", "Please choose another name: a venue of this name exists.");
        }
        if rules::teams_there(&tx, &input.teams).await? != input.teams.len() {
            return wrong("teamIds", "Please choose teams that exist: one is unknown.");
        }
        if rules::active_people(&tx, &input.people).await?.len() != input.people.len() {
            return wrong(
                "personIds",
                "Please choose people of the organisation: one is unknown or has left.",
            );
        }
        let id = if let Some(venue) = current {
            let id = venue.id;
            let mut row = venue.into_active_model();
            row.name = Set(name.into());
            row.audience = Set(input.audience.as_str().into());
            row.audience_size = Set(input.audience_size);
            row.everybody = Set(input.everybody);
            row.update(&tx).await?;
            venue_teams::Entity::delete_many().filter(venue_teams::Column::VenueId.eq(id)).exec(&tx).await?;
            venue_people::Entity::delete_many()
                .filter(venue_people::Column::VenueId.eq(id))
                .exec(&tx)
                .await?;
            id
        } else {
            let id = Id::new_v4();
            venues::ActiveModel {
                id: Set(id),
                name: Set(name.into()),
                kind: Set("OTHER".into()),
                audience: Set(input.audience.as_str().into()),
                audience_size: Set(input.audience_size),
                everybody: Set(input.everybody),
            }
            .insert(&tx)
            .await?;
            id
        };
        put_people(&tx, id, &input).await?;
        self.note_change(&tx, at, "venue.save", ("venue", id), "").await?;
        tx.commit().await?;
        self.venues_by_id(&[id]).await?.pop().ok_or(StoreError::NotFound)
    }

    /// Sets the policy. Entries that are there already keep what was said when they were logged.
    ///
    /// # Errors
    /// `Forbidden` for members, or the fields that need mending.
    pub async fn save_policy(&self, change: PolicyChange) -> Result<Organisation, StoreError> {
        let (tx, at): (_, Instant) = self.begin_change().await?;
        let current = rules::organisation(&tx).await?.ok_or(StoreError::NotFound)?;
        let text = |new: Option<String>, old: &Option<String>| match new {
            Some(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
            None => old.clone(),
        };
        let policy = Policy {
            hours_to_decide: change.hours_to_decide.unwrap_or(current.hours_to_decide),
            silent_after_days: change.silent_after_days.unwrap_or(current.silent_after_days),
            subject_sees_after_hours: change
                .subject_sees_after_hours
                .unwrap_or(current.subject_sees_after_hours),
            hand_over_text: text(change.hand_over_text, &current.hand_over_text),
            hand_over_link: text(change.hand_over_link, &current.hand_over_link),
        };
        policy::check(&policy)?;
        let id = current.id;
        let content = format!("{policy:?}");
        let mut row = current.into_active_model();
        row.hours_to_decide = Set(policy.hours_to_decide);
        row.silent_after_days = Set(policy.silent_after_days);
        row.subject_sees_after_hours = Set(policy.subject_sees_after_hours);
        row.hand_over_text = Set(policy.hand_over_text);
        row.hand_over_link = Set(policy.hand_over_link);
        row.update(&tx).await?;
        self.note_change(&tx, at, "policy.save", ("organisation", id), &content).await?;
        tx.commit().await?;
        self.organisation().await
    }
}

async fn put_people<C: ConnectionTrait>(db: &C, venue: Id, input: &VenueInput) -> Result<(), StoreError> {
    let teams =
        input.teams.iter().map(|t| venue_teams::ActiveModel { venue_id: Set(venue), team_id: Set(*t) });
    let teams: Vec<_> = teams.collect();
    if !teams.is_empty() {
        venue_teams::Entity::insert_many(teams).exec(db).await?;
    }
    let people =
        input.people.iter().map(|p| venue_people::ActiveModel { venue_id: Set(venue), person_id: Set(*p) });
    let people: Vec<_> = people.collect();
    if !people.is_empty() {
        venue_people::Entity::insert_many(people).exec(db).await?;
    }
    Ok(())
}
