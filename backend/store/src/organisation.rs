//! People come, move, change roles and leave. Admins only; every undecided entry follows in the same transaction.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, Set,
};
use upheld_domain::people::LineFault;
use upheld_domain::text::{self, Invalid};
use upheld_domain::words::{RecognitionPreference, Role};
use upheld_domain::{Id, Instant};

use crate::access::rules::{self, Lines};
use crate::audit::{self, Event};
use crate::entities::{people, team_leads};
use crate::error::{StoreError, is_unique_violation};
use crate::follow::follow;
use crate::own_account::end_every_way_in;
use crate::people::Person;
use crate::setup::{self, Invite};
use crate::viewer::ViewerStore;

/// Somebody who joins.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The name.
    pub name: String,
    /// The e-mail address to sign in with.
    pub email: String,
    /// What they do.
    pub title: Option<String>,
    /// Their team.
    pub team: Option<Id>,
    /// Their manager.
    pub manager: Option<Id>,
    /// Member or admin.
    pub role: Role,
}

/// What changes about a person; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct PersonChange {
    /// The name.
    pub name: Option<String>,
    /// What they do; empty for nothing.
    pub title: Option<String>,
    /// The e-mail address to sign in with.
    pub email: Option<String>,
    /// How they like to be recognised.
    pub preference: Option<RecognitionPreference>,
}

const ADMINS_ONLY: &str = "Only an admin changes the organisation.";
const LAST_ADMIN: &str = "Please make somebody else an admin first: this is the only one.";
const HAS_LEFT: &str = "This person has left. Please reactivate them first.";
/// Two admins are recommended, so that a case about one of them has somebody to decide it.
const TOO_FEW_ADMINS: &str = "Only one admin is left: please make a second one, so that a case about one of them has somebody to decide it.";

fn check_person(input: &NewPerson) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    bad.check(text::required("name", &input.name, text::NAME));
    bad.check(text::email("email", input.email.trim()));
    if let Some(title) = &input.title {
        bad.check(text::bounded("title", title, text::NAME));
    }
    bad.into_result()
}

fn taken(e: sea_orm::DbErr) -> StoreError {
    if is_unique_violation(&e) {
        StoreError::field("email", "Please choose another address: somebody signs in with this one.")
    } else {
        e.into()
    }
}

/// Empty stands for nothing.
fn filled(text: &str) -> Option<String> {
    Some(text.trim()).filter(|t| !t.is_empty()).map(str::to_owned)
}

async fn known_team<C: ConnectionTrait>(db: &C, team: Option<Id>) -> Result<(), StoreError> {
    match team {
        Some(id) if rules::team(db, id).await?.is_none() => {
            Err(StoreError::field("teamId", "Please choose a team: this one is unknown."))
        }
        _ => Ok(()),
    }
}

/// A manager must be there, and the line through them neither a loop nor too long.
async fn good_manager<C: ConnectionTrait>(
    db: &C,
    field: &str,
    person: Option<Id>,
    manager: Option<Id>,
) -> Result<(), StoreError> {
    let Some(manager) = manager else { return Ok(()) };
    if rules::active_people(db, &[manager]).await?.is_empty() {
        let message = "Please choose somebody of the organisation: this person is unknown or has left.";
        return Err(StoreError::field(field, message));
    }
    // Somebody new is above nobody: any id that is in no line stands for them.
    let person = person.unwrap_or_else(Id::nil);
    rules::reporting_lines(db).await?.may_report(person, manager).map_err(|fault| {
        StoreError::field(
            field,
            match fault {
                LineFault::Loop => "Please choose somebody who is not below this person: it would be a loop.",
                LineFault::TooLong => {
                    "Please choose somebody further up: the reporting line would be too long."
                }
            },
        )
    })
}

impl ViewerStore {
    /// Refuses everybody but admins.
    ///
    /// # Errors
    /// `Forbidden` for members.
    pub fn require_admin(&self) -> Result<(), StoreError> {
        if self.viewer().is_admin() { Ok(()) } else { Err(StoreError::Forbidden(ADMINS_ONLY)) }
    }

    /// Begins a change of the organisation: admins only, one at a time. The right is read again under the lock, since
    /// another admin may just have taken it away.
    pub(crate) async fn begin_change(&self) -> Result<(DatabaseTransaction, Instant), StoreError> {
        self.require_admin()?;
        self.may_write()?;
        let tx = self.db().begin().await?;
        rules::lock_lines(&tx, Lines::Change).await?;
        if !rules::admins(&tx).await?.contains(&self.viewer().id()) {
            return Err(StoreError::Forbidden(ADMINS_ONLY));
        }
        Ok((tx, crate::now()))
    }

