//! The lines of the lists.

use leptos::prelude::*;

use crate::api::{DateTime, IncidentName, MyDecision, Notice, ReadingOfMine};
use crate::components::{person_link, time};
use crate::{dates, words};

fn entry_link(entry: &IncidentName) -> AnyView {
    let title = entry.title.clone().unwrap_or_else(|| "an entry without text".to_owned());
    view! { <a href=format!("/incidents/{}", entry.id.inner())>{title}</a> }.into_any()
}

/// Who read, why, when, and what.
pub(super) fn reading(reading: &ReadingOfMine) -> AnyView {
    let what = reading.incident.as_ref().map_or_else(|| "an entry".into_any(), entry_link);
    let until = reading.until.as_ref().map(|until| view! { ", open until " {dates::long(until)} });
    view! {
        <div class="row">
            <p>{person_link(&reading.by)} " read " {what}</p>
            <p class="byline">{reading.why.clone()} " · " {time(&reading.at)} {until}</p>
            {reading.reason.clone().map(|r| view! { <p class="row-ending">"Their reason: " {r}</p> })}
        </div>
    }
    .into_any()
}

/// A notice with its wording.
pub(super) fn notice(notice: &Notice) -> AnyView {
    view! {
        <div class="row">
            <p class="pre">{notice.wording.clone()}</p>
            <p class="byline">{words::notice(notice.kind)} " · " {notice.venue.name.clone()} " · " {time(&notice.at)}</p>
        </div>
    }
    .into_any()
}

/// What was decided and when.
pub(super) fn decision(decision: &MyDecision) -> AnyView {
    let place = decision.handling.map(words::handling).unwrap_or_default();
    let delivered = decision.delivered_at.as_ref().map(|at| view! { " · delivered " {time(at)} });
    let retracted = decision.retracted_at.as_ref().map(|at| view! { " · withdrawn " {time(at)} });
    view! {
        <div class="row">
            <p><a href=format!("/incidents/{}", decision.incident_id.inner())>{words::outcome(decision.outcome)} " " {place}</a></p>
            <p class="byline">"decided " {time(&decision.decided_at)} {delivered} {retracted}</p>
        </div>
    }
    .into_any()
}

/// Something said, and about what.
pub(super) fn said(entry: Option<&IncidentName>, text: &str, at: &DateTime) -> AnyView {
    let about = entry.map(|entry| view! { " · about " {entry_link(entry)} });
    view! {
        <div class="row">
            <p class="pre">{text.to_owned()}</p>
            <p class="byline">{time(at)} {about}</p>
        </div>
    }
    .into_any()
}
