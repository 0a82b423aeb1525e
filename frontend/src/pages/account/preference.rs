//! How one likes to be recognised.

use leptos::prelude::*;

use crate::api::{self, RecognitionPreference, SetPreferenceInput};
use crate::components::{Choices, RadioOption, refused};
use crate::forms::Complaints;
use crate::load::Sending;
use crate::session::use_session;

const CHOICES: [(RecognitionPreference, &str, &str); 3] = [
    (RecognitionPreference::Public, "In public", "A recognition may be said before others."),
    (RecognitionPreference::AskFirst, "Ask me first", "Whoever recognises you in public is reminded to ask."),
    (
        RecognitionPreference::OneToOne,
        "1:1",
        "Whoever recognises you in public is warned that you prefer 1:1.",
    ),
];

/// The choice, saved as it is made.
pub(super) fn preference(now: RecognitionPreference) -> AnyView {
    let session = use_session();
    let chosen = RwSignal::new(now);
    let before = StoredValue::new(now);
    let sending = Sending::new();
    let options =
        CHOICES.iter().map(|(_, label, hint)| RadioOption { label, hint, glyph: None }).collect::<Vec<_>>();
    let number = Signal::derive(move || CHOICES.iter().position(|(p, ..)| *p == chosen.get()));
    let choose = Callback::new(move |number: usize| {
        let Some((wanted, ..)) = CHOICES.get(number) else { return };
        chosen.set(*wanted);
        let request = api::set_preference(SetPreferenceInput { recognition_preference: *wanted });
        sending.send(request, move |answer| {
            let saved = answer.person.recognition_preference;
            before.set_value(saved);
            chosen.set(saved);
            session.viewer.update(|viewer| {
                if let Some(viewer) = viewer {
                    viewer.recognition_preference = saved;
                }
            });
            session.toast("Saved.");
        });
    });
    Effect::new(move || {
        if sending.error.with(Option::is_some) {
            chosen.set(before.get_value());
        }
    });
    view! {
        <section class="group">
            <Choices
                field="recognitionPreference"
                legend="How you like to be recognised"
                options=options
                chosen=number
                on_choose=choose
                complaints=Complaints::new()
            />
            {refused(sending)}
        </section>
    }
    .into_any()
}
