//! What leaves the store about an incident: already masked for one viewer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upheld_domain::actions::Action;
use upheld_domain::decision::Consideration;
use upheld_domain::words::{
    Age, Audience, Handling, Heard, IncidentKind, IncidentState, Outcome, Reach, Severity, StepKind,
    WitnessWord,
};
use upheld_domain::{Id, Instant};

/// An incident, as far as the viewer sees it. What they may not see is empty.
#[derive(Debug, Clone)]
pub struct Incident {
    /// The id.
    pub id: Id,
    /// Upheld or violated.
    pub kind: IncidentKind,
    /// The state as the viewer may know it.
    pub state: IncidentState,
    /// One line.
    pub title: Option<String>,
    /// What was going on.
    pub situation: Option<String>,
    /// What the person did.
    pub behaviour: Option<String>,
    /// What came of it.
    pub impact: Option<String>,
    /// The values it shows.
    pub values: Vec<Id>,
    /// Whom it is about.
    pub subjects: Vec<Id>,
    /// The team it is about instead.
    pub subject_team: Option<Id>,
    /// Where it happened.
    pub venue: Option<Id>,
    /// How public it was.
    pub audience: Option<Audience>,
    /// How many saw it.
    pub audience_size: Option<i32>,
    /// Who was affected.
    pub affected: Option<Audience>,
    /// How bad it was.
    pub severity: Option<Severity>,
    /// The day it happened.
    pub occurred_on: Option<NaiveDate>,
    /// When it was logged.
    pub logged_at: Instant,
    /// A link to evidence.
    pub evidence_url: Option<String>,
    /// Who logged it.
    pub reporter: Option<Id>,
    /// Who decides.
    pub decider: Option<Id>,
    /// How long it has waited.
    pub age: Age,
    /// The decision, as far as the viewer sees it.
    pub decision: Option<Decision>,
    /// Where a public correction was said.
    pub handled_in: Option<Id>,
    /// Until when the viewer, as its reporter, can undo without a trace.
    pub undo_until: Option<Instant>,
    /// Whether the reporter is not to be named to the person.
    pub hide_reporter: Option<bool>,
    /// What the viewer may do now.
    pub viewer_may: Vec<Action>,
    /// When its text was erased because its time was over or the person has left.
    pub erased_at: Option<Instant>,
    /// The entry that this one was merged into, for those who decide.
    pub merged_into: Option<Id>,
}

/// A decision, as far as the viewer sees it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The id.
    pub id: Id,
    /// The incident it is about.
    pub incident: Id,
    /// Who decided.
    pub leader: Id,
    /// What it is.
    pub outcome: Outcome,
    /// Public or 1:1.
    pub handling: Option<Handling>,
    /// Where it is to be said.
    pub venue: Option<Id>,
    /// The audience reached against the audience that saw it.
    pub reach: Option<Reach>,
    /// The three answers.
    pub consideration: Option<Consideration>,
    /// How the person was heard.
    pub heard: Option<Heard>,
    /// Why only in the moment.
    pub heard_reason: Option<String>,
    /// The leader's reason.
    pub rationale: Option<String>,
    /// What is said.
    pub wording: Option<String>,
    /// Whether a public correction names the person.
    pub names_subject: bool,
    /// Whether it is also said 1:1.
    pub also_one_to_one: bool,
    /// What witnesses hear.
    pub witness_word: WitnessWord,
    /// The sentence for witnesses.
    pub principle: Option<String>,
    /// What mends the damage.
    pub repair: Option<String>,
    /// When it was decided.
    pub decided_at: Instant,
    /// Who confirmed a leader's own lapse.
    pub confirmed_by: Option<Id>,
    /// When it was carried out.
    pub delivered_at: Option<Instant>,
    /// Where it was carried out.
    pub delivered_in: Option<Id>,
    /// When it was taken back.
    pub retracted_at: Option<Instant>,
    /// The number of the version.
    pub version: i32,
}

/// A question about an incident.
#[derive(Debug, Clone)]
pub struct Question {
    /// The id.
    pub id: Id,
    /// Who asks.
    pub asked_by: Id,
    /// Who is asked; empty where that is a hidden reporter.
    pub asked_of: Option<Id>,
    /// The question.
    pub text: String,
    /// When.
    pub at: Instant,
}

/// A reply: an answer to a question, or a person's side.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The id.
    pub id: Id,
    /// Who replies; empty where that is a hidden reporter.
    pub author: Option<Id>,
    /// The reply.
    pub text: String,
    /// When.
    pub at: Instant,
    /// The question it answers.
    pub answers: Option<Id>,
}

/// What was asked and replied about an incident, as far as the viewer reads it.
#[derive(Debug, Clone, Default)]
pub struct Thread {
    /// The questions, oldest first.
    pub questions: Vec<Question>,
    /// The replies, oldest first.
    pub replies: Vec<Reply>,
}

/// Somebody who sees an entry now or later.
#[derive(Debug, Clone)]
pub struct Onlooker {
    /// In words.
    pub who: String,
    /// The person, where it is one.
    pub person: Option<Id>,
    /// How many people it is.
    pub people: i32,
    /// Why they see it.
    pub why: String,
    /// From when; empty when it depends on a step to come.
    pub from: Option<Instant>,
    /// Until when an admin sees it who opened it with a reason.
    pub until: Option<Instant>,
    /// What they see, in words.
    pub sees: String,
}

/// A step on the decision's way from one leader to another.
#[derive(Debug, Clone)]
pub struct IncidentStep {
    /// The id.
    pub id: Id,
    /// What happened.
    pub kind: StepKind,
    /// Who did it.
    pub by: Id,
    /// Who was to decide before.
    pub from: Option<Id>,
    /// Who does from then on.
    pub to: Option<Id>,
    /// Why, where somebody was asked for it.
    pub reason: Option<String>,
    /// When.
    pub at: Instant,
}

/// A version of a decision. Of a decision that was taken back its words are gone.
#[derive(Debug, Clone)]
pub struct DecisionVersion {
    /// The number.
    pub version: i32,
    /// Who recorded it.
    pub recorded_by: Id,
    /// When.
    pub recorded_at: Instant,
    /// What it said; none when it was erased.
    pub said: Option<VersionBody>,
}

/// What a version of a decision said.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionBody {
    /// What it was.
    pub outcome: Outcome,
    /// Public or 1:1.
    pub handling: Option<Handling>,
    /// Where it was to be said.
    pub venue: Option<Id>,
    /// The leader's reason.
    pub rationale: Option<String>,
    /// What was to be said.
    pub wording: Option<String>,
    /// Whether a public correction named the person.
    pub names_subject: bool,
    /// What witnesses were to hear.
    pub witness_word: WitnessWord,
    /// The sentence for witnesses.
    pub principle: Option<String>,
    /// What mends the damage.
    pub repair: Option<String>,
    /// How the person was heard.
    pub heard: Option<Heard>,
    /// Why only in the moment.
    pub heard_reason: Option<String>,
    /// The three answers, in the order of the questions.
    pub answers: [Option<bool>; 3],
}
