//! What has been filled in so far.

use leptos::prelude::*;
use upheld_domain::incident::LogForm;

use crate::api::{Audience, Date, Id, IncidentKind, LogIncidentInput, Severity, domain_id, new_key};
use crate::components::Choice;
use crate::dates;
use crate::forms::given;

/// The form's fields, each a signal.
#[derive(Clone, Copy)]
pub struct Draft {
    key: StoredValue<Id>,
    pub kind: RwSignal<Option<IncidentKind>>,
    pub people: RwSignal<Vec<Choice>>,
    pub team: RwSignal<Vec<Choice>>,
    pub about_team: RwSignal<bool>,
    pub values: RwSignal<Vec<Id>>,
    pub venue: RwSignal<Vec<Choice>>,
    pub audience: RwSignal<Option<Audience>>,
    pub audience_size: RwSignal<String>,
    pub affected: RwSignal<Option<Audience>>,
    pub severity: RwSignal<Option<Severity>>,
    pub title: RwSignal<String>,
    pub situation: RwSignal<String>,
    pub behaviour: RwSignal<String>,
    pub impact: RwSignal<String>,
    pub occurred_on: RwSignal<String>,
    pub evidence: RwSignal<String>,
    pub hide_me: RwSignal<bool>,
    pub credit_me: RwSignal<bool>,
}

fn text() -> RwSignal<String> {
    RwSignal::new(String::new())
}

impl Draft {
    /// Empty but for the day, which is today, and the key, by which a retry is recognised.
    pub fn new() -> Self {
        Self {
            key: StoredValue::new(new_key()),
            kind: RwSignal::new(None),
            people: RwSignal::new(Vec::new()),
            team: RwSignal::new(Vec::new()),
            about_team: RwSignal::new(false),
            values: RwSignal::new(Vec::new()),
            venue: RwSignal::new(Vec::new()),
            audience: RwSignal::new(None),
            audience_size: text(),
            affected: RwSignal::new(None),
            severity: RwSignal::new(None),
            title: text(),
            situation: text(),
            behaviour: text(),
            impact: text(),
            occurred_on: RwSignal::new(dates::today()),
            evidence: text(),
            hide_me: RwSignal::new(false),
            credit_me: RwSignal::new(false),
        }
    }

    /// Sets the kind; what fell short is about exactly one person.
    pub fn choose(self, kind: IncidentKind) {
        self.kind.set(Some(kind));
        if kind == IncidentKind::Violated {
            self.about_team.set(false);
            self.people.update(|list| list.truncate(1));
        }
    }

    fn upheld(self) -> bool {
        self.kind.get_untracked() == Some(IncidentKind::Upheld)
    }

    fn subjects(self) -> (Vec<Id>, Option<Id>) {
        if self.about_team.get_untracked() {
            (Vec::new(), self.team.with_untracked(|t| t.first().map(|t| t.id.clone())))
        } else {
            (self.people.with_untracked(|p| p.iter().map(|p| p.id.clone()).collect()), None)
        }
    }

    fn venue_id(self) -> Option<Id> {
        self.venue.with_untracked(|v| v.first().map(|v| v.id.clone()))
    }

    fn size(self) -> Option<i32> {
        given(&self.audience_size.get_untracked()).map(|s| s.parse().unwrap_or(-1))
    }

    /// What the rules check.
    pub fn form(self) -> LogForm {
        let (subjects, team) = self.subjects();
        LogForm {
            kind: self.kind.get_untracked().map(Into::into),
            subjects: subjects.iter().map(domain_id).collect(),
            team: team.as_ref().map(domain_id),
            values: self.values.with_untracked(|v| v.iter().map(domain_id).collect()),
            audience: self.audience.get_untracked().map(Into::into),
            has_venue: self.venue_id().is_some(),
            audience_size: self.size(),
            severity: self.severity.get_untracked().filter(|_| !self.upheld()).map(Into::into),
            title: self.title.get_untracked(),
            situation: self.situation.get_untracked(),
            behaviour: self.behaviour.get_untracked(),
            impact: self.impact.get_untracked(),
            occurred_on: dates::parse_day(&self.occurred_on.get_untracked()),
            evidence_url: given(&self.evidence.get_untracked()),
        }
    }

    /// What is sent; `None` while the kind is not chosen.
    pub fn input(self) -> Option<LogIncidentInput> {
        let kind = self.kind.get_untracked()?;
        let (subject_ids, subject_team_id) = self.subjects();
        let upheld = self.upheld();
        Some(LogIncidentInput {
            key: self.key.get_value(),
            kind,
            subject_ids,
            subject_team_id,
            value_ids: self.values.get_untracked(),
            venue_id: self.venue_id(),
            audience: self.audience.get_untracked(),
            audience_size: self.size(),
            affected: self.affected.get_untracked(),
            severity: self.severity.get_untracked().filter(|_| !upheld),
            title: self.title.get_untracked(),
            situation: self.situation.get_untracked(),
            behaviour: self.behaviour.get_untracked(),
            impact: self.impact.get_untracked(),
            occurred_on: Date(self.occurred_on.get_untracked()),
            evidence_url: given(&self.evidence.get_untracked()),
            hide_reporter_from_subject: (!upheld).then(|| self.hide_me.get_untracked()),
            credit_reporter: upheld.then(|| self.credit_me.get_untracked()),
        })
    }

    /// What the preview depends on, without the texts; `None` until kind and subjects are chosen.
    pub fn preview(self) -> Option<LogIncidentInput> {
        for changed in [self.people, self.team, self.venue] {
            changed.track();
        }
        self.kind.track();
        self.about_team.track();
        self.values.track();
        self.audience.track();
        self.hide_me.track();
        let input = self.input()?;
        if input.subject_ids.is_empty() && input.subject_team_id.is_none() {
            return None;
        }
        let none = String::new;
        Some(LogIncidentInput {
            title: none(),
            situation: none(),
            behaviour: none(),
            impact: none(),
            evidence_url: None,
            severity: None,
            audience_size: None,
            occurred_on: Date(dates::today()),
            ..input
        })
    }
}
