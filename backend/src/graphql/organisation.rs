//! Changes of the organisation: people, teams, venues and the policy, for admins; and merging two logs of one event.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use upheld_store::{self as store, StoreError, ViewerStore};

use super::error::fail;
use super::ids::{input_id, input_id_opt, input_ids, target_id};
use super::loaders::{forget, viewer};
use super::mutation::{IncidentPayload, incident, seen_first};
use super::person::{Organisation, Person, Team, Venue};
use super::request::ApiSettings;
use super::words::{Audience, RecognitionPreference, Role};

#[derive(InputObject)]
pub(crate) struct AddPersonInput {
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    pub title: Option<String>,
    pub team_id: Option<ID>,
    pub manager_id: Option<ID>,
    #[graphql(default_with = "Some(Role::Member)")]
    pub role: Option<Role>,
}

/// What is absent stays as it is.
#[derive(InputObject)]
pub(crate) struct UpdatePersonInput {
    pub person_id: ID,
    pub name: Option<String>,
    /// Empty for none.
    pub title: Option<String>,
    pub email: Option<String>,
    pub recognition_preference: Option<RecognitionPreference>,
}

#[derive(InputObject)]
pub(crate) struct SetPreferenceInput {
    pub recognition_preference: RecognitionPreference,
}

#[derive(InputObject)]
pub(crate) struct MovePersonInput {
    pub person_id: ID,
    /// Absent for nobody.
    pub manager_id: Option<ID>,
    /// Absent for none.
    pub team_id: Option<ID>,
}

#[derive(InputObject)]
pub(crate) struct SetRoleInput {
    pub person_id: ID,
    pub role: Role,
}

#[derive(InputObject)]
pub(crate) struct DeactivatePersonInput {
    pub person_id: ID,
    /// Who leads their reports and teams from now on; their manager when absent.
    pub reports_to: Option<ID>,
}

#[derive(InputObject)]
pub(crate) struct SaveTeamInput {
    /// Absent for a new one.
    pub id: Option<ID>,
    pub name: String,
    /// Absent for nobody.
    pub lead_id: Option<ID>,
}

#[derive(InputObject)]
pub(crate) struct SaveVenueInput {
    /// Absent for a new one.
    pub id: Option<ID>,
    pub name: String,
    pub audience: Audience,
    pub audience_size: i32,
    #[graphql(default_with = "Some(false)")]
    pub everybody: Option<bool>,
    #[graphql(default_with = "Some(Vec::new())")]
    pub team_ids: Option<Vec<ID>>,
    #[graphql(default_with = "Some(Vec::new())")]
    pub person_ids: Option<Vec<ID>>,
}

/// What is absent stays as it is.
#[derive(InputObject)]
pub(crate) struct SavePolicyInput {
    /// 1 to 720.
    pub hours_to_decide: Option<i32>,
    /// 1 to 365; longer than the hours to decide.
    pub silent_after_days: Option<i32>,
    /// 1 to 168; of entries that are logged from then on.
    pub subject_sees_after_hours: Option<i32>,
    /// Empty for none.
    pub hand_over_text: Option<String>,
    /// Empty for none.
    pub hand_over_link: Option<String>,
}

#[derive(InputObject)]
pub(crate) struct MergeIncidentsInput {
    /// The log that is merged: undecided.
    pub incident_id: ID,
    /// The log of the same event that stays, decided or not.
    pub into_id: ID,
}

#[derive(SimpleObject)]
pub(crate) struct AddPersonPayload {
    person: Person,
    /// Shown once: with it the person chooses a password.
    invite_link: String,
}
#[derive(SimpleObject)]
pub(crate) struct PersonPayload {
    person: Person,
    /// Something to look after, in words: like that only one admin is left.
    advice: Option<String>,
}
#[derive(SimpleObject)]
pub(crate) struct TeamPayload {
    team: Team,
}
#[derive(SimpleObject)]
pub(crate) struct VenuePayload {
    venue: Venue,
}
#[derive(SimpleObject)]
pub(crate) struct OrganisationPayload {
    organisation: Organisation,
}

async fn person_payload(
    ctx: &Context<'_>,
    store: &ViewerStore,
    done: Result<store::Person, StoreError>,
) -> Result<PersonPayload> {
    forget(ctx);
    let person = Person(done.map_err(|e| fail(ctx, e))?);
    // Whoever gave up being an admin, or left, has nothing to look after.
    let advice = store.advice().await.map_err(|e| fail(ctx, e))?;
    Ok(PersonPayload { person, advice: advice.map(str::to_owned) })
}

/// What only an admin may do is refused before anything of the input is looked at.
fn admin(ctx: &Context<'_>) -> Result<ViewerStore> {
    let store = viewer(ctx)?;
    store.require_admin().map_err(|e| fail(ctx, e))?;
    Ok(store)
}

/// Changes of the organisation.
#[derive(Default)]
pub(crate) struct OrganisationMutation;

#[Object]
impl OrganisationMutation {
    /// Adds a person; admins only, who confirm that it is them when they add an admin. The invite link is shown once.
    async fn add_person(&self, ctx: &Context<'_>, input: AddPersonInput) -> Result<AddPersonPayload> {
        let store = admin(ctx)?;
        let new = store::NewPerson {
            name: input.name,
            email: input.email,
            title: input.title,
            team: input_id_opt("teamId", input.team_id.as_ref())?,
            manager: input_id_opt("managerId", input.manager_id.as_ref())?,
            role: input.role.unwrap_or(Role::Member).into(),
        };
        let (person, invite) = store.add_person(new).await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        let base = &ctx.data_unchecked::<ApiSettings>().base_url;
        let invite_link = format!("{}/invite#{}", base.trim_end_matches('/'), invite.token);
        Ok(AddPersonPayload { person: Person(person), invite_link })
    }

