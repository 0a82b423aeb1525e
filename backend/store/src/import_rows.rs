//! The rows of an import file as the inputs of the rules.

use std::collections::HashMap;

use upheld_domain::decision::Consideration;
use upheld_domain::incident::check_log;
use upheld_domain::words::{Audience, Handling, Heard, IncidentKind, Outcome, Severity, WitnessWord};
use upheld_domain::{Id, Instant};

use super::file::{DecisionRow, IncidentRow, PersonRow};
use super::{ImportError, Known, find};
use crate::decisions::DecisionInput;
use crate::log::LogInput;

/// The people in an order in which managers come before their reports; a loop or a missing manager is named.
pub(super) fn managers_first(people: &[PersonRow]) -> Result<Vec<(String, &PersonRow)>, ImportError> {
    let mut order: Vec<(String, &PersonRow)> = Vec::new();
    let at = |n: usize| format!("people[{n}] ({})", people[n].id);
    for (n, p) in people.iter().enumerate() {
        if let Some(m) = p.manager_id.as_ref().filter(|m| !people.iter().any(|q| q.id == **m)) {
            return Err(ImportError::at(at(n), format!("managerId: there is no `{m}` in this file")));
        }
    }
    while order.len() < people.len() {
        let before = order.len();
        for (n, p) in people.iter().enumerate() {
            let placed = |id: &String| order.iter().any(|(_, q)| q.id == *id);
            if !placed(&p.id) && p.manager_id.as_ref().is_none_or(placed) {
                order.push((at(n), p));
            }
        }
        if order.len() == before {
            let looped =
                people.iter().position(|p| !order.iter().any(|(_, q)| q.id == p.id)).unwrap_or_default();
            return Err(ImportError::at(at(looped), "managerId: the reporting line is a loop"));
        }
    }
    Ok(order)
}

pub(super) fn check_form(at: &str, input: &LogInput, reporter: Id, now: Instant) -> Result<(), ImportError> {
    check_log(&input.form(), reporter, now).map_err(|e| ImportError::of(at, e.into()))
}

pub(super) fn parse<T>(
    read: fn(&str) -> Option<T>,
    text: &str,
    at: &str,
    field: &str,
) -> Result<T, ImportError> {
    read(text).ok_or_else(|| ImportError::at(at, format!("{field}: `{text}` is unknown")))
}

pub(super) fn parse_opt<T>(
    read: fn(&str) -> Option<T>,
    text: Option<&str>,
    at: &str,
    field: &str,
) -> Result<Option<T>, ImportError> {
    text.map(|t| parse(read, t, at, field)).transpose()
}

pub(super) fn log_input(
    at: &str,
    i: &IncidentRow,
    known: &Known,
    logged_at: Instant,
) -> Result<LogInput, ImportError> {
    let all = |map: &HashMap<String, Id>, keys: &[String], field: &str| {
        keys.iter().map(|k| find(map, k, at, field)).collect::<Result<Vec<Id>, _>>()
    };
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    Ok(LogInput {
        key: Id::new_v4(),
        kind: parse(IncidentKind::parse, &i.kind, at, "kind")?,
        subjects: all(&known.people, &i.subject_ids, "subjectIds")?,
        team: i.subject_team_id.as_deref().map(|t| find(&known.teams, t, at, "subjectTeamId")).transpose()?,
        values: all(&known.values, &i.value_ids, "valueIds")?,
        venue: i.venue_id.as_deref().map(|v| find(&known.venues, v, at, "venueId")).transpose()?,
        audience: parse_opt(Audience::parse, i.audience.as_deref(), at, "audience")?,
        audience_size: i.audience_size,
        affected: parse_opt(Audience::parse, i.affected.as_deref(), at, "affected")?,
        severity: parse_opt(Severity::parse, i.severity.as_deref(), at, "severity")?,
        title: text(&i.title),
        situation: text(&i.situation),
        behaviour: text(&i.behaviour),
        impact: text(&i.impact),
        occurred_on: logged_at.date_naive(),
        evidence_url: i.evidence_url.clone(),
        hide_reporter: i.hide_reporter,
        credit_reporter: i.credit_reporter,
    })
}

pub(super) fn decision_input(
    at: &str,
    d: &DecisionRow,
    incident: Id,
    known: &Known,
) -> Result<DecisionInput, ImportError> {
    Ok(DecisionInput {
        key: Id::new_v4(),
        incident,
        outcome: parse(Outcome::parse, &d.outcome, at, "decision.outcome")?,
        handling: parse_opt(Handling::parse, d.handling.as_deref(), at, "decision.handling")?,
        venue: d.venue_id.as_deref().map(|v| find(&known.venues, v, at, "decision.venueId")).transpose()?,
        consideration: d.consideration.as_ref().map(|c| Consideration {
            only_one_who_knows: c.only_one_who_knows,
            nobody_else_affected: c.nobody_else_affected,
            known_at_first_hand: c.known_at_first_hand,
        }),
        heard: parse_opt(Heard::parse, d.heard.as_deref(), at, "decision.heard")?,
        heard_reason: d.heard_reason.clone(),
        rationale: d.rationale.clone(),
        wording: d.wording.clone(),
        also_one_to_one: d.also_one_to_one,
        names_subject: Some(d.names_subject),
        witness_word: parse(WitnessWord::parse, &d.witness_word, at, "decision.witnessWord")?,
        principle: d.principle.clone(),
        repair: d.repair.clone(),
        expected_version: None,
    })
}