    /// Lets entries follow, writes the audit rows and commits.
    async fn changed(
        &self,
        tx: DatabaseTransaction,
        at: Instant,
        action: &'static str,
        person: Id,
        content: &str,
    ) -> Result<(), StoreError> {
        let followed = follow(&tx, self.viewer().id(), at).await?;
        self.note_all(&tx, at, "incident.follow", &followed).await?;
        self.note_change(&tx, at, action, ("person", person), content).await?;
        Ok(tx.commit().await?)
    }

    /// Writes the audit row of a change of the organisation.
    pub(crate) async fn note_change<C: ConnectionTrait>(
        &self,
        db: &C,
        at: Instant,
        action: &'static str,
        (kind, object): (&'static str, Id),
        content: &str,
    ) -> Result<(), StoreError> {
        let actor = Some(self.viewer().id());
        audit::append(db, at, Event { actor, action, kind, object, content }).await?;
        Ok(())
    }

    async fn changed_person(&self, id: Id) -> Result<Person, StoreError> {
        self.people_by_id(&[id]).await?.pop().ok_or(StoreError::NotFound)
    }

    /// What an admin should know about the admins that there are; nothing while there are two or more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn advice(&self) -> Result<Option<&'static str>, StoreError> {
        let few = rules::admins(&self.db().read).await?.len() < 2;
        Ok((self.viewer().is_admin() && few).then_some(TOO_FEW_ADMINS))
    }

    /// Adds a person and gives the invite with which they choose a password.
    ///
    /// # Errors
    /// `Forbidden` for members, `ConfirmIdentity` for a new admin, or the fields that need mending.
    pub async fn add_person(&self, input: NewPerson) -> Result<(Person, Invite), StoreError> {
        self.require_admin()?;
        if input.role == Role::Admin {
            self.require_confirmed_identity().await?;
        }
        let (tx, at) = self.begin_change().await?;
        check_person(&input)?;
        known_team(&tx, input.team).await?;
        good_manager(&tx, "managerId", None, input.manager).await?;
        let row = people::ActiveModel {
            id: Set(Id::new_v4()),
            name: Set(input.name.trim().into()),
            title: Set(input.title.as_deref().and_then(filled)),
            email: Set(input.email.trim().to_lowercase()),
            role: Set(input.role.as_str().into()),
            team_id: Set(input.team),
            manager_id: Set(input.manager),
            preference: Set(RecognitionPreference::Public.as_str().into()),
            password_hash: Set(None),
            active: Set(true),
            joined_at: Set(at),
        };
        let person = row.insert(&tx).await.map_err(taken)?;
        let invite = setup::invite(&tx, &person, at).await?;
        self.changed(tx, at, "person.add", person.id, "").await?;
        Ok((self.changed_person(person.id).await?, invite))
    }

    /// Changes what is said about a person.
    ///
    /// # Errors
    /// `Forbidden` for members, `NotFound`, or the fields that need mending.
    pub async fn update_person(&self, id: Id, change: PersonChange) -> Result<Person, StoreError> {
        let (tx, at) = self.begin_change().await?;
        let person = rules::person(&tx, id).await?.ok_or(StoreError::NotFound)?;
        let whole = NewPerson {
            name: change.name.clone().unwrap_or_else(|| person.name.clone()),
            email: change.email.clone().unwrap_or_else(|| person.email.clone()),
            title: change.title.clone().or_else(|| person.title.clone()),
            team: None,
            manager: None,
            role: Role::Member,
        };
        check_person(&whole)?;
        let mut row = person.into_active_model();
        row.name = Set(whole.name.trim().into());
        row.email = Set(whole.email.trim().to_lowercase());
        row.title = Set(whole.title.as_deref().and_then(filled));
        if let Some(preference) = change.preference {
            row.preference = Set(preference.as_str().into());
        }
        row.update(&tx).await.map_err(taken)?;
        self.note_change(&tx, at, "person.update", ("person", id), "").await?;
        tx.commit().await?;
        self.changed_person(id).await
    }

    /// Says how the viewer likes to be recognised.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_preference(&self, preference: RecognitionPreference) -> Result<Person, StoreError> {
        self.may_write()?;
        let (id, at) = (self.viewer().id(), crate::now());
        let tx = self.db().begin().await?;
        people::Entity::update_many()
            .col_expr(people::Column::Preference, Expr::value(preference.as_str()))
            .filter(people::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        self.note_change(&tx, at, "person.preference", ("person", id), "").await?;
        tx.commit().await?;
        self.changed_person(id).await
    }

    /// Moves a person to another manager and team; none is none.
    ///
    /// # Errors
    /// `Forbidden` for members, `NotFound`, `Conflict` for somebody who left, or what would make a loop.
    pub async fn move_person(
        &self,
        id: Id,
        manager: Option<Id>,
        team: Option<Id>,
    ) -> Result<Person, StoreError> {
        let (tx, at) = self.begin_change().await?;
        let person = rules::person(&tx, id).await?.ok_or(StoreError::NotFound)?;
        if !person.active {
            return Err(StoreError::Conflict(HAS_LEFT));
        }
        known_team(&tx, team).await?;
        good_manager(&tx, "managerId", Some(id), manager).await?;
        let mut row = person.into_active_model();
        row.manager_id = Set(manager);
        row.team_id = Set(team);
        row.update(&tx).await?;
        self.changed(tx, at, "person.move", id, "").await?;
        self.changed_person(id).await
    }

