//! An entry with its decision, on one screen.

mod actions;
mod course;
mod decide;
mod decide_words;
mod decided;
mod deliver;
mod duplicates;
mod gap;
mod ruling;
mod story;
mod talk;

use leptos::prelude::*;

use self::actions::Actions;
use self::decide::DecisionForm;
use crate::api::{self, Id, Incident, IncidentState};
use crate::components::{Glyph, PageTitle, age_mark, icon, kind_mark, loaded_page, onlookers, state_mark};
use crate::load::Load;

/// One entry.
pub fn page(id: Id) -> AnyView {
    let load = Load::new(move || api::incident(id.clone()));
    loaded_page(load, move |incident| screen(&incident, load))
}

fn stub_text(state: IncidentState) -> &'static str {
    match state {
        IncidentState::HandedOver => {
            "This was handed over to where it belongs. Its text was erased here; only this stub is left."
        }
        IncidentState::Withdrawn => {
            "The person who logged it took it back. Its text was erased; only this stub is left."
        }
        _ => "You may see where this entry stands, and not its text.",
    }
}

fn screen(incident: &Incident, load: Load<Incident>) -> AnyView {
    let title = incident.title.clone().unwrap_or_else(|| "An entry without text".to_owned());
    let has_text = incident.situation.is_some();
    let shared = StoredValue::new(incident.clone());
    let decides = incident.may("decide") || incident.may("correctOwnLapse");
    let undecided = incident.state == IncidentState::Open || incident.state == IncidentState::Waiting;
    let may_read_age = undecided || incident.state == IncidentState::Decided;
    let looking = incident.onlookers.clone();
    let revising = RwSignal::new(false);
    view! {
        <div class="marks-line">
            {kind_mark(incident.kind)} {state_mark(incident.state)} {may_read_age.then(|| age_mark(incident.age))}
        </div>
        <PageTitle title=title tab="Entry" />
        {course::open_now(incident)}
        <div class="with-aside">
            <div class="incident">
                {if has_text { story::story(incident) } else { view! { <p>{stub_text(incident.state)}</p> }.into_any() }}
                {talk::talk(incident, load)}
                {course::course(incident, load)}
                {incident.decision.as_ref().map(|d| decided::decided(d, incident))}
                <Actions incident=shared load=load revising=revising />
                <Show when=move || decides || revising.get()>
                    <DecisionForm incident=shared load=load />
                </Show>
            </div>
            {(!looking.is_empty()).then(|| watchers(&looking))}
        </div>
    }
    .into_any()
}

fn watchers(list: &[api::Onlooker]) -> AnyView {
    view! {
        <aside class="aside" aria-labelledby="watchers-title">
            <h2 id="watchers-title" class="with-icon">{icon(Glyph::Eye)} <span>"Who sees this"</span></h2>
            {onlookers(list)}
        </aside>
    }
    .into_any()
}
