//! Saying that a decision was carried out: when and where.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::actions::Act;
use crate::api::{self, Audience, Handling, MarkDeliveredInput};
use crate::components::{Choice, Choices, Dialog, Picker, RadioOption, Source, TextField};
use crate::forms::given;
use crate::{dates, words};

/// The button with its dialog.
pub(super) fn deliver(act: Act) -> AnyView {
    let decision = act.incident.with_value(|i| i.decision.clone());
    let public = decision.as_ref().and_then(|d| d.handling) == Some(Handling::Public);
    let planned = decision.and_then(|d| d.venue).filter(|_| public);
    let venue = RwSignal::new(
        planned
            .map(|v| Choice { id: v.id, name: v.name, note: String::new() })
            .into_iter()
            .collect::<Vec<_>>(),
    );
    let just_now = RwSignal::new(true);
    let at = RwSignal::new(dates::now_local());
    let venues = Signal::derive(move || {
        act.session
            .with_directory(|d| {
                let wide = d.venues.iter().filter(|v| v.audience != Audience::OneToOne);
                wide.map(|v| Choice {
                    id: v.id.clone(),
                    name: v.name.clone(),
                    note: words::audience(v.audience).to_owned(),
                })
                .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let Some(decision_id) = act.decision_id() else { return };
        let delivered_at = given(&at.get_untracked())
            .filter(|_| !just_now.get_untracked())
            .and_then(|t| dates::local_to_utc(&t));
        let venue_id = venue.with_untracked(|v| v.first().map(|v| v.id.clone())).filter(|_| public);
        let input = MarkDeliveredInput { decision_id, delivered_at, venue_id };
        act.send(api::mark_delivered(input), "Delivered.");
    };
    let when = Signal::derive(move || Some(usize::from(!just_now.get())));
    let choose = Callback::new(move |i: usize| just_now.set(i == 0));
    let answers = || {
        vec![
            RadioOption { label: "Just now", hint: "", glyph: None },
            RadioOption { label: "Earlier", hint: "", glyph: None },
        ]
    };
    view! {
        {act.button("Mark as delivered", true)}
        <Dialog id="deliver" open=act.open title="Mark as delivered">
            <form on:submit=submit novalidate>
                <p>"Decided is not done. Say when you said it"{if public { ", and where." } else { "." }}</p>
                <Choices field="when" legend="When?" options=answers() chosen=when on_choose=choose complaints=act.complaints small=true />
                <Show when=move || !just_now.get()>
                    <TextField field="deliveredAt" label="Day and time" value=at complaints=act.complaints kind="datetime-local" />
                </Show>
                {public.then(|| {
                    view! {
                        <Picker
                            id="deliver-venue"
                            field="venueId"
                            label="Where?"
                            source=Source::Fixed(venues)
                            chosen=venue
                            complaints=act.complaints
                        />
                    }
                })}
                {act.foot("It is delivered")}
            </form>
        </Dialog>
    }
    .into_any()
}
