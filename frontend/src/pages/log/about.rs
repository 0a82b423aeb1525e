//! Whom it is about, where it happened, and which values it shows.

use leptos::prelude::*;

use super::draft::Draft;
use crate::api::{IncidentKind, Value};
use crate::components::{AudienceSelect, Choice, Complaint, Picker, Source, TextField};
use crate::forms::Complaints;
use crate::session::use_session;
use crate::words;

/// The people, or for something upheld a team.
#[component]
pub fn About(draft: Draft, complaints: Complaints) -> impl IntoView {
    let session = use_session();
    let upheld = move || draft.kind.get() == Some(IncidentKind::Upheld);
    let max = Signal::derive(move || if upheld() { upheld_domain::incident::MAX_SUBJECTS } else { 1 });
    let teams = Signal::derive(move || {
        let choice =
            |t: &crate::api::TeamRef| Choice { id: t.id.clone(), name: t.name.clone(), note: String::new() };
        session.with_directory(|d| d.teams.iter().map(choice).collect::<Vec<_>>()).unwrap_or_default()
    });
    view! {
        <fieldset class="section">
            <legend>"Whom is it about?"</legend>
            <Show
                when=move || draft.about_team.get()
                fallback=move || {
                    view! {
                        <Picker id="people" field="subjectIds" label="People" source=Source::People chosen=draft.people max=max complaints=complaints />
                    }
                }
            >
                <Picker id="team" field="subjectTeamId" label="Team" source=Source::Fixed(teams) chosen=draft.team complaints=complaints />
            </Show>
            <Show when=upheld>
                <button class="link-button" type="button" on:click=move |_| draft.about_team.update(|t| *t = !*t)>
                    {move || if draft.about_team.get() { "It is about people" } else { "It is about a whole team" }}
                </button>
            </Show>
        </fieldset>
    }
}

/// The venue with its audience, which can be changed for this entry.
#[component]
pub fn Place(draft: Draft, complaints: Complaints) -> impl IntoView {
    let session = use_session();
    let venues = Signal::derive(move || {
        let choice = |v: &crate::api::Venue| Choice {
            id: v.id.clone(),
            name: v.name.clone(),
            note: words::audience(v.audience).to_owned(),
        };
        session.with_directory(|d| d.venues.iter().map(choice).collect::<Vec<_>>()).unwrap_or_default()
    });
    // The venue fills the audience in.
    Effect::new(move |before: Option<Option<String>>| {
        let id = draft.venue.with(|v| v.first().map(|v| v.id.inner().to_owned()));
        if let Some(id) = id.as_ref().filter(|_| before.flatten() != id) {
            let found = session.with_directory(|d| {
                d.venues.iter().find(|v| v.id.inner() == id).map(|v| (v.audience, v.audience_size))
            });
            if let Some((audience, size)) = found.flatten() {
                draft.audience.set(Some(audience));
                draft.audience_size.set(size.to_string());
            }
        }
        id
    });
    view! {
        <fieldset class="section">
            <legend>"Where did it happen, and who saw it?"</legend>
            <Picker
                id="venue"
                field="venueId"
                label="Venue"
                hint="A stand-up, a channel, an all-hands. Leave it out when none fits, and say below who saw it."
                source=Source::Fixed(venues)
                chosen=draft.venue
                complaints=complaints
            />
            <div class="two-columns">
                <AudienceSelect id="audience" label="Who saw it" value=draft.audience none="Not said" />
                <TextField field="audienceSize" label="How many" value=draft.audience_size complaints=complaints kind="number" optional=true />
            </div>
            <AudienceSelect
                id="affected"
                label="Who was affected (optional)"
                hint="Others can be affected without having seen it."
                value=draft.affected
                none="Not said"
            />
        </fieldset>
    }
}

/// The values as cards, each with two examples of the chosen kind.
#[component]
pub fn Values(draft: Draft, complaints: Complaints) -> impl IntoView {
    let session = use_session();
    let complaint = complaints.of("valueIds");
    let cards = move || {
        let kind = draft.kind.get().unwrap_or(IncidentKind::Upheld);
        session.with_directory(|d| d.values.iter().map(|v| card(v, kind, draft, complaints)).collect_view())
    };
    view! {
        <fieldset class="section" data-invalid=move || complaint.get().map(|_| "true")>
            <legend>"Which values does it show?"</legend>
            <p class="hint">"One to three."</p>
            <div class="value-cards">{cards}</div>
            <Complaint id="valueIds-error".to_owned() text=complaint />
        </fieldset>
    }
}

fn card(value: &Value, kind: IncidentKind, draft: Draft, complaints: Complaints) -> AnyView {
    let examples = match kind {
        IncidentKind::Upheld => &value.looks_like_upheld,
        IncidentKind::Violated => &value.looks_like_violated,
    };
    let lines = examples.iter().take(2).map(|e| view! { <li>{e.clone()}</li> }).collect_view();
    let (id, ticked) = (value.id.clone(), value.id.clone());
    let input_id = format!("value-{}", value.id.inner());
    view! {
        <div class="choice">
            <input
                type="checkbox"
                id=input_id.clone()
                aria-describedby=format!("{input_id}-hint")
                prop:checked=move || draft.values.with(|v| v.contains(&ticked))
                on:change=move |ev| {
                    complaints.forget("valueIds");
                    let on = event_target_checked(&ev);
                    draft.values.update(|list| {
                        list.retain(|v| *v != id);
                        if on {
                            list.push(id.clone());
                        }
                    });
                }
            />
            <label for=input_id.clone()>{value.name.clone()}</label>
            <ul class="hint" id=format!("{input_id}-hint")>{lines}</ul>
        </div>
    }
    .into_any()
}
