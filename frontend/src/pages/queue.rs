//! What waits for the viewer: to decide, to confirm, to deliver; the oldest first.

use leptos::prelude::*;

use crate::api::{self, Age, IncidentRow, Organisation};
use crate::components::{PageTitle, empty, failed, incident_row, loading};
use crate::load::Paged;
use crate::session::use_signed_in;

/// The decision queue.
pub fn page() -> AnyView {
    let session = use_signed_in().session;
    let list = Paged::new(api::decision_queue);
    Effect::new(move || {
        if list.begun.get() {
            session.waiting.set(Some(list.items.with(Vec::len)));
        }
    });
    let retry = Callback::new(move |()| list.restart());
    view! {
        <PageTitle title="Decide" lead="One after another. Public, 1:1 or nothing: each can be right, and each needs your reason." />
        <p class="hint">{move || session.with_directory(|d| limits(&d.organisation))}</p>
        {move || match (list.begun.get(), list.error.get()) {
            (false, Some(error)) => failed(&error, retry),
            (false, None) => loading(),
            _ => groups(&list.items.get()),
        }}
        <Show when=move || list.next.get().is_some()>
            <button class="button load-more" type="button" on:click=move |_| list.more()>"Show more"</button>
        </Show>
    }
    .into_any()
}

fn limits(organisation: &Organisation) -> String {
    format!(
        "Overdue after {} hours; what fell short and is not decided on for {} days counts as silence.",
        organisation.hours_to_decide, organisation.silent_after_days
    )
}

fn groups(rows: &[IncidentRow]) -> AnyView {
    if rows.is_empty() {
        return empty(
            "Nothing waits for you",
            "When somebody logs something about a person you lead, it comes here. What stays here longer than the organisation allows turns overdue, and what fell short at last into silence.",
            None,
        );
    }
    let may = |row: &IncidentRow, what: &str| row.viewer_may.iter().any(|a| a == what);
    let decide: Vec<_> = rows.iter().filter(|r| may(r, "decide")).collect();
    let confirm: Vec<_> = rows.iter().filter(|r| !may(r, "decide") && may(r, "confirm")).collect();
    let deliver: Vec<_> = rows.iter().filter(|r| !may(r, "decide") && !may(r, "confirm")).collect();
    view! {
        {summary(&decide)}
        {group("To decide", "decide", &decide)}
        {group("To confirm: leaders who correct their own lapse", "confirm", &confirm)}
        {group("Decided, to deliver", "deliver", &deliver)}
    }
    .into_any()
}

fn summary(rows: &[&IncidentRow]) -> AnyView {
    let count = |age| rows.iter().filter(|r| r.age == age).count();
    let (overdue, silent) = (count(Age::Overdue), count(Age::Silent));
    (overdue + silent > 0)
        .then(|| {
            view! { <p class="queue-summary">{format!("{} to decide: {overdue} overdue, {silent} turned to silence.", rows.len())}</p> }
        })
        .into_any()
}

fn group(title: &'static str, id: &'static str, rows: &[&IncidentRow]) -> AnyView {
    (!rows.is_empty())
        .then(|| {
            let items = rows.iter().map(|row| view! { <li>{incident_row(row, true)}</li> }).collect_view();
            view! {
                <section class="group" aria-labelledby=id>
                    <h2 id=id>{title} <span class="count">{rows.len()}</span></h2>
                    <ul class="list">{items}</ul>
                </section>
            }
        })
        .into_any()
}
