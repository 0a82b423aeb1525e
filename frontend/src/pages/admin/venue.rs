//! Venues: where things happen, with their audience and their people.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use super::places::line;
use crate::api::{self, Audience, Id, PeopledVenue, Places, SaveVenueInput};
use crate::components::{
    AudienceSelect, Check, Choice, Complaint, Dialog, Picker, Source, TextField, empty, refused, waiting,
};
use crate::forms::Complaints;
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::texts::admin as t;
use crate::words;

const MANY: usize = 200;

fn about(venue: &PeopledVenue) -> String {
    let seen = format!("{}, {}", words::audience(venue.audience), words::people(venue.audience_size));
    let who = if venue.everybody {
        t::venue_everybody().to_owned()
    } else {
        let teams = venue.teams.iter().map(|team| t::venue_team(&team.name));
        let people = venue.people.iter().map(|p| p.name.clone());
        let all: Vec<String> = teams.chain(people).collect();
        if all.is_empty() {
            t::venue_nobody().to_owned()
        } else {
            words::join(all.iter().map(String::as_str))
        }
    };
    format!("{seen} · {who}")
}

/// The venues, each with its form.
pub(super) fn venues(list: Vec<PeopledVenue>, load: Load<Places>) -> AnyView {
    let adding = RwSignal::new(false);
    let none = list.is_empty();
    let rows = list
        .into_iter()
        .map(|venue| {
            let edit = RwSignal::new(false);
            let (title, text) = (venue.name.clone(), about(&venue));
            let id = format!("venue-{}", venue.id.inner());
            let venue = StoredValue::new(venue);
            view! {
                <li>
                    {line(title, text.into_any(), edit)}
                    <Dialog id=id open=edit title=t::venue_change()>
                        <VenueForm venue=Some(venue.get_value()) open=edit load=load />
                    </Dialog>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="group" aria-labelledby="venues">
            <h2 id="venues">{t::venues()}</h2>
            {none.then(|| empty(t::venues_none(), t::venues_none_hint(), None))}
            <ul class="list" hidden=none>{rows}</ul>
            <button class="button" type="button" on:click=move |_| adding.set(true)>{t::venue_add()}</button>
            <Dialog id="venue-new" open=adding title=t::venue_add()>
                <VenueForm venue=None open=adding load=load />
            </Dialog>
        </section>
    }
    .into_any()
}

#[component]
fn VenueForm(venue: Option<PeopledVenue>, open: RwSignal<bool>, load: Load<Places>) -> impl IntoView {
    let session = use_session();
    let id = venue.as_ref().map(|v| v.id.clone());
    let name = RwSignal::new(venue.as_ref().map(|v| v.name.clone()).unwrap_or_default());
    let audience = RwSignal::new(venue.as_ref().map(|v| v.audience));
    let size = RwSignal::new(venue.as_ref().map(|v| v.audience_size.to_string()).unwrap_or_default());
    let everybody = RwSignal::new(venue.as_ref().is_some_and(|v| v.everybody));
    let teams = RwSignal::new(
        venue.iter().flat_map(|v| &v.teams).map(|t| team_choice(&t.id, &t.name)).collect::<Vec<_>>(),
    );
    let people = RwSignal::new(venue.iter().flat_map(|v| &v.people).map(Choice::from).collect::<Vec<_>>());
    let all_teams = Signal::derive(move || {
        session
            .with_directory(|d| d.teams.iter().map(|t| team_choice(&t.id, &t.name)).collect())
            .unwrap_or_default()
    });
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let ids = |list: RwSignal<Vec<Choice>>| -> Vec<Id> {
            if everybody.get_untracked() {
                Vec::new()
            } else {
                list.with_untracked(|l| l.iter().map(|c| c.id.clone()).collect())
            }
        };
        let mut bad = Invalid::default();
        let name = name.get_untracked().trim().to_owned();
        bad.check(text::required("name", &name, text::NAME));
        let (audience, size) = (audience.get_untracked(), size.get_untracked().trim().parse::<i32>().ok());
        if audience.is_none() {
            bad.add("audience", t::venue_audience_missing());
        }
        if size.is_none_or(|n| n < 1) {
            bad.add("audienceSize", t::venue_size_missing());
        }
        if complaints.show(bad.into_result())
            && let (Some(audience), Some(audience_size)) = (audience, size)
        {
            let input = SaveVenueInput {
                id: id.clone(),
                name,
                audience,
                audience_size,
                everybody: Some(everybody.get_untracked()),
                team_ids: Some(ids(teams)),
                person_ids: Some(ids(people)),
            };
            let request = session.identity.confirmed(move || api::save_venue(input.clone()));
            sending.send(request, move |_| {
                open.set(false);
                session.toast(t::saved());
                session.reload_directory();
                load.again();
            });
        }
    };
    sending.complain(complaints);
    let wrong = complaints.of("audience");
    Effect::new(move || {
        let chosen: Option<Audience> = audience.get();
        if chosen.is_some() {
            complaints.forget("audience");
        }
    });
    view! {
        <form on:submit=submit novalidate>
            <TextField field="name" id="venue-name" label=t::name() value=name complaints=complaints />
            <div data-invalid=move || wrong.get().map(|_| "true")>
                <AudienceSelect id="venue-audience" label=t::venue_audience() value=audience none=t::venue_audience_none() />
                <Complaint id="audience-error".to_owned() text=wrong />
            </div>
            <TextField
                field="audienceSize"
                id="venue-size"
                label=t::venue_size()
                value=size
                complaints=complaints
                kind="number"
            />
            <Check id="venue-everybody" label=t::venue_all() hint=t::venue_all_hint() value=everybody />
            <div class="stack" hidden=move || everybody.get()>
                <Picker
                    id="venue-teams"
                    field="teamIds"
                    label=t::venue_teams()
                    source=Source::Fixed(all_teams)
                    chosen=teams
                    max=MANY
                    complaints=complaints
                />
                <Picker
                    id="venue-people"
                    field="personIds"
                    label=t::venue_people()
                    hint=t::venue_people_hint()
                    source=Source::People
                    chosen=people
                    max=MANY
                    complaints=complaints
                />
            </div>
            {refused(sending)}
            <div class="actions">
                <button class="button button-primary" type="submit">{waiting(sending, t::save())}</button>
                <button class="button" type="button" on:click=move |_| open.set(false)>{t::cancel()}</button>
            </div>
        </form>
    }
}

fn team_choice(id: &Id, name: &str) -> Choice {
    Choice { id: id.clone(), name: name.to_owned(), note: String::new() }
}
