//! The words of the product as GraphQL enums; the values are those of the domain, one by one.

use async_graphql::Enum;

/// Whether values were lived up to or fell short of.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::IncidentKind")]
pub(crate) enum IncidentKind {
    Upheld,
    Violated,
}

/// How public a place or an event is, from narrow to wide.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Audience")]
pub(crate) enum Audience {
    OneToOne,
    SmallGroup,
    Team,
    CrossTeam,
    Organisation,
    External,
}

/// How much harm a violation did.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Severity")]
pub(crate) enum Severity {
    Minor,
    Moderate,
    Serious,
}

/// Where an incident stands in its life.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::IncidentState")]
pub(crate) enum IncidentState {
    Open,
    Waiting,
    Decided,
    Delivered,
    Closed,
    HandedOver,
    Withdrawn,
    Merged,
}

/// How long something has waited.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Age")]
pub(crate) enum Age {
    Fresh,
    Overdue,
    Silent,
}

/// What a team must be aligned on beside values.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::TopicKind")]
pub(crate) enum TopicKind {
    BusinessContext,
    Strategy,
    Goal,
}

/// Whether a topic is alive: talked about by teams, a goal that is followed up but hardly talked about, or left to be
/// discounted.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Attention")]
pub(crate) enum Attention {
    Alive,
    RarelyDiscussed,
    Discounted,
}

/// What the leader decided.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Outcome")]
pub(crate) enum Outcome {
    Recognition,
    Correction,
    NoAction,
}

/// Where the leader handles it.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Handling")]
pub(crate) enum Handling {
    Public,
    OneToOne,
}

/// The audience reached against the audience that saw it.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Reach")]
pub(crate) enum Reach {
    Narrower,
    Matched,
    Wider,
}

/// How the person was heard before a public correction.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Heard")]
pub(crate) enum Heard {
    ReplyAttached,
    Asked,
    InTheMoment,
}

/// What the venue's people hear when the handling was not visible to them.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::WitnessWord")]
pub(crate) enum WitnessWord {
    Nothing,
    Addressed,
    Principle,
}

/// What a notice is.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::NoticeKind")]
pub(crate) enum NoticeKind {
    Correction,
    WitnessWord,
    Retraction,
}

/// What happened on the decision's way from leader to leader.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::StepKind")]
pub(crate) enum StepKind {
    /// "I am involved": handed to another leader.
    Passed,
    /// Taken over by a leader above.
    TakenOver,
    /// Handed to where it belongs; the text is erased.
    HandedOver,
    /// Who was to decide, confirm or deliver has left; the next leader up does.
    DeciderLeft,
    /// The reporting line has changed, and the entry follows it.
    LineChanged,
    /// A second log of the same event was merged into another one.
    Merged,
}

/// What the three answers suggest; never a choice.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Hint")]
pub(crate) enum Hint {
    OneToOneFits,
    ConsiderTheTeam,
}

/// Member or admin; leading is a behaviour and no role.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::Role")]
pub(crate) enum Role {
    Member,
    Admin,
}

/// How a person likes to be recognised.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::RecognitionPreference")]
pub(crate) enum RecognitionPreference {
    Public,
    AskFirst,
    OneToOne,
}

/// What somebody adds to a meeting beforehand: a question, or where what is said and what is done drift apart.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_domain::words::PointKind")]
pub(crate) enum PointKind {
    Question,
    Gap,
}
