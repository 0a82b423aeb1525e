//! Preparing a meeting: its day, and the value that it talks about.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::Invalid;

use crate::api::{self, Date, Id, Meeting, PlanMeetingInput};
use crate::components::{Select, TextField, refused, waiting};
use crate::dates;
use crate::forms::{Complaints, given};
use crate::load::Sending;
use crate::session::use_session;
use crate::texts::meetings as t;

/// The form.
pub fn form(meeting: &Meeting, done: Callback<()>) -> AnyView {
    let session = use_session();
    let Some(venue) = meeting.venue.as_ref().map(|v| v.id.clone()) else { return ().into_any() };
    let day = RwSignal::new(meeting.planned_on.as_ref().map(|d| d.0.clone()).unwrap_or_default());
    let chosen = meeting.prepared_by.as_ref().and(meeting.value.as_ref());
    let value = RwSignal::new(chosen.map(|v| v.id.inner().to_owned()).unwrap_or_default());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let values = Signal::derive(move || {
        let all = session.with_directory(|d| {
            d.values.iter().map(|v| (v.id.inner().to_owned(), v.name.clone())).collect::<Vec<_>>()
        });
        std::iter::once((String::new(), t::choose_value_none().to_owned()))
            .chain(all.unwrap_or_default())
            .collect()
    });
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let mut bad = Invalid::default();
        let written = given(&day.get_untracked());
        if written.as_deref().is_some_and(|d| dates::parse_day(d).is_none()) {
            bad.add("plannedOn", t::day_bad());
        }
        if !complaints.show(bad.into_result()) {
            return;
        }
        let input = PlanMeetingInput {
            venue_id: venue.clone(),
            planned_on: written.map(Date),
            value_id: given(&value.get_untracked()).map(Id::new),
            example_ids: Vec::new(),
        };
        sending.send(api::plan_meeting(input), move |_| {
            session.toast(t::saved());
            done.run(());
        });
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <TextField field="plannedOn" label=t::planned_on() value=day complaints=complaints kind="date" optional=true />
            <Select
                id="meeting-value"
                label=t::choose_value()
                hint=t::choose_value_hint()
                options=values
                value=value
                on_choose=Callback::new(move |id| value.set(id))
            />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, t::save())}</button>
        </form>
    }
    .into_any()
}
