//! Small signs with words: a kind, a state, an age, a person, a value, a time.

use leptos::prelude::*;

use super::icon::{Glyph, icon};
use crate::api::{Age, DateTime, IncidentKind, IncidentState, PersonRef, ValueRef};
use crate::{dates, words};

fn mark(class: &'static str, glyph: Glyph, text: &'static str) -> AnyView {
    view! { <span class=class>{icon(glyph)} <span>{text}</span></span> }.into_any()
}

/// Upheld or fell short.
pub fn kind_mark(kind: IncidentKind) -> AnyView {
    match kind {
        IncidentKind::Upheld => mark("mark mark-upheld", Glyph::Upheld, words::kind(kind)),
        IncidentKind::Violated => mark("mark mark-short", Glyph::FellShort, words::kind(kind)),
    }
}

/// Where an entry stands.
pub fn state_mark(state: IncidentState) -> AnyView {
    let glyph = match state {
        IncidentState::Open => Glyph::Fresh,
        IncidentState::Waiting => Glyph::Overdue,
        IncidentState::Decided | IncidentState::Delivered => Glyph::Check,
        _ => Glyph::Note,
    };
    mark("mark", glyph, words::state(state))
}

/// How long something has waited: a shape, a word and a colour.
pub fn age_mark(age: Age) -> AnyView {
    match age {
        Age::Fresh => mark("mark mark-fresh", Glyph::Fresh, words::age(age)),
        Age::Overdue => mark("mark mark-overdue", Glyph::Overdue, words::age(age)),
        Age::Silent => mark("mark mark-silent", Glyph::Silent, words::age(age)),
    }
}

/// A person's name, leading to their page.
pub fn person_link(person: &PersonRef) -> AnyView {
    let title = person.title.clone();
    view! { <a class="person" href=format!("/people/{}", person.id.inner()) title=title>{person.name.clone()}</a> }
        .into_any()
}

/// Several people: "A, B and C".
pub fn people_links(people: &[PersonRef]) -> AnyView {
    let last = people.len().saturating_sub(1);
    people
        .iter()
        .enumerate()
        .map(|(i, person)| {
            let before = match i {
                0 => "",
                _ if i == last => " and ",
                _ => ", ",
            };
            view! { {before} {person_link(person)} }
        })
        .collect_view()
        .into_any()
}

/// Values, each leading to its page.
pub fn value_links(values: &[ValueRef]) -> AnyView {
    let links = values
        .iter()
        .map(|value| {
            view! { <li><a class="value-chip" href=format!("/values/{}", value.id.inner())>{value.name.clone()}</a></li> }
        })
        .collect_view();
    view! { <ul class="chips">{links}</ul> }.into_any()
}

/// A time: how long ago, with the whole date as title.
pub fn time(at: &DateTime) -> AnyView {
    view! { <time datetime=at.0.clone() title=dates::long(at)>{dates::relative(at)}</time> }.into_any()
}
