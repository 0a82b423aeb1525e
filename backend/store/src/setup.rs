//! The first run, invites, and what the sign-in page of a demo shows.

use std::net::IpAddr;

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use upheld_domain::text::{self, Invalid};
use upheld_domain::words::{RecognitionPreference, Role};
use upheld_domain::{Id, Instant};

use crate::access::rules;
use crate::audit::{self, Event, hash};
use crate::entities::{invites, organisations, people, server_secrets};
use crate::error::StoreError;
use crate::passwords::{check_new_password, secret};
use crate::sessions::{Place, SignedIn, network_of};
use crate::store::Store;
use crate::values::{self, ValueInput};

/// How long an invite link works.
const INVITE_LASTS: TimeDelta = TimeDelta::days(14);
const SET_UP: &str = "set-up";
pub(crate) const BAD_LINK: &str =
    "Please ask for a new link: this one was used, has expired or is incomplete.";

/// The first run's form.
#[derive(Debug, Clone)]
pub struct SetUpInput {
    /// The one-time token of the server's log.
    pub token: String,
    /// The organisation's name.
    pub organisation: String,
    /// An IANA time zone.
    pub time_zone: String,
    /// The first two admins.
    pub admins: Vec<SetUpAdmin>,
    /// The first values.
    pub values: Vec<SetUpValue>,
}

/// One of the first admins.
#[derive(Debug, Clone)]
pub struct SetUpAdmin {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The password of the first; the second gets an invite.
    pub password: Option<String>,
}

/// One of the first values.
#[derive(Debug, Clone)]
pub struct SetUpValue {
    /// The name.
    pub name: String,
    /// What it says.
    pub statement: String,
    /// What living it looks like.
    pub upheld: Vec<String>,
    /// What falling short of it looks like.
    pub violated: Vec<String>,
}

/// A one-time link for somebody without a password.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// The token of the link, which is kept as a hash.
    pub token: String,
}

/// Somebody whom the demo's sign-in page lists.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// The name.
    pub name: String,
    /// What they do.
    pub title: Option<String>,
    /// The e-mail address to sign in with.
    pub email: String,
    /// Whether they are an admin.
    pub admin: bool,
    /// Whether they lead.
    pub leader: bool,
    /// Their team's name.
    pub team: Option<String>,
}

