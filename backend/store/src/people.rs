//! People, teams and the organisation, as everybody who has signed in sees them.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use upheld_domain::Id;
use upheld_domain::clock::Limits;
use upheld_domain::text::search_words;
use upheld_domain::words::{RecognitionPreference, Role};

use crate::access;
use crate::entities::{people, team_leads, teams};
use crate::error::{StoreError, word};
use crate::page::{self, NameCursor, PageRequest, Slice};
use crate::viewer::ViewerStore;

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id.
    pub id: Id,
    /// The name on screens.
    pub name: String,
    /// What they do.
    pub title: Option<String>,
    /// The e-mail address, for the person and admins.
    pub email: Option<String>,
    /// Member or admin.
    pub role: Role,
    /// Their team.
    pub team: Option<Id>,
    /// Their manager.
    pub manager: Option<Id>,
    /// How they like to be recognised.
    pub preference: RecognitionPreference,
    /// Whether they have left.
    pub active: bool,
}

/// A team.
#[derive(Debug, Clone)]
pub struct Team {
    /// The id.
    pub id: Id,
    /// The name.
    pub name: String,
    /// Its lead.
    pub lead: Option<Id>,
}

/// The organisation and its limits.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// The name.
    pub name: String,
    /// An IANA time zone.
    pub time_zone: String,
    /// Hours to decide and days to silence.
    pub limits: Limits,
    /// Hours after which the person sees a violation at the latest.
    pub subject_sees_after_hours: i32,
    /// What people read about what does not belong here.
    pub hand_over_text: Option<String>,
    /// Where that belongs.
    pub hand_over_link: Option<String>,
}

impl ViewerStore {
    fn person_seen(&self, p: people::Model) -> Result<Person, StoreError> {
        Ok(Person {
            email: access::may_read_email(self.viewer(), p.id).then_some(p.email),
            id: p.id,
            name: p.name,
            title: p.title,
            role: word(Role::parse, &p.role)?,
            team: p.team_id,
            manager: p.manager_id,
            preference: word(RecognitionPreference::parse, &p.preference)?,
            active: p.active,
        })
    }

