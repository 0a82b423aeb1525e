//! What admins read and change: people, teams, venues, the rules of the organisation.

use cynic::queries::OperationType;

use super::client::{Later, operation, root};
use super::json::{FromJson, read};
use super::operation::mutation;
use super::queries::{AfterVars, AfterVarsFields, Page, PageInfo, page};
use super::{
    AddPersonInput, Audience, CreateSignInLinkInput, DateTime, DeactivatePersonInput, ErasePersonInput, Id,
    MovePersonInput, PersonRef, RecognitionPreference, Role, SavePolicyInput, SaveRetentionInput,
    SaveTeamInput, SaveVenueInput, SetLegalHoldInput, SetRoleInput, TeamRef, UpdatePersonInput, schema,
};

read! {
    /// A person as an admin looks after them.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    pub struct Member {
        pub id: Id,
        pub name: String,
        pub title: Option<String>,
        pub email: Option<String>,
        pub role: Role,
        pub is_leader: bool,
        pub active: bool,
        pub team: Option<TeamRef>,
        pub manager: Option<PersonRef>,
        pub recognition_preference: RecognitionPreference,
    }
}
page!(MembersPage, "PersonConnection", Member);

#[derive(cynic::QueryVariables)]
struct MembersVars {
    search: Option<String>,
    first: i32,
    after: Option<String>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "MembersVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct MembersQuery {
    #[arguments(search: $search, first: $first, after: $after)]
    people: MembersPage,
}
/// A page of the people whose name fits.
pub fn members(search: Option<String>, after: Option<String>) -> Later<Page<Member>> {
    let variables = MembersVars { search, first: 50, after };
    root(&operation::<MembersQuery, MembersVars>(OperationType::Query, "Members", &variables))
}

#[derive(cynic::QueryVariables)]
struct MemberVars {
    id: Id,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "MemberVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct MemberQuery {
    #[arguments(id: $id)]
    person: Option<Member>,
}
/// One person.
pub fn member(id: Id) -> Later<Member> {
    let variables = MemberVars { id };
    root(&operation::<MemberQuery, MemberVars>(OperationType::Query, "Member", &variables))
}

read! {
    /// A team with its lead.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Team")]
    pub struct LedTeam {
        pub id: Id,
        pub name: String,
        pub lead: Option<PersonRef>,
    }
}

read! {
    /// A venue with its people.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Venue")]
    pub struct PeopledVenue {
        pub id: Id,
        pub name: String,
        pub audience: Audience,
        pub audience_size: i32,
        pub everybody: bool,
        pub teams: Vec<TeamRef>,
        pub people: Vec<PersonRef>,
    }
}

read! {
    /// The teams and the venues.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Query")]
    pub struct Places {
        pub teams: Vec<LedTeam>,
        pub venues: Vec<PeopledVenue>,
    }
}
/// Reads the teams and the venues.
pub fn places() -> Later<Places> {
    super::client::whole(&operation::<Places, ()>(OperationType::Query, "Places", &()))
}

read! {
    /// How long texts are kept, in months; none means: they stay.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Retention {
        pub recognition_months: Option<i32>,
        pub correction_months: Option<i32>,
        pub no_action_months: Option<i32>,
        pub stub_months: Option<i32>,
        pub fold_after_months: i32,
    }
}

read! {
    /// The rules of the organisation.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Organisation")]
    pub struct Policy {
        pub hours_to_decide: i32,
        pub silent_after_days: i32,
        pub subject_sees_after_hours: i32,
        pub hand_over_text: Option<String>,
        pub hand_over_link: Option<String>,
        pub retention: Retention,
    }
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct PolicyQuery {
    organisation: Policy,
}
/// Reads the rules of the organisation.
pub fn policy() -> Later<Policy> {
    root(&operation::<PolicyQuery, ()>(OperationType::Query, "Policy", &()))
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "PersonPayload")]
    pub struct MemberAnswer {
        pub person: Member,
        pub advice: Option<String>,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "AddPersonPayload")]
    pub struct Added {
        pub invite_link: String,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "SignInLinkPayload")]
    pub struct NewSignInLink {
        pub link: String,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "TeamPayload")]
    #[expect(dead_code, reason = "a payload must select something; the screen reads the places afresh")]
    pub struct TeamSaved {
        team: TeamRef,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Venue")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct VenueStub {
        id: Id,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "VenuePayload")]
    #[expect(dead_code, reason = "a payload must select something; the screen reads the places afresh")]
    pub struct VenueSaved {
        venue: VenueStub,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "OrganisationPayload")]
    pub struct PolicySaved {
        pub organisation: Policy,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "ErasePersonPayload")]
    pub struct Erased {
        pub complete: bool,
        pub entries_held: i32,
    }
}

