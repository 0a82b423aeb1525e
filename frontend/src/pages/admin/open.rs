//! Opening a confidential entry that one has no part in: with a reason, for 24 hours, and seen by those concerned.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use upheld_domain::{FieldError, Invalid, text};

use super::framed;
use crate::api::{self, Id, OpenEntryInput};
use crate::components::{Glyph, TextArea, TextField, icon, refused, waiting};
use crate::forms::Complaints;
use crate::load::Sending;
use crate::session::use_session;

const REASON_MIN: usize = 10;

/// The form; the address may name the entry already.
pub fn page() -> AnyView {
    framed(
        "Open an entry",
        "Admins read nothing confidential. Where you must, for a complaint or a legal duty, you open that one entry.",
        || view! { <Form /> }.into_any(),
    )
}

/// The id in a link to an entry, or the id itself.
pub(super) fn id_of(link: &str) -> Option<String> {
    let last = link.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let id = last.split(['?', '#']).next().unwrap_or_default();
    upheld_domain::Id::parse_str(id).ok().map(|id| id.to_string())
}

#[component]
fn Form() -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let named = use_query_map().with_untracked(|q| q.get("entry")).unwrap_or_default();
    let link = RwSignal::new(named);
    let reason = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let mut bad = Invalid::default();
        let id = id_of(&link.get_untracked());
        if id.is_none() {
            bad.add("incidentId", "Please paste the link of the entry, as it stands in the address bar.");
        }
        let why = reason.get_untracked();
        bad.check(text::required("reason", &why, text::REASON).and_then(|_| long_enough(&why)));
        if !complaints.show(bad.into_result()) {
            return;
        }
        let Some(id) = id else { return };
        let input = OpenEntryInput { incident_id: Id::new(id), reason: why };
        let navigate = navigate.clone();
        let request = session.identity.confirmed(move || api::open_entry(input.clone()));
        sending.send(request, move |answer| {
            session.toast("It is open for 24 hours.");
            navigate(
                &format!("/incidents/{}", answer.incident.id.inner()),
                leptos_router::NavigateOptions::default(),
            );
        });
    };
    sending.complain(complaints);
    view! {
        <div class="panel panel-warning open-note">
            <p class="with-icon">{icon(Glyph::Eye)} <strong>"What happens then"</strong></p>
            <ul class="bullets">
                <li>"You may read the entry for 24 hours. You may not decide, answer or change anything."</li>
                <li>"Your name, the time and your reason go on the audit trail, for good."</li>
                <li>"The leader who decides, the leaders above and the person it is about read who opened it and why."</li>
                <li>"An entry about yourself, or one that you logged, cannot be opened this way."</li>
            </ul>
        </div>
        <form class="narrow-form" on:submit=submit novalidate>
            <TextField
                field="incidentId"
                id="open-link"
                label="The link of the entry"
                hint="Whoever asks you to look has it."
                value=link
                complaints=complaints
            />
            <TextArea
                field="reason"
                id="open-reason"
                label="Why you must read it"
                hint="At least ten characters. The people concerned read this sentence."
                value=reason
                complaints=complaints
                limit=text::REASON
            />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, "Open it for 24 hours")}</button>
        </form>
    }
}

fn long_enough(reason: &str) -> Result<(), FieldError> {
    if reason.trim().chars().count() >= REASON_MIN {
        return Ok(());
    }
    Err(FieldError::new(
        "reason",
        format!("Please write at least {REASON_MIN} characters: the people concerned read it."),
    ))
}
