//! Instead of a verdict on a person: where two values pull apart, the team talks about it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use crate::api::{self, AddMeetingPointInput, Code, Id, PointKind};
use crate::components::{Complaint, Select, TextArea, refused, waiting};
use crate::forms::{Complaints, given};
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::texts::gap as t;

/// The offer, below the decision.
pub fn offer(incident: Id) -> AnyView {
    let open = RwSignal::new(false);
    view! {
        <details class="gap-offer" on:toggle=move |_| open.set(true)>
            <summary>{t::offer()}</summary>
            <Show when=move || open.get()>{form(incident.clone())}</Show>
        </details>
    }
    .into_any()
}

fn form(incident: Id) -> AnyView {
    let session = use_session();
    let places = Load::new(api::meeting_places);
    let venue = RwSignal::new(String::new());
    let words = RwSignal::new(String::new());
    let key = StoredValue::new(api::new_key());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let options = Signal::derive(move || {
        let places = places.ready().unwrap_or_default().into_iter().filter_map(|p| p.venue);
        std::iter::once((String::new(), t::venue_none().to_owned()))
            .chain(places.map(|v| (v.id.inner().to_owned(), v.name)))
            .collect::<Vec<_>>()
    });
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let chosen = given(&venue.get_untracked());
        let mut bad = Invalid::default();
        if chosen.is_none() {
            bad.add("venueId", t::venue_missing());
        }
        bad.check(text::required("text", &words.get_untracked(), text::POINT));
        if !complaints.show(bad.into_result()) {
            return;
        }
        let Some(venue_id) = chosen.map(Id::new) else { return };
        let input = AddMeetingPointInput {
            key: key.get_value(),
            venue_id,
            kind: PointKind::Gap,
            text: words.get_untracked(),
            incident_id: Some(incident.clone()),
        };
        sending.send(api::add_meeting_point(input), move |_| {
            key.set_value(api::new_key());
            words.set(String::new());
            session.toast(t::sent());
        });
    };
    // Words that were refused are sent anew, under a key of their own.
    Effect::new(move || {
        if sending.error.with(|e| e.as_ref().is_some_and(|e| e.code != Code::Unavailable)) {
            key.set_value(api::new_key());
        }
    });
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p class="hint">{t::lead()}</p>
            <Select id="gap-venue" label=t::venue() options=options value=venue on_choose=Callback::new(move |id| venue.set(id)) />
            <Complaint id="gap-venue-error".to_owned() text=complaints.of("venueId") />
            <TextArea field="text" id="gap-text" label=t::text() value=words complaints=complaints limit=text::POINT rows="2" />
            {refused(sending)}
            <button class="button" type="submit">{waiting(sending, t::send())}</button>
        </form>
    }
    .into_any()
}
