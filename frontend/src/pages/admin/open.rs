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
use crate::texts::admin as t;

const REASON_MIN: usize = 10;

/// The form; the address may name the entry already.
pub fn page() -> AnyView {
    framed(t::open_title(), t::open_lead(), || view! { <Form /> }.into_any())
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
            bad.add("incidentId", t::entry_link_wrong());
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
            session.toast(t::open_done());
            navigate(
                &format!("/incidents/{}", answer.incident.id.inner()),
                leptos_router::NavigateOptions::default(),
            );
        });
    };
    sending.complain(complaints);
    view! {
        <div class="panel panel-warning open-note">
            <p class="with-icon">{icon(Glyph::Eye)} <strong>{t::open_what()}</strong></p>
            <ul class="bullets">
                <li>{t::open_what_time()}</li>
                <li>{t::open_what_trail()}</li>
                <li>{t::open_what_seen()}</li>
                <li>{t::open_what_own()}</li>
            </ul>
        </div>
        <form class="narrow-form" on:submit=submit novalidate>
            <TextField
                field="incidentId"
                id="open-link"
                label=t::entry_link()
                hint=t::open_link_hint()
                value=link
                complaints=complaints
            />
            <TextArea
                field="reason"
                id="open-reason"
                label=t::open_why()
                hint=t::open_why_hint()
                value=reason
                complaints=complaints
                limit=text::REASON
            />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, t::open_send())}</button>
        </form>
    }
}

fn long_enough(reason: &str) -> Result<(), FieldError> {
    if reason.trim().chars().count() >= REASON_MIN {
        return Ok(());
    }
    Err(FieldError::new("reason", t::open_why_short(REASON_MIN)))
}
