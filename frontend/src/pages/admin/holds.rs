//! Legal holds: what must not be erased while a law or a case asks for it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use upheld_domain::{Invalid, text};

use super::framed;
use super::open::id_of;
use crate::api::{self, Id, LegalHold, SetLegalHoldInput};
use crate::components::{Dialog, TextArea, TextField, empty, paged, person_link, refused, time, waiting};
use crate::forms::Complaints;
use crate::load::{Paged, Sending};
use crate::session::use_session;
use crate::texts::admin as t;

/// The holds, and a form for another.
pub fn page() -> AnyView {
    framed(t::holds_title(), t::holds_lead(), || {
        let list = Paged::new(api::legal_holds);
        view! {
            {paged(
                list,
                |h| h.incident_id.inner().to_owned(),
                move |h| row(&h, list),
                || empty(t::holds_none(), t::holds_none_hint(), None),
            )}
            <section class="group" aria-labelledby="hold">
                <h2 id="hold">{t::hold()}</h2>
                <Add list=list />
            </section>
        }
        .into_any()
    })
}

fn row(hold: &LegalHold, list: Paged<LegalHold>) -> AnyView {
    let open = RwSignal::new(false);
    let id = StoredValue::new(hold.incident_id.clone());
    let short: String = hold.incident_id.inner().chars().take(8).collect();
    let by = hold.set_by.as_ref().map(|p| view! { {t::hold_by()} {person_link(p)} });
    let label = t::hold_end_one(&short);
    view! {
        <div class="line">
            <div>
                <p><strong>{t::hold_entry()} <code>{short}</code></strong> {t::hold_since()} {time(&hold.at)} {by}</p>
                <p class="hint">{hold.reason.clone()}</p>
            </div>
            <button class="button" type="button" aria-label=label on:click=move |_| open.set(true)>{t::hold_end_it()}</button>
            <Dialog id=format!("end-hold-{}", hold.incident_id.inner()) open=open title=t::hold_end()>
                <End id=id.get_value() open=open list=list />
            </Dialog>
        </div>
    }
    .into_any()
}

#[component]
fn End(id: Id, open: RwSignal<bool>, list: Paged<LegalHold>) -> impl IntoView {
    let session = use_session();
    let reason = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = SetLegalHoldInput { incident_id: id.clone(), on: false, reason: reason.get_untracked() };
        if complaints.show(text::required("reason", &input.reason, text::REASON).map_err(Invalid::from)) {
            let request = session.identity.confirmed(move || api::set_legal_hold(input.clone()));
            sending.send(request, move |_| {
                open.set(false);
                session.toast(t::hold_ended());
                list.refresh();
            });
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p>{t::hold_end_note()}</p>
            <TextArea field="reason" id="end-hold-reason" label=t::why() value=reason complaints=complaints limit=text::REASON rows="2" />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, t::hold_end())}</button>
        </form>
    }
}

#[component]
fn Add(list: Paged<LegalHold>) -> impl IntoView {
    let session = use_session();
    let link = RwSignal::new(use_query_map().with_untracked(|q| q.get("entry")).unwrap_or_default());
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
        bad.check(text::required("reason", &why, text::REASON));
        if !complaints.show(bad.into_result()) {
            return;
        }
        let Some(id) = id else { return };
        let input = SetLegalHoldInput { incident_id: Id::new(id), on: true, reason: why };
        let request = session.identity.confirmed(move || api::set_legal_hold(input.clone()));
        sending.send(request, move |_| {
            link.set(String::new());
            reason.set(String::new());
            session.toast(t::hold_done());
            list.refresh();
        });
    };
    sending.complain(complaints);
    view! {
        <form class="narrow-form" on:submit=submit novalidate>
            <TextField
                field="incidentId"
                id="hold-link"
                label=t::entry_link()
                hint=t::hold_link_hint()
                value=link
                complaints=complaints
            />
            <TextArea
                field="reason"
                id="hold-reason"
                label=t::why()
                hint=t::hold_why_hint()
                value=reason
                complaints=complaints
                limit=text::REASON
                rows="2"
            />
            {refused(sending)}
            <button class="button" type="submit">{waiting(sending, t::hold_send())}</button>
        </form>
    }
}
