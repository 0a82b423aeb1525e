//! What stands beside the text, for those who see everything: the steps from leader to leader, who opened it, the
//! versions of the decision.

use leptos::prelude::*;

use super::duplicates;
use crate::api::{self, Course, DecisionVersion, Incident, IncidentName, IncidentStep, Reading, StepKind};
use crate::components::{Glyph, icon, person_link, time};
use crate::load::Load;
use crate::session::use_signed_in;
use crate::{dates, words};

/// Loads beside the entry; where it does not arrive, the entry itself is still there.
pub(super) fn course(incident: &Incident, load: Load<Incident>) -> AnyView {
    let id = incident.id.clone();
    let course = Load::new(move || api::course(id.clone()));
    let shared = StoredValue::new(incident.clone());
    (move || course.ready().map(|c| shared.with_value(|incident| sections(c, incident, load)))).into_any()
}

fn sections(course: Course, incident: &Incident, load: Load<Incident>) -> AnyView {
    let Course { steps, decision_versions, readings, possible_duplicates, merged_into, merged_copies } =
        course;
    view! {
        {merged_into.as_ref().map(|other| view! { <p class="panel panel-quiet">"Merged into " {entry_link(other)} "."</p> })}
        {duplicates::duplicates(incident, possible_duplicates, load)}
        {copies(&merged_copies)}
        {versions(&decision_versions)}
        {way(&steps)}
        {read_by(&readings)}
    }
    .into_any()
}

/// A link to another entry.
fn entry_link(entry: &IncidentName) -> AnyView {
    let title = entry.title.clone().unwrap_or_else(|| "an entry without text".to_owned());
    view! { <a href=format!("/incidents/{}", entry.id.inner())>{title}</a> }.into_any()
}

/// While the viewer reads by an opening of their own: how long yet.
pub(super) fn open_now(incident: &Incident) -> AnyView {
    let me = use_signed_in().viewer.id;
    let mine = incident.onlookers.iter().filter(|o| o.person.as_ref().is_some_and(|p| p.id == me));
    let Some(until) = mine.filter_map(|o| o.until.clone()).next() else { return ().into_any() };
    let hold = format!("/admin/holds?entry={}", incident.id.inner());
    view! {
        <div class="panel panel-warning open-banner" role="note">
            <p class="with-icon">
                {icon(Glyph::Eye)}
                <span>
                    "You opened this entry. It stays open for you for " <strong>{dates::left(&until)}</strong>
                    ", to read and nothing else. Those concerned see that, and your reason."
                </span>
            </p>
            <p><a href=hold>"Put it under legal hold"</a></p>
        </div>
    }
    .into_any()
}

fn step_words(step: &IncidentStep) -> AnyView {
    let by = person_link(&step.by);
    let to = step.to.as_ref().map_or_else(|| "nobody yet".into_any(), person_link);
    match step.kind {
        StepKind::Passed => view! { {by} " passed it on to " {to} }.into_any(),
        StepKind::TakenOver => view! { {by} " took it over" {from(step)} }.into_any(),
        StepKind::HandedOver => view! { {by} " handed it over to where it belongs" }.into_any(),
        StepKind::DeciderLeft => {
            let gone =
                step.from.as_ref().map_or_else(|| "The leader who was to decide".into_any(), person_link);
            view! { {gone} " has left; " {to} " decides now" }.into_any()
        }
        StepKind::LineChanged => view! { "The reporting line has changed; " {to} " decides now" }.into_any(),
        StepKind::Merged => view! { {by} " merged it into another log of the same event" }.into_any(),
    }
}

fn from(step: &IncidentStep) -> Option<AnyView> {
    step.from.as_ref().map(|p| view! { " from " {person_link(p)} }.into_any())
}

fn way(steps: &[IncidentStep]) -> AnyView {
    if steps.is_empty() {
        return ().into_any();
    }
    let rows = steps
        .iter()
        .map(|step| {
            view! {
                <li>
                    <p>{step_words(step)} <span class="hint">" · " {time(&step.at)}</span></p>
                    {step.reason.clone().map(|r| view! { <p class="hint">"Why: " {r}</p> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="group" aria-labelledby="way">
            <h2 id="way">"How it came here"</h2>
            <ol class="timeline">{rows}</ol>
        </section>
    }
    .into_any()
}

fn read_by(readings: &[Reading]) -> AnyView {
    if readings.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="group" aria-labelledby="read-by">
            <h2 id="read-by">"Who else has read it"</h2>
            <p class="hint">"People who are no party to it. The person it is about finds them in their own data."</p>
            <ul class="timeline">{readings.iter().map(|r| view! { <li>{reading(r)}</li> }).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// A reading in a sentence.
pub(super) fn reading(reading: &Reading) -> AnyView {
    let until = reading.until.as_ref().map(|until| {
        let past = dates::millis(until) <= js_sys::Date::now();
        view! { {if past { ", closed again since " } else { ", open until " }} {dates::long(until)} }
    });
    view! {
        <p>{person_link(&reading.by)} <span class="hint">" · " {reading.why.clone()} " · " {time(&reading.at)} {until}</span></p>
        {reading.reason.clone().map(|r| view! { <p class="hint">"Reason: " {r}</p> })}
    }
    .into_any()
}

fn copies(list: &[IncidentName]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let rows = list.iter().map(|entry| view! { <li>{entry_link(entry)}</li> }).collect_view();
    view! {
        <section class="group" aria-labelledby="copies">
            <h2 id="copies">"Other logs of the same event"</h2>
            <p class="hint">"Merged into this one. Those who logged them keep their own text and do not learn of each other."</p>
            <ul class="plain">{rows}</ul>
        </section>
    }
    .into_any()
}

/// Earlier versions; the one that holds stands above.
fn versions(list: &[DecisionVersion]) -> AnyView {
    if list.len() < 2 {
        return ().into_any();
    }
    let rows = list.iter().rev().map(version).collect_view();
    view! {
        <details class="versions">
            <summary>{format!("{} versions of the decision", list.len())}</summary>
            <ol class="timeline">{rows}</ol>
        </details>
    }
    .into_any()
}

fn version(v: &DecisionVersion) -> AnyView {
    let what = match (v.outcome, v.handling) {
        (Some(outcome), Some(handling)) => {
            format!("{} {}", words::outcome(outcome), words::handling(handling))
        }
        (Some(outcome), None) => words::outcome(outcome).to_owned(),
        _ => "Taken back; its words are gone".to_owned(),
    };
    let place = v.venue.as_ref().map(|venue| format!(" in {}", venue.name));
    view! {
        <li>
            <p><strong>{format!("Version {}: ", v.version)}</strong> {what} {place}</p>
            <p class="hint">{person_link(&v.recorded_by)} " · " {time(&v.recorded_at)}</p>
            {v.wording.clone().map(|w| view! { <blockquote class="wording">{w}</blockquote> })}
            {v.rationale.clone().map(|r| view! { <p class="hint pre">"Why: " {r}</p> })}
        </li>
    }
    .into_any()
}