read! {
    /// A hold: nothing of the entry is erased while it is on.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct LegalHold {
        pub incident_id: Id,
        pub set_by: Option<PersonRef>,
        pub reason: String,
        pub at: DateTime,
    }
}
page!(LegalHoldPage, "LegalHoldConnection", LegalHold);

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "AfterVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct LegalHoldsQuery {
    #[arguments(first: 50, after: $after)]
    legal_holds: LegalHoldPage,
}
/// A page of the legal holds.
pub fn legal_holds(after: Option<String>) -> Later<Page<LegalHold>> {
    let variables = AfterVars { after };
    root(&operation::<LegalHoldsQuery, AfterVars>(OperationType::Query, "LegalHolds", &variables))
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "LegalHold")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct HoldStub {
        incident_id: Id,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "LegalHoldPayload")]
    #[expect(dead_code, reason = "a payload must select something; the screen reads the holds afresh")]
    pub struct HoldAnswer {
        legal_hold: Option<HoldStub>,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "SaveRetentionPayload")]
    pub struct RetentionSaved {
        pub organisation: Policy,
    }
}

mutation!(
    /// Sets or ends a legal hold.
    set_legal_hold(SetLegalHoldInput) -> HoldAnswer, SetHold, SetHoldVars, "SetHoldVars"
);
mutation!(
    /// Adds a person; the invite link is shown once.
    add_person(AddPersonInput) -> Added, AddPerson, AddPersonVars, "AddPersonVars"
);
mutation!(
    /// Changes a person's details.
    update_person(UpdatePersonInput) -> MemberAnswer, UpdatePerson, UpdatePersonVars, "UpdatePersonVars"
);
mutation!(
    /// Another manager, another team.
    move_person(MovePersonInput) -> MemberAnswer, MovePerson, MovePersonVars, "MovePersonVars"
);
mutation!(
    /// Member or admin.
    set_role(SetRoleInput) -> MemberAnswer, SetRole, SetRoleVars, "SetRoleVars"
);
mutation!(
    /// Ends a person's sessions and passes their duties on.
    deactivate_person(DeactivatePersonInput) -> MemberAnswer, Deactivate, DeactivateVars, "DeactivateVars"
);
mutation!(
    /// Lets a person in again.
    reactivate_person(MovePersonInput) -> MemberAnswer, Reactivate, ReactivateVars, "ReactivateVars"
);
mutation!(
    /// A one-time link with which a person chooses another password; shown once.
    create_sign_in_link(CreateSignInLinkInput) -> NewSignInLink, CreateLink, CreateLinkVars, "CreateLinkVars"
);
mutation!(
    /// Erases the texts about a person for good.
    erase_person(ErasePersonInput) -> Erased, ErasePerson, ErasePersonVars, "ErasePersonVars"
);
mutation!(
    /// Adds or changes a team.
    save_team(SaveTeamInput) -> TeamSaved, SaveTeam, SaveTeamVars, "SaveTeamVars"
);
mutation!(
    /// Adds or changes a venue.
    save_venue(SaveVenueInput) -> VenueSaved, SaveVenue, SaveVenueVars, "SaveVenueVars"
);
mutation!(
    /// Changes the times and the hand-over text.
    save_policy(SavePolicyInput) -> PolicySaved, SavePolicy, SavePolicyVars, "SavePolicyVars"
);
mutation!(
    /// Changes how long texts are kept.
    save_retention(SaveRetentionInput) -> RetentionSaved, SaveRetention, SaveRetentionVars, "SaveRetentionVars"
);
