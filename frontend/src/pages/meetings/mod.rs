//! Team meetings: the page for the next one, the presentation, what is written down afterwards, and those that are over.

mod after;
mod board;
mod next;
mod page_text;
mod past;
mod plan;
mod point;
mod present;

use leptos::prelude::*;

use crate::api::{self, Id, MeetingPlace};
use crate::components::{Glyph, PageTitle, empty, icon, loaded, loaded_page};
use crate::load::Load;
use crate::texts::meetings as t;
use crate::words;

/// The venues whose meetings somebody has a part in.
pub fn page() -> AnyView {
    let load = Load::new(api::meeting_places);
    view! {
        <PageTitle title=t::title() lead=t::lead() />
        {loaded(load, |places| list(&places))}
    }
    .into_any()
}

fn list(places: &[MeetingPlace]) -> AnyView {
    if places.is_empty() {
        return empty(t::none_title(), t::none_text(), None);
    }
    // What one holds comes first.
    let mut places: Vec<&MeetingPlace> = places.iter().collect();
    places.sort_by_key(|place| !place.holds);
    let rows = places
        .into_iter()
        .filter_map(|place| {
            let venue = place.venue.as_ref()?;
            let part = if place.holds { t::holds() } else { t::attends() };
            Some(view! {
                <li class="card meeting-place">
                    <h2><a href=format!("/meetings/{}", venue.id.inner())>{venue.name.clone()}</a></h2>
                    <p class="hint">{words::audience(venue.audience)} " · " {part}</p>
                </li>
            })
        })
        .collect_view();
    view! { <ul class="grid">{rows}</ul> }.into_any()
}

/// The meetings of one venue.
pub fn meeting(venue: Id) -> AnyView {
    let (asked, past_of, board_of) = (venue.clone(), venue.clone(), venue);
    let load = Load::new(move || api::meeting(asked.clone()));
    let past = Load::new(move || api::past_meetings(past_of.clone()));
    let again = Callback::new(move |()| {
        load.again();
        past.again();
    });
    view! {
        <nav class="back-line"><a class="with-icon" href="/meetings">{icon(Glyph::Back)} <span>{t::title()}</span></a></nav>
        {loaded_page(load, move |meeting| next::view(&meeting, again))}
        {board::view(board_of)}
        <section class="group past-meetings" aria-labelledby="past">
            <h2 id="past">{t::past()}</h2>
            {loaded(past, |meetings| past::view(&meetings))}
        </section>
    }
    .into_any()
}
