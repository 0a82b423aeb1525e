//! Adding something to talk about, and taking it back.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use crate::api::{self, AddMeetingPointInput, Code, Id, PointKind, TakeBackMeetingPointInput};
use crate::components::{Choices, RadioOption, TextArea, refused, waiting};
use crate::forms::Complaints;
use crate::load::Sending;
use crate::session::use_session;
use crate::texts::meetings as t;

/// The form below the points.
pub fn form(venue: Id, again: Callback<()>) -> AnyView {
    let session = use_session();
    let key = StoredValue::new(api::new_key());
    let kind = RwSignal::new(None::<usize>);
    let words = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let mut bad = Invalid::default();
        if kind.get_untracked().is_none() {
            bad.add("kind", t::kind_missing());
        }
        bad.check(text::required("text", &words.get_untracked(), text::POINT));
        if !complaints.show(bad.into_result()) {
            return;
        }
        let input = AddMeetingPointInput {
            key: key.get_value(),
            venue_id: venue.clone(),
            kind: if kind.get_untracked() == Some(0) { PointKind::Question } else { PointKind::Gap },
            text: words.get_untracked(),
            incident_id: None,
        };
        sending.send(api::add_meeting_point(input), move |_| {
            key.set_value(api::new_key());
            session.toast(t::added());
            again.run(());
        });
    };
    // Words that were refused are sent anew, under a key of their own.
    Effect::new(move || {
        if sending.error.with(|e| e.as_ref().is_some_and(|e| e.code != Code::Unavailable)) {
            key.set_value(api::new_key());
        }
    });
    sending.complain(complaints);
    let option = |label, hint| RadioOption { label, hint, glyph: None };
    let options = vec![option(t::question(), t::question_hint()), option(t::gap(), t::gap_hint())];
    view! {
        <details class="add-point no-print">
            <summary>{t::add()}</summary>
            <form on:submit=submit novalidate>
                <Choices
                    field="kind"
                    legend=t::add_kind()
                    options=options
                    chosen=kind
                    on_choose=Callback::new(move |n| kind.set(Some(n)))
                    complaints=complaints
                />
                <TextArea field="text" id="point-text" label=t::add_text() value=words complaints=complaints limit=text::POINT rows="2" />
                {refused(sending)}
                <button class="button" type="submit">{waiting(sending, t::add_send())}</button>
            </form>
        </details>
    }
    .into_any()
}

/// The button with which who added a point takes it back.
pub fn take_back(id: Id, again: Callback<()>) -> AnyView {
    let session = use_session();
    let sending = Sending::new();
    let click = move |_| {
        let input = TakeBackMeetingPointInput { point_id: id.clone() };
        sending.send(api::take_back_meeting_point(input), move |_| {
            session.toast(t::taken_back());
            again.run(());
        });
    };
    view! {
        " · "
        <button class="link-button no-print" type="button" on:click=click>{t::take_back()}</button>
        {refused(sending)}
    }
    .into_any()
}
