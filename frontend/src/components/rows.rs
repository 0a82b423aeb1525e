//! An entry as a line of a list.

use leptos::prelude::*;

use super::marks::{age_mark, kind_mark, state_mark, time};
use crate::api::{IncidentRow, IncidentState, Outcome};
use crate::words;

/// Whom the entry is about, in words.
fn about(row: &IncidentRow) -> String {
    match &row.subject_team {
        Some(team) => format!("the team {}", team.name),
        None if row.subjects.is_empty() => String::new(),
        None => words::join(row.subjects.iter().map(|s| s.name.as_str())),
    }
}

/// How it ended, as far as the viewer may know.
fn ending(row: &IncidentRow) -> Option<String> {
    let decision = row.decision.as_ref();
    if decision.is_some_and(|d| d.retracted_at.is_some()) {
        return Some("The decision was withdrawn later.".to_owned());
    }
    match (row.state, decision) {
        (IncidentState::Closed, Some(d)) => d.wording.as_ref().map(|why| format!("Why: {why}")),
        (IncidentState::Decided | IncidentState::Delivered, Some(d)) => {
            let what = words::outcome(d.outcome);
            let place = d
                .handling
                .filter(|_| d.outcome != Outcome::NoAction)
                .map(words::handling)
                .unwrap_or_default();
            Some(format!("{what} {place}"))
        }
        (IncidentState::Open | IncidentState::Waiting, _) => {
            row.decider.as_ref().map(|d| format!("{} decides.", d.name))
        }
        (IncidentState::Delivered, None) => {
            row.handled_in.as_ref().map(|v| format!("It was spoken about in {}.", v.name))
        }
        _ => None,
    }
}

/// One entry as a link with its marks. `aged` shows how long it has waited.
pub fn incident_row(row: &IncidentRow, aged: bool) -> AnyView {
    let title = row.title.clone().unwrap_or_else(|| "An entry without text".to_owned());
    let values = words::join(row.values.iter().map(|v| v.name.as_str()));
    let about = about(row);
    let facts: Vec<String> = [about, values, row.venue.as_ref().map(|v| v.name.clone()).unwrap_or_default()]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect();
    let link = view! { <a href=format!("/incidents/{}", row.id.inner())>{title}</a> };
    let shown_age = aged.then(|| age_mark(row.age));
    view! {
        <article class="row">
            <div class="row-marks">{kind_mark(row.kind)} {shown_age} {(!aged).then(|| state_mark(row.state))}</div>
            {if aged {
                view! { <h3 class="row-title">{link}</h3> }.into_any()
            } else {
                view! { <h2 class="row-title">{link}</h2> }.into_any()
            }}
            <p class="byline">{facts.join(" · ")} " · logged " {time(&row.logged_at)}</p>
            {ending(row).filter(|_| !aged).map(|text| view! { <p class="row-ending">{text}</p> })}
        </article>
    }
    .into_any()
}