impl Store {
    /// Whether nobody has set the organisation up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(rules::organisation(&self.db().read).await?.is_none())
    }

    /// What the sign-in page shows: the organisation's name and whether it is the demo.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn welcome(&self) -> Result<Option<(String, bool)>, StoreError> {
        Ok(rules::organisation(&self.db().read).await?.map(|o| (o.name, o.demo)))
    }

    /// Whether the database holds the demo.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_demo(&self) -> Result<bool, StoreError> {
        Ok(rules::organisation(&self.db().read).await?.is_some_and(|o| o.demo))
    }

    /// A new one-time token for the first run; `None` once the organisation is set up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_up_token(&self) -> Result<Option<String>, StoreError> {
        if !self.is_empty().await? {
            return Ok(None);
        }
        let token = secret();
        let tx = self.db().begin().await?;
        server_secrets::Entity::delete_by_id(SET_UP.to_owned()).exec(&tx).await?;
        server_secrets::ActiveModel { name: Set(SET_UP.into()), secret: Set(hash(&["set-up", &token])) }
            .insert(&tx)
            .await?;
        tx.commit().await?;
        Ok(Some(token))
    }

    /// The first run: organisation, two admins, values. Signs the first admin in and gives the second one's invite.
    ///
    /// # Errors
    /// `Unauthenticated` for a wrong or used token, or the fields that need mending.
    pub async fn set_up(
        &self,
        input: SetUpInput,
        network: IpAddr,
        device: &str,
    ) -> Result<(SignedIn, Invite), StoreError> {
        let expected = rules::secret(&self.db().read, SET_UP).await?;
        let given = hash(&["set-up", &input.token]);
        if expected.as_deref() != Some(given.as_str()) {
            return Err(StoreError::Unauthenticated(
                "Please use the set-up link that the server printed at its last start.",
            ));
        }
        check_set_up(&input)?;
        let password = input.admins.first().and_then(|a| a.password.clone()).unwrap_or_default();
        let password_hash = self.hash_password(&password).await?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        // Of two set-ups at once one deletes the token; the other finds it gone.
        let used = server_secrets::Entity::delete_many()
            .filter(server_secrets::Column::Name.eq(SET_UP))
            .filter(server_secrets::Column::Secret.eq(given))
            .exec(&tx)
            .await?;
        if used.rows_affected != 1 || rules::organisation(&tx).await?.is_some() {
            return Err(StoreError::Conflict("Somebody else has just set this server up."));
        }
        let organisation = new_organisation(&input.organisation, &input.time_zone, at);
        let id = Id::new_v4();
        organisations::ActiveModel { id: Set(id), ..organisation }.insert(&tx).await?;
        let mut admins = Vec::new();
        for (n, admin) in input.admins.iter().enumerate() {
            let row = people::ActiveModel {
                id: Set(Id::new_v4()),
                name: Set(admin.name.trim().into()),
                title: Set(None),
                email: Set(admin.email.trim().to_lowercase()),
                role: Set(Role::Admin.as_str().into()),
                team_id: Set(None),
                manager_id: Set(None),
                preference: Set(RecognitionPreference::Public.as_str().into()),
                password_hash: Set((n == 0).then(|| password_hash.clone())),
                active: Set(true),
                joined_at: Set(at),
            };
            admins.push(row.insert(&tx).await?);
        }
        let (first, second) = (&admins[0], &admins[1]);
        for value in input.values {
            let input = ValueInput {
                id: None,
                name: value.name,
                statement: value.statement,
                upheld: value.upheld,
                violated: value.violated,
                retired: None,
            };
            values::write(&tx, Some(first.id), input, None, at).await?;
        }
        let invite = invite(&tx, second, at).await?;
        let event = Event {
            actor: Some(first.id),
            action: "organisation.setUp",
            kind: "organisation",
            object: id,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        let signed_in =
            self.start_session(first, None, Place { network, device, device_token: None }).await?;
        Ok((signed_in, invite))
    }

    /// One-time links for active people without a password, or for one of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn invites(&self, email: Option<&str>) -> Result<Vec<Invite>, StoreError> {
        let email = email.map(|e| e.trim().to_lowercase());
        let at = crate::now();
        let tx = self.db().begin().await?;
        let (mut list, mut invited) = (Vec::new(), Vec::new());
        for person in rules::everybody().all(&tx).await? {
            if person.password_hash.is_none() && email.as_ref().is_none_or(|e| *e == person.email) {
                list.push(invite(&tx, &person, at).await?);
                invited.push(person.id);
            }
        }
        // Whoever runs the program makes them: nobody who has signed in.
        let event =
            |id: &Id| Event { actor: None, action: "invite.make", kind: "person", object: *id, content: "" };
        audit::append_all(&tx, at, &invited.iter().map(event).collect::<Vec<_>>()).await?;
        tx.commit().await?;
        Ok(list)
    }

    /// Chooses a password with an invite's token and signs in.
    ///
    /// # Errors
    /// The field that needs mending: a used, expired or unknown token is one answer.
    pub async fn accept_invite(
        &self,
        token: &str,
        password: &str,
        network: IpAddr,
        device: &str,
    ) -> Result<SignedIn, StoreError> {
        self.throttle().try_network(&network_of(network))?;
        let bad_link = || StoreError::field("token", BAD_LINK);
        let key = hash(&["invite", token]);
        let good = |i: &invites::Model| i.used_at.is_none() && i.expires_at > crate::now();
        let open = rules::invite(&self.db().read, &key).await?.filter(good).ok_or_else(bad_link)?;
        let person = rules::person(&self.db().read, open.person_id).await?.ok_or_else(bad_link)?;
        self.check_new_password("password", password, &person).await?;
        let password_hash = self.hash_password(password).await?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        // The person first: two invites of one person that are accepted at once then wait for each other.
        let person = rules::invite(&tx, &key).await?.map(|i| i.person_id).ok_or_else(bad_link)?;
        rules::lock_person(&tx, person).await?;
        let invite = rules::lock_invite(&tx, &key).await?.filter(good).ok_or_else(bad_link)?;
        let person = rules::person(&tx, invite.person_id).await?.filter(|p| p.active).ok_or_else(bad_link)?;
        // The other invites of the person end with this one.
        invites::Entity::update_many()
            .col_expr(invites::Column::UsedAt, Expr::value(at))
            .filter(invites::Column::PersonId.eq(person.id))
            .filter(invites::Column::UsedAt.is_null())
            .exec(&tx)
            .await?;
        let mut row = person.into_active_model();
        row.password_hash = Set(Some(password_hash));
        let person = row.update(&tx).await?;
        let event = Event {
            actor: Some(person.id),
            action: "invite.accept",
            kind: "person",
            object: person.id,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        self.start_session(&person, None, Place { network, device, device_token: None }).await
    }

    /// The people whom the demo's sign-in page lists, leaders first; nobody outside the demo.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn demo_people(&self) -> Result<Vec<DemoPerson>, StoreError> {
        if !self.is_demo().await? {
            return Ok(Vec::new());
        }
        let db = &self.db().read;
        let people = rules::everybody().all(db).await?;
        let teams = rules::all_teams().all(db).await?;
        let leads = rules::team_lead_of(db).await?;
        let mut list: Vec<DemoPerson> = people
            .iter()
            .map(|p| DemoPerson {
                name: p.name.clone(),
                title: p.title.clone(),
                email: p.email.clone(),
                admin: p.role == Role::Admin.as_str(),
                leader: people.iter().any(|r| r.manager_id == Some(p.id))
                    || leads.values().any(|l| *l == p.id),
                team: p.team_id.and_then(|t| teams.iter().find(|team| team.id == t)).map(|t| t.name.clone()),
            })
            .collect();
        // Who leads comes first: deciding is what a visitor comes to see.
        list.sort_by_key(|p| !p.leader);
        Ok(list)
    }
}

