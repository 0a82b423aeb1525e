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

/// The holds, and a form for another.
pub fn page() -> AnyView {
    framed(
        "Legal holds",
        "Nothing of a held entry is erased or taken back until the hold ends: not by time, not when a person is erased.",
        || {
            let list = Paged::new(api::legal_holds);
            view! {
                {paged(
                    list,
                    |h| h.incident_id.inner().to_owned(),
                    move |h| row(&h, list),
                    || empty("No entry is held", "A hold keeps an entry that a court, an authority or a works council may ask for.", None),
                )}
                <section class="group" aria-labelledby="hold">
                    <h2 id="hold">"Hold an entry"</h2>
                    <Add list=list />
                </section>
            }
            .into_any()
        },
    )
}

fn row(hold: &LegalHold, list: Paged<LegalHold>) -> AnyView {
    let open = RwSignal::new(false);
    let id = StoredValue::new(hold.incident_id.clone());
    let short: String = hold.incident_id.inner().chars().take(8).collect();
    let by = hold.set_by.as_ref().map(|p| view! { " by " {person_link(p)} });
    let label = format!("End the hold of {short}");
    view! {
        <div class="line">
            <div>
                <p><strong>"Entry " <code>{short}</code></strong> " · held since " {time(&hold.at)} {by}</p>
                <p class="hint">{hold.reason.clone()}</p>
            </div>
            <button class="button" type="button" aria-label=label on:click=move |_| open.set(true)>"End it"</button>
            <Dialog id=format!("end-hold-{}", hold.incident_id.inner()) open=open title="End the hold">
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
                session.toast("The hold has ended.");
                list.refresh();
            });
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p>"What was due to be erased meanwhile is erased then."</p>
            <TextArea field="reason" id="end-hold-reason" label="Why" value=reason complaints=complaints limit=text::REASON rows="2" />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, "End the hold")}</button>
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
            bad.add("incidentId", "Please paste the link of the entry, as it stands in the address bar.");
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
            session.toast("It is held.");
            list.refresh();
        });
    };
    sending.complain(complaints);
    view! {
        <form class="narrow-form" on:submit=submit novalidate>
            <TextField
                field="incidentId"
                id="hold-link"
                label="The link of the entry"
                hint="You must be able to see the entry. If you cannot, open it first, with a reason."
                value=link
                complaints=complaints
            />
            <TextArea
                field="reason"
                id="hold-reason"
                label="Why"
                hint="A case number will do. Please name nobody."
                value=reason
                complaints=complaints
                limit=text::REASON
                rows="2"
            />
            {refused(sending)}
            <button class="button" type="submit">{waiting(sending, "Hold it")}</button>
        </form>
    }
}
