//! Meetings that are over.

use leptos::prelude::*;

use super::next::kind;
use crate::api::{PastMeeting, PersonRef};
use crate::components::{person_link, time};
use crate::texts::meetings as t;

/// One after the other, newest first.
pub fn view(meetings: &[PastMeeting]) -> AnyView {
    if meetings.is_empty() {
        return view! { <p class="hint">{t::no_past()}</p> }.into_any();
    }
    let rows = meetings.iter().map(meeting).collect_view();
    view! { <ol class="past-list">{rows}</ol> }.into_any()
}

fn came(note: Option<&String>, decides: Option<&PersonRef>) -> AnyView {
    view! {
        {note.map(|note| view! { <p class="came">{note.clone()}</p> })}
        {decides.map(|person| view! { <p class="byline">{t::who_decides(&person.name)}</p> })}
    }
    .into_any()
}

fn meeting(m: &PastMeeting) -> AnyView {
    let topics = m
        .topics
        .iter()
        .map(|talked| {
            let text = talked.topic.as_ref().map(|topic| topic.text.clone()).unwrap_or_default();
            view! { <li><p>{text}</p> {came(talked.note.as_ref(), talked.decides.as_ref())}</li> }
        })
        .collect_view();
    let points = m
        .points
        .iter()
        .map(|p| {
            view! {
                <li>
                    <p><span class="mark">{kind(p.kind)}</span> " " {p.text.clone()} " " <span class="hint">{t::added_by(&p.author.name)}</span></p>
                    {came(p.note.as_ref(), p.decides.as_ref())}
                </li>
            }
        })
        .collect_view();
    view! {
        <li class="card past-meeting">
            <p class="past-head"><strong>{time(&m.finished_at)}</strong> " · " {person_link(&m.held_by)}</p>
            {m.value.as_ref().map(|v| view! { <p><a class="value-chip" href=format!("/values/{}", v.id.inner())>{v.name.clone()}</a></p> })}
            <ul class="talked">{topics} {points}</ul>
            {m.note.as_ref().map(|note| view! { <p class="came">{note.clone()}</p> })}
        </li>
    }
    .into_any()
}