pub(crate) fn new_organisation(name: &str, time_zone: &str, at: Instant) -> organisations::ActiveModel {
    let limits = upheld_domain::clock::Limits::default();
    organisations::ActiveModel {
        id: Set(Id::new_v4()),
        name: Set(name.trim().into()),
        time_zone: Set(time_zone.into()),
        hours_to_decide: Set(i32::try_from(limits.hours_to_decide).unwrap_or(48)),
        silent_after_days: Set(i32::try_from(limits.silent_after_days).unwrap_or(21)),
        demo: Set(false),
        created_at: Set(at),
        subject_sees_after_hours: Set(
            i32::try_from(upheld_domain::clock::SUBJECT_SEES_AFTER.num_hours()).unwrap_or(48)
        ),
        hand_over_text: Set(None),
        hand_over_link: Set(None),
    }
}

pub(crate) async fn invite<C: ConnectionTrait>(
    db: &C,
    person: &people::Model,
    at: Instant,
) -> Result<Invite, StoreError> {
    let token = secret();
    invites::ActiveModel {
        token_hash: Set(hash(&["invite", &token])),
        person_id: Set(person.id),
        expires_at: Set(at + INVITE_LASTS),
        used_at: Set(None),
    }
    .insert(db)
    .await?;
    Ok(Invite { name: person.name.clone(), email: person.email.clone(), token })
}

fn check_set_up(input: &SetUpInput) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    bad.check(text::required("organisation", &input.organisation, text::NAME));
    if input.time_zone.parse::<chrono_tz::Tz>().is_err() {
        bad.add("timeZone", "Please choose a time zone like Europe/Vienna or UTC.");
    }
    if input.admins.len() != 2 {
        bad.add(
            "admins",
            "Please name two admins, so that a case about one of them has somebody to decide it.",
        );
    }
    for (n, admin) in input.admins.iter().enumerate() {
        bad.check(text::required("name", &admin.name, text::NAME));
        bad.check(text::email("email", admin.email.trim()));
        if n == 0 {
            let password = admin.password.as_deref().unwrap_or_default();
            bad.check(check_new_password(
                "password",
                password,
                &[&admin.name, &admin.email, &input.organisation],
            ));
        }
        if input.admins[..n]
            .iter()
            .any(|a| a.email.trim().to_lowercase() == admin.email.trim().to_lowercase())
        {
            bad.add("email", "Please give the two admins different e-mail addresses.");
        }
    }
    if input.values.is_empty() {
        bad.add("values", "Please choose at least one value.");
    }
    for (n, value) in input.values.iter().enumerate() {
        let input_of = ValueInput {
            id: None,
            name: value.name.clone(),
            statement: value.statement.clone(),
            upheld: value.upheld.clone(),
            violated: value.violated.clone(),
            retired: None,
        };
        if let Err(e) = values::check(&input_of) {
            bad.0.extend(e.0);
        }
        if input.values[..n].iter().any(|v| v.name.trim() == value.name.trim()) {
            bad.add("values", "Please give each value a name of its own.");
        }
    }
    bad.into_result()
}
