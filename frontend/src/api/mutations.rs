//! Everything that changes something. Each answers with as little as the screen needs: it reads the rest afresh.

use cynic::queries::OperationType;

use super::client::{Later, operation, root};
use super::json::read;
use super::operation::mutation;
use super::{
    AcceptInviteInput, ApiToken, AskInput, CommentInput, CreateApiTokenInput, DateTime, DecisionIdInput,
    EndSessionInput, Id, IncidentIdInput, IncidentReasonInput, LogIncidentInput, MarkDeliveredInput,
    PassInput, ReactInput, Recognition, RecordDecisionInput, ReplyInput, RetractDecisionInput,
    RevokeApiTokenInput, SaveValueInput, Session, SetUpInput, SignInInput, Value, schema,
};

read! {
    /// Somebody has just signed in; who, the app asks afresh.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "SignInPayload")]
    #[expect(dead_code, reason = "a payload must select something")]
    pub struct SignedInAnswer {
        viewer: Somebody,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct Somebody {
        id: Id,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "SetUpPayload")]
    pub struct SetUpAnswer {
        pub invite_link: String,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "IncidentPayload")]
    pub struct IncidentAnswer {
        pub incident: IncidentStub,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Incident")]
    pub struct IncidentStub {
        pub id: Id,
        pub undo_until: Option<DateTime>,
    }
}

read! {
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "DecisionPayload")]
    #[expect(dead_code, reason = "a payload must select something; the screen reads the entry afresh")]
    pub struct DecisionAnswer {
        decision: DecisionStub,
    }
}

read! {
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "Decision")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct DecisionStub {
        id: Id,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "RecognitionPayload")]
    pub struct RecognitionAnswer {
        pub recognition: Recognition,
    }
}

read! {
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "RecognitionPayload")]
    #[expect(dead_code, reason = "a payload must select something; the screen reads the comments afresh")]
    pub struct CommentAnswer {
        recognition: RecognitionStub,
    }
}

read! {
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "Recognition")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct RecognitionStub {
        id: Id,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "ValuePayload")]
    pub struct ValueAnswer {
        pub value: Value,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "CreateApiTokenPayload")]
    pub struct NewToken {
        pub token: String,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "EndSessionPayload")]
    pub struct SessionsLeft {
        pub sessions: Vec<Session>,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "RevokeApiTokenPayload")]
    pub struct TokensLeft {
        pub api_tokens: Vec<ApiToken>,
    }
}

read! {
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "SignOutPayload")]
    #[expect(dead_code, reason = "a payload must select something")]
    pub struct SignedOut {
        done: bool,
    }
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Mutation")]
#[expect(dead_code, reason = "it types the mutation; the answer is read as its one field")]
struct SignOut {
    sign_out: SignedOut,
}

/// Ends this session.
pub fn sign_out() -> Later<SignedOut> {
    root(&operation::<SignOut, ()>(OperationType::Mutation, "SignOut", &()))
}

mutation!(
    /// Signs in by e-mail address and password.
    sign_in(SignInInput) -> SignedInAnswer, SignIn, SignInVars, "SignInVars"
);
mutation!(
    /// Sets the organisation up with the one-time token.
    set_up(SetUpInput) -> SetUpAnswer, SetUp, SetUpVars, "SetUpVars"
);
mutation!(
    /// Chooses a password with the token of an invite.
    accept_invite(AcceptInviteInput) -> SignedInAnswer, AcceptInvite, AcceptInviteVars, "AcceptInviteVars"
);
mutation!(
    /// Logs an incident.
    log_incident(LogIncidentInput) -> IncidentAnswer, LogIncident, LogIncidentVars, "LogIncidentVars"
);
mutation!(
    /// Takes an entry back.
    withdraw_incident(IncidentIdInput) -> IncidentAnswer, Withdraw, WithdrawVars, "WithdrawVars"
);
mutation!(
    /// Asks the reporter or the person for more.
    ask_about_incident(AskInput) -> IncidentAnswer, Ask, AskVars, "AskVars"
);
mutation!(
    /// Answers a question or gives one's side.
    reply_to_incident(ReplyInput) -> IncidentAnswer, ReplyTo, ReplyToVars, "ReplyToVars"
);
mutation!(
    /// Hands the decision to another leader.
    pass_incident(PassInput) -> IncidentAnswer, Pass, PassVars, "PassVars"
);
mutation!(
    /// Takes the decision over from below.
    take_over_incident(IncidentReasonInput) -> IncidentAnswer, TakeOver, TakeOverVars, "TakeOverVars"
);
mutation!(
    /// Hands an entry to where it belongs; its text is erased here.
    hand_over_incident(IncidentReasonInput) -> IncidentAnswer, HandOver, HandOverVars, "HandOverVars"
);
mutation!(
    /// Records or revises a decision.
    record_decision(RecordDecisionInput) -> DecisionAnswer, Record, RecordVars, "RecordVars"
);
mutation!(
    /// Confirms a leader's own lapse.
    confirm_decision(DecisionIdInput) -> DecisionAnswer, Confirm, ConfirmVars, "ConfirmVars"
);
mutation!(
    /// Says that a decision was carried out.
    mark_delivered(MarkDeliveredInput) -> DecisionAnswer, Deliver, DeliverVars, "DeliverVars"
);
mutation!(
    /// Takes a delivered decision back from the same audience.
    retract_decision(RetractDecisionInput) -> DecisionAnswer, Retract, RetractVars, "RetractVars"
);
mutation!(
    /// Sets or clears a reaction.
    react(ReactInput) -> RecognitionAnswer, React, ReactVars, "ReactVars"
);
mutation!(
    /// Adds a comment.
    comment(CommentInput) -> CommentAnswer, CommentOn, CommentOnVars, "CommentOnVars"
);
mutation!(
    /// Adds or changes a value.
    save_value(SaveValueInput) -> ValueAnswer, SaveValue, SaveValueVars, "SaveValueVars"
);
mutation!(
    /// Makes a personal access token, shown once.
    create_api_token(CreateApiTokenInput) -> NewToken, CreateToken, CreateTokenVars, "CreateTokenVars"
);
mutation!(
    /// Revokes a personal access token.
    revoke_api_token(RevokeApiTokenInput) -> TokensLeft, RevokeToken, RevokeTokenVars, "RevokeTokenVars"
);
mutation!(
    /// Ends one of one's own sessions.
    end_session(EndSessionInput) -> SessionsLeft, EndSession, EndSessionVars, "EndSessionVars"
);
