//! A person's own account: password, second factor, showing once more who one is.

use cynic::queries::OperationType;

use super::client::{Later, operation, root, whole};
use super::json::read;
use super::operation::mutation;
use super::{
    ApiToken, ChangePasswordInput, ConfirmIdentityInput, ConfirmSecondFactorInput, DateTime,
    EndSecondFactorInput, NewRecoveryCodesInput, PersonRef, RecognitionPreference, ResetPasswordInput,
    Session, SessionsLeft, SetPreferenceInput, SignedInAnswer, StartSecondFactorInput, schema,
};

read! {
    /// How the second factor stands.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct SecondFactor {
        pub on: bool,
        pub since: Option<DateTime>,
        pub recovery_codes_left: i32,
    }
}

read! {
    /// A one-time link that an admin made for the viewer.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct SignInLink {
        pub made_by: PersonRef,
        pub made_at: DateTime,
        pub used_at: Option<DateTime>,
    }
}

read! {
    /// The viewer's own account.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Query")]
    pub struct Account {
        pub sessions: Vec<Session>,
        pub api_tokens: Vec<ApiToken>,
        pub second_factor: SecondFactor,
        pub sign_in_links: Vec<SignInLink>,
    }
}

/// Reads the viewer's own account.
pub fn account() -> Later<Account> {
    whole(&operation::<Account, ()>(OperationType::Query, "Account", &()))
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "ChangePasswordPayload")]
    pub struct PasswordChanged {
        pub sessions: Vec<Session>,
    }
}

read! {
    /// What an authenticator app has to know; shown once.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "StartSecondFactorPayload")]
    pub struct NewSecondFactor {
        pub secret: String,
        pub uri: String,
        pub qr_svg: String,
    }
}

read! {
    /// Codes that each work once; shown once.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "RecoveryCodesPayload")]
    pub struct RecoveryCodes {
        pub recovery_codes: Vec<String>,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "EndSecondFactorPayload")]
    pub struct SecondFactorEnded {
        pub second_factor: SecondFactor,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "ConfirmIdentityPayload")]
    #[expect(dead_code, reason = "a payload must select something")]
    pub struct Confirmed {
        until: DateTime,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "PersonPayload")]
    pub struct PreferenceAnswer {
        pub person: Preference,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    pub struct Preference {
        pub recognition_preference: RecognitionPreference,
    }
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Mutation")]
#[expect(dead_code, reason = "it types the mutation; the answer is read as its one field")]
struct EndOthers {
    end_other_sessions: SessionsLeft,
}

/// Ends all own sessions but this one.
pub fn end_other_sessions() -> Later<SessionsLeft> {
    root(&operation::<EndOthers, ()>(OperationType::Mutation, "EndOthers", &()))
}

mutation!(
    /// Changes the password; all other sessions and all tokens end.
    change_password(ChangePasswordInput) -> PasswordChanged, ChangePassword, ChangePasswordVars, "ChangePasswordVars"
);
mutation!(
    /// Chooses a password with the token of a one-time link.
    reset_password(ResetPasswordInput) -> SignedInAnswer, ResetPassword, ResetPasswordVars, "ResetPasswordVars"
);
mutation!(
    /// Begins to set up the second factor.
    start_second_factor(StartSecondFactorInput) -> NewSecondFactor, StartFactor, StartFactorVars, "StartFactorVars"
);
mutation!(
    /// Turns the second factor on.
    confirm_second_factor(ConfirmSecondFactorInput) -> RecoveryCodes, ConfirmFactor, ConfirmFactorVars, "ConfirmFactorVars"
);
mutation!(
    /// Makes new recovery codes; the old ones stop working.
    new_recovery_codes(NewRecoveryCodesInput) -> RecoveryCodes, NewCodes, NewCodesVars, "NewCodesVars"
);
mutation!(
    /// Turns the second factor off.
    end_second_factor(EndSecondFactorInput) -> SecondFactorEnded, EndFactor, EndFactorVars, "EndFactorVars"
);
mutation!(
    /// Shows once more who one is, for ten minutes.
    confirm_identity(ConfirmIdentityInput) -> Confirmed, ConfirmIdentity, ConfirmIdentityVars, "ConfirmIdentityVars"
);
mutation!(
    /// How one likes to be recognised.
    set_preference(SetPreferenceInput) -> PreferenceAnswer, SetPreference, SetPreferenceVars, "SetPreferenceVars"
);
