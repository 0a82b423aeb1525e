//! Venues: where things happen.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Select};
use upheld_domain::Id;
use upheld_domain::words::Audience;

use crate::access;
use crate::entities::{venue_people, venue_teams, venues};
use crate::error::{StoreError, word};
use crate::viewer::ViewerStore;

/// A venue with its audience and its people.
#[derive(Debug, Clone)]
pub struct Venue {
    /// The id.
    pub id: Id,
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

impl ViewerStore {
    /// All venues by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn venues(&self) -> Result<Vec<Venue>, StoreError> {
        self.read_venues(access::venues(self.viewer()).order_by_asc(venues::Column::Name)).await
    }

    /// The venues of these ids, in no order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn venues_by_id(&self, ids: &[Id]) -> Result<Vec<Venue>, StoreError> {
        self.read_venues(access::venues(self.viewer()).filter(venues::Column::Id.is_in(ids.iter().copied())))
            .await
    }

    async fn read_venues(&self, select: Select<venues::Entity>) -> Result<Vec<Venue>, StoreError> {
        let rows = select.all(&self.db().read).await?;
        let ids: Vec<Id> = rows.iter().map(|v| v.id).collect();
        let mut teams: HashMap<Id, Vec<Id>> = HashMap::new();
        let mut people: HashMap<Id, Vec<Id>> = HashMap::new();
        let of = venue_teams::Column::VenueId.is_in(ids.iter().copied());
        for row in access::venue_teams(self.viewer()).filter(of).all(&self.db().read).await? {
            teams.entry(row.venue_id).or_default().push(row.team_id);
        }
        let of = venue_people::Column::VenueId.is_in(ids.iter().copied());
        for row in access::venue_people(self.viewer()).filter(of).all(&self.db().read).await? {
            people.entry(row.venue_id).or_default().push(row.person_id);
        }
        rows.into_iter()
            .map(|v| {
                Ok(Venue {
                    audience: word(Audience::parse, &v.audience)?,
                    teams: teams.remove(&v.id).unwrap_or_default(),
                    people: people.remove(&v.id).unwrap_or_default(),
                    id: v.id,
                    name: v.name,
                    audience_size: v.audience_size,
                    everybody: v.everybody,
                })
            })
            .collect()
    }
}
