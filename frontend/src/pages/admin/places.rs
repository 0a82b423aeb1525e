//! Teams and venues: who leads where, and who was there.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use super::{first_id, framed, venue};
use crate::api::{self, LedTeam, Places, SaveTeamInput};
use crate::components::{
    Choice, Dialog, Picker, Source, TextField, empty, loaded, person_link, refused, waiting,
};
use crate::forms::Complaints;
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::texts::admin as t;

/// Teams and venues.
pub fn page() -> AnyView {
    framed(t::places_title(), t::places_lead(), || {
        let load = Load::new(api::places);
        loaded(load, move |places| sections(places, load))
    })
}

fn sections(places: Places, load: Load<Places>) -> AnyView {
    view! {
        {teams(places.teams, load)}
        {venue::venues(places.venues, load)}
    }
    .into_any()
}

/// A line with a button that opens a form about it.
pub(super) fn line(title: String, about: AnyView, edit: RwSignal<bool>) -> AnyView {
    let label = t::places_change_one(&title);
    view! {
        <div class="line">
            <div>
                <h3 class="row-title">{title}</h3>
                <p class="byline">{about}</p>
            </div>
            <button class="button" type="button" aria-label=label on:click=move |_| edit.set(true)>{t::places_change()}</button>
        </div>
    }
    .into_any()
}

fn teams(list: Vec<LedTeam>, load: Load<Places>) -> AnyView {
    let adding = RwSignal::new(false);
    let none = list.is_empty();
    let rows = list
        .into_iter()
        .map(|team| {
            let edit = RwSignal::new(false);
            let lead = match &team.lead {
                Some(lead) => view! { {t::team_led_by()} {person_link(lead)} }.into_any(),
                None => t::team_led_by_nobody().into_any(),
            };
            let title = team.name.clone();
            let id = format!("team-{}", team.id.inner());
            let team = StoredValue::new(team);
            view! {
                <li>
                    {line(title, lead, edit)}
                    <Dialog id=id open=edit title=t::team_change()>
                        <TeamForm team=Some(team.get_value()) open=edit load=load />
                    </Dialog>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="group" aria-labelledby="teams">
            <h2 id="teams">{t::teams()}</h2>
            {none.then(|| empty(t::teams_none(), t::teams_none_hint(), None))}
            <ul class="list" hidden=none>{rows}</ul>
            <button class="button" type="button" on:click=move |_| adding.set(true)>{t::team_add()}</button>
            <Dialog id="team-new" open=adding title=t::team_add()>
                <TeamForm team=None open=adding load=load />
            </Dialog>
        </section>
    }
    .into_any()
}

#[component]
fn TeamForm(team: Option<LedTeam>, open: RwSignal<bool>, load: Load<Places>) -> impl IntoView {
    let session = use_session();
    let id = team.as_ref().map(|t| t.id.clone());
    let name = RwSignal::new(team.as_ref().map(|t| t.name.clone()).unwrap_or_default());
    let lead =
        RwSignal::new(team.iter().filter_map(|t| t.lead.as_ref()).map(Choice::from).collect::<Vec<_>>());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = SaveTeamInput {
            id: id.clone(),
            name: name.get_untracked().trim().to_owned(),
            lead_id: first_id(lead),
        };
        if complaints.show(text::required("name", &input.name, text::NAME).map_err(Invalid::from)) {
            let request = session.identity.confirmed(move || api::save_team(input.clone()));
            sending.send(request, move |_| {
                open.set(false);
                session.toast(t::saved());
                session.reload_directory();
                load.again();
            });
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <TextField field="name" id="team-name" label=t::name() value=name complaints=complaints />
            <Picker
                id="team-lead"
                field="leadId"
                label=t::team_lead()
                hint=t::team_lead_hint()
                source=Source::People
                chosen=lead
                complaints=complaints
            />
            {refused(sending)}
            <div class="actions">
                <button class="button button-primary" type="submit">{waiting(sending, t::save())}</button>
                <button class="button" type="button" on:click=move |_| open.set(false)>{t::cancel()}</button>
            </div>
        </form>
    }
}