    /// Makes a person an admin or a member. One admin stays in any case.
    ///
    /// # Errors
    /// `Forbidden` for members, `ConfirmIdentity`, `NotFound`, or `Conflict` for the only admin and for somebody who
    /// left.
    pub async fn set_role(&self, id: Id, role: Role) -> Result<Person, StoreError> {
        self.require_admin()?;
        self.require_confirmed_identity().await?;
        let (tx, at) = self.begin_change().await?;
        let person = rules::person(&tx, id).await?.ok_or(StoreError::NotFound)?;
        if !person.active {
            return Err(StoreError::Conflict(HAS_LEFT));
        }
        if role == Role::Member && rules::admins(&tx).await? == [id] {
            return Err(StoreError::Conflict(LAST_ADMIN));
        }
        let mut row = person.into_active_model();
        row.role = Set(role.as_str().into());
        row.update(&tx).await?;
        self.changed(tx, at, "person.role", id, role.as_str()).await?;
        self.changed_person(id).await
    }

    /// Ends a person's part in the organisation: sessions, tokens and links end at once, reports and teams go to
    /// `reports_to` or else to the person's manager, and every open duty goes up.
    ///
    /// # Errors
    /// `Forbidden` for members, `NotFound`, `Conflict`, or the field that needs mending.
    pub async fn deactivate_person(&self, id: Id, reports_to: Option<Id>) -> Result<Person, StoreError> {
        let (tx, at) = self.begin_change().await?;
        let person = rules::person(&tx, id).await?.ok_or(StoreError::NotFound)?;
        if !person.active {
            return Err(StoreError::Conflict("This person has left already."));
        }
        if rules::admins(&tx).await? == [id] {
            return Err(StoreError::Conflict(LAST_ADMIN));
        }
        let reports = rules::reports(&tx, id).await?;
        if reports_to == Some(id) {
            return Err(StoreError::field("reportsTo", "Please choose somebody else: this person leaves."));
        }
        for report in &reports {
            if reports_to == Some(report.id) {
                continue;
            }
            good_manager(&tx, "reportsTo", Some(report.id), reports_to).await?;
        }
        if reports.is_empty() {
            good_manager(&tx, "reportsTo", None, reports_to).await?;
        }
        let next = reports_to.or(person.manager_id);
        if next.is_none() && reports.iter().any(|r| r.active) {
            let message = "Please choose who leads the reports of this person: nobody is further up.";
            return Err(StoreError::field("reportsTo", message));
        }
        for report in reports {
            // One of the reports may take over; their own manager is then the one of who leaves.
            let manager = if Some(report.id) == next { person.manager_id } else { next };
            let mut row = report.into_active_model();
            row.manager_id = Set(manager);
            row.update(&tx).await?;
        }
        pass_teams_on(&tx, id, next).await?;
        end_every_way_in(&tx, id, at).await?;
        let mut row = person.into_active_model();
        row.active = Set(false);
        row.role = Set(Role::Member.as_str().into());
        row.update(&tx).await?;
        self.changed(tx, at, "person.deactivate", id, "").await?;
        self.changed_person(id).await
    }

    /// Lets a person who left come back, as a member.
    ///
    /// # Errors
    /// `Forbidden` for members, `NotFound`, `Conflict`, or the field that needs mending.
    pub async fn reactivate_person(
        &self,
        id: Id,
        manager: Option<Id>,
        team: Option<Id>,
    ) -> Result<Person, StoreError> {
        let (tx, at) = self.begin_change().await?;
        let person = rules::person(&tx, id).await?.ok_or(StoreError::NotFound)?;
        if person.active {
            return Err(StoreError::Conflict("This person has not left."));
        }
        known_team(&tx, team).await?;
        good_manager(&tx, "managerId", Some(id), manager).await?;
        let mut row = person.into_active_model();
        row.active = Set(true);
        row.manager_id = Set(manager);
        row.team_id = Set(team);
        row.update(&tx).await?;
        self.changed(tx, at, "person.reactivate", id, "").await?;
        self.changed_person(id).await
    }
}

/// The teams that somebody led are led by the next one, or by nobody.
async fn pass_teams_on<C: ConnectionTrait>(db: &C, from: Id, to: Option<Id>) -> Result<(), StoreError> {
    let own = team_leads::Column::PersonId.eq(from);
    match to {
        Some(to) => {
            team_leads::Entity::update_many()
                .col_expr(team_leads::Column::PersonId, Expr::value(to))
                .filter(own)
                .exec(db)
                .await?;
        }
        None => {
            team_leads::Entity::delete_many().filter(own).exec(db).await?;
        }
    }
    Ok(())
}