    /// Changes what is said about a person; admins only.
    async fn update_person(&self, ctx: &Context<'_>, input: UpdatePersonInput) -> Result<PersonPayload> {
        let store = admin(ctx)?;
        let change = store::PersonChange {
            name: input.name,
            title: input.title,
            email: input.email,
            preference: input.recognition_preference.map(Into::into),
        };
        let done = async { store.update_person(target_id(&input.person_id)?, change).await };
        person_payload(ctx, &store, done.await).await
    }

    /// How the viewer likes to be recognised.
    async fn set_preference(&self, ctx: &Context<'_>, input: SetPreferenceInput) -> Result<PersonPayload> {
        let store = viewer(ctx)?;
        let done = store.set_preference(input.recognition_preference.into()).await;
        person_payload(ctx, &store, done).await
    }

    /// Moves a person to another manager and team; admins only. Undecided entries follow at once, all others stay as
    /// they are; a loop is refused.
    async fn move_person(&self, ctx: &Context<'_>, input: MovePersonInput) -> Result<PersonPayload> {
        let store = admin(ctx)?;
        let manager = input_id_opt("managerId", input.manager_id.as_ref())?;
        let team = input_id_opt("teamId", input.team_id.as_ref())?;
        let done = async { store.move_person(target_id(&input.person_id)?, manager, team).await };
        person_payload(ctx, &store, done.await).await
    }

    /// Makes a person an admin or a member; admins only, who confirm that it is them. One admin stays, and two are recommended.
    async fn set_role(&self, ctx: &Context<'_>, input: SetRoleInput) -> Result<PersonPayload> {
        let store = admin(ctx)?;
        let done = async { store.set_role(target_id(&input.person_id)?, input.role.into()).await };
        person_payload(ctx, &store, done.await).await
    }

    /// A person leaves; admins only. Their sessions and tokens end at once; what they had to decide, to confirm or to
    /// deliver goes to the next leader up.
    async fn deactivate_person(
        &self,
        ctx: &Context<'_>,
        input: DeactivatePersonInput,
    ) -> Result<PersonPayload> {
        let store = admin(ctx)?;
        let reports_to = input_id_opt("reportsTo", input.reports_to.as_ref())?;
        let done = async { store.deactivate_person(target_id(&input.person_id)?, reports_to).await };
        person_payload(ctx, &store, done.await).await
    }

    /// A person comes back, as a member; admins only.
    async fn reactivate_person(&self, ctx: &Context<'_>, input: MovePersonInput) -> Result<PersonPayload> {
        let store = admin(ctx)?;
        let manager = input_id_opt("managerId", input.manager_id.as_ref())?;
        let team = input_id_opt("teamId", input.team_id.as_ref())?;
        let done = async { store.reactivate_person(target_id(&input.person_id)?, manager, team).await };
        person_payload(ctx, &store, done.await).await
    }

    /// Writes a team and who leads it; admins only.
    async fn save_team(&self, ctx: &Context<'_>, input: SaveTeamInput) -> Result<TeamPayload> {
        let store = admin(ctx)?;
        let lead = input_id_opt("leadId", input.lead_id.as_ref())?;
        let saved = async {
            let id = input.id.as_ref().map(target_id).transpose()?;
            store.save_team(id, &input.name, lead).await
        };
        let team = saved.await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        Ok(TeamPayload { team: Team(team) })
    }

    /// Writes a venue and its people; admins only. What was read there already stays as it was.
    async fn save_venue(&self, ctx: &Context<'_>, input: SaveVenueInput) -> Result<VenuePayload> {
        let store = admin(ctx)?;
        let teams = input_ids("teamIds", &input.team_ids.unwrap_or_default())?;
        let people = input_ids("personIds", &input.person_ids.unwrap_or_default())?;
        let saved = async {
            let id = input.id.as_ref().map(target_id).transpose()?;
            let input = store::VenueInput {
                id,
                name: input.name,
                audience: input.audience.into(),
                audience_size: input.audience_size,
                everybody: input.everybody.unwrap_or(false),
                teams,
                people,
            };
            store.save_venue(input).await
        };
        let venue = saved.await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        Ok(VenuePayload { venue: Venue(venue) })
    }

    /// Sets the policy; admins only. What was logged before stays under the policy of that day.
    async fn save_policy(&self, ctx: &Context<'_>, input: SavePolicyInput) -> Result<OrganisationPayload> {
        let store = admin(ctx)?;
        let change = store::PolicyChange {
            hours_to_decide: input.hours_to_decide,
            silent_after_days: input.silent_after_days,
            subject_sees_after_hours: input.subject_sees_after_hours,
            hand_over_text: input.hand_over_text,
            hand_over_link: input.hand_over_link,
        };
        let organisation = store.save_policy(change).await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        Ok(OrganisationPayload { organisation: Organisation(organisation) })
    }

    /// The decider merges a log into another one of the same event. Each reporter keeps their own text, sees the status
    /// of the one that stays, and does not learn of the other.
    async fn merge_incidents(
        &self,
        ctx: &Context<'_>,
        input: MergeIncidentsInput,
    ) -> Result<IncidentPayload> {
        let store = viewer(ctx)?;
        let id = target_id(&input.incident_id).map_err(|e| fail(ctx, e))?;
        let into = match input_id("intoId", &input.into_id) {
            Ok(into) => into,
            Err(e) => return Err(seen_first(ctx, &store, id, e).await),
        };
        incident(ctx, store.merge_incidents(id, into).await)
    }
}