    /// The people of these ids, in no order; unknown ids are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn people_by_id(&self, ids: &[Id]) -> Result<Vec<Person>, StoreError> {
        let rows = access::people(self.viewer()).filter(people::Column::Id.is_in(ids.iter().copied()));
        rows.all(&self.db().read).await?.into_iter().map(|p| self.person_seen(p)).collect()
    }

    /// Active people in the order of their names, found by words of name or title.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn people(
        &self,
        search: Option<&str>,
        page: &PageRequest<NameCursor>,
    ) -> Result<Slice<Person, NameCursor>, StoreError> {
        let mut select = access::people(self.viewer()).filter(people::Column::Active.eq(true));
        let search = search.unwrap_or_default();
        if !search.trim().is_empty() && search_words(search).is_empty() {
            // Nothing of it is a word, so that nobody's name has it.
            select = select.filter(Expr::val(1).eq(0));
        }
        for word in search_words(search) {
            // The words are letters and digits alone, so that nothing in them means anything to LIKE.
            let pattern = format!("%{word}%");
            let lower = |column: people::Column| {
                Expr::expr(sea_orm::sea_query::Func::lower(Expr::col((people::Entity, column))))
                    .like(pattern.clone())
            };
            select = select.filter(lower(people::Column::Name).or(lower(people::Column::Title)));
        }
        self.people_page(select, page).await
    }

    /// A page of the active direct reports of each of some people, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reports(
        &self,
        of: &[Id],
        page: &PageRequest<NameCursor>,
    ) -> Result<HashMap<Id, Slice<Person, NameCursor>>, StoreError> {
        self.people_of_each(people::Column::ManagerId, |p| p.manager_id, of, page).await
    }

    /// A page of the active members of each of some teams, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn members(
        &self,
        of: &[Id],
        page: &PageRequest<NameCursor>,
    ) -> Result<HashMap<Id, Slice<Person, NameCursor>>, StoreError> {
        self.people_of_each(people::Column::TeamId, |p| p.team_id, of, page).await
    }

    /// One statement for all groups, unless the page begins at a cursor, which belongs to one group.
    async fn people_of_each(
        &self,
        group: people::Column,
        group_of: fn(&people::Model) -> Option<Id>,
        of: &[Id],
        page: &PageRequest<NameCursor>,
    ) -> Result<HashMap<Id, Slice<Person, NameCursor>>, StoreError> {
        if page.after.is_some() || page.before.is_some() {
            let mut found = HashMap::new();
            for id in of {
                let select = access::people(self.viewer())
                    .filter(people::Column::Active.eq(true))
                    .filter(group.eq(*id));
                found.insert(*id, self.people_page(select, page).await?);
            }
            return Ok(found);
        }
        let mut rows: HashMap<Id, Vec<(NameCursor, Person)>> =
            of.iter().map(|id| (*id, Vec::new())).collect();
        let select = access::people_of_each(self.viewer(), group, of, page.size + 1, page.from_end);
        for p in select.all(&self.db().read).await? {
            let Some(list) = group_of(&p).and_then(|id| rows.get_mut(&id)) else { continue };
            list.push((NameCursor { name: p.name.clone(), id: p.id }, self.person_seen(p)?));
        }
        Ok(rows
            .into_iter()
            .map(|(id, mut list)| {
                if page.from_end {
                    // A page from the end is cut from its last row on.
                    list.reverse();
                }
                (id, Slice::cut(list, page))
            })
            .collect())
    }

    async fn people_page(
        &self,
        select: sea_orm::Select<people::Entity>,
        page: &PageRequest<NameCursor>,
    ) -> Result<Slice<Person, NameCursor>, StoreError> {
        let rows = page::by_name(select, people::Column::Name, people::Column::Id, page)
            .all(&self.db().read)
            .await?;
        let rows = rows
            .into_iter()
            .map(|p| Ok((NameCursor { name: p.name.clone(), id: p.id }, self.person_seen(p)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Slice::cut(rows, page))
    }

    /// Which of these people lead somebody: an active report, or a team.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leaders_among(&self, ids: &[Id]) -> Result<Vec<Id>, StoreError> {
        let leads = Query::select().column(team_leads::Column::PersonId).from(team_leads::Entity).take();
        let managers = Query::select()
            .column(people::Column::ManagerId)
            .from(people::Entity)
            .and_where(people::Column::Active.eq(true))
            .and_where(people::Column::ManagerId.is_in(ids.iter().copied()))
            .take();
        let rows = access::people(self.viewer())
            .filter(people::Column::Id.is_in(ids.iter().copied()))
            .filter(people::Column::Id.in_subquery(leads).or(people::Column::Id.in_subquery(managers)))
            .all(&self.db().read)
            .await?;
        Ok(rows.into_iter().map(|p| p.id).collect())
    }

    /// All teams by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn teams(&self) -> Result<Vec<Team>, StoreError> {
        let rows =
            access::teams(self.viewer()).order_by_asc(teams::Column::Name).all(&self.db().read).await?;
        self.with_leads(rows).await
    }

    /// The teams of these ids, in no order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn teams_by_id(&self, ids: &[Id]) -> Result<Vec<Team>, StoreError> {
        let rows = access::teams(self.viewer()).filter(teams::Column::Id.is_in(ids.iter().copied()));
        let rows = rows.all(&self.db().read).await?;
        self.with_leads(rows).await
    }

    async fn with_leads(&self, rows: Vec<teams::Model>) -> Result<Vec<Team>, StoreError> {
        let leads = access::team_leads(self.viewer())
            .filter(team_leads::Column::TeamId.is_in(rows.iter().map(|t| t.id)))
            .all(&self.db().read)
            .await?;
        let lead = |team: Id| leads.iter().find(|l| l.team_id == team).map(|l| l.person_id);
        Ok(rows.into_iter().map(|t| Team { lead: lead(t.id), id: t.id, name: t.name }).collect())
    }

    /// The organisation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn organisation(&self) -> Result<Organisation, StoreError> {
        let row = access::organisation(self.viewer()).one(&self.db().read).await?;
        let row = row.ok_or_else(|| StoreError::Internal("there is no organisation".into()))?;
        Ok(Organisation {
            limits: limits(&row),
            name: row.name,
            time_zone: row.time_zone,
            subject_sees_after_hours: row.subject_sees_after_hours,
            hand_over_text: row.hand_over_text,
            hand_over_link: row.hand_over_link,
        })
    }
}

pub(crate) fn limits(row: &crate::entities::organisations::Model) -> Limits {
    Limits {
        hours_to_decide: row.hours_to_decide.unsigned_abs(),
        silent_after_days: row.silent_after_days.unsigned_abs(),
    }
}
