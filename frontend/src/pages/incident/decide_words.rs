//! The words of a decision: what is said in public, how the person was heard, what witnesses hear.

use leptos::prelude::*;
use upheld_domain::decision::Case;
use upheld_domain::text;

use super::ruling::Ruling;
use crate::api::{Audience, Heard, Incident, IncidentKind, WitnessWord};
use crate::components::{Check, Choice, Choices, Picker, RadioOption, Source, TextArea};
use crate::forms::Complaints;
use crate::session::use_session;
use crate::words;

/// Where it is said, in which words, and whether the person is named.
#[component]
pub fn PublicFields(
    ruling: Ruling,
    complaints: Complaints,
    incident: StoredValue<Incident>,
) -> impl IntoView {
    let session = use_session();
    let venues = Signal::derive(move || {
        session
            .with_directory(|d| {
                d.venues
                    .iter()
                    .filter(|v| v.audience != Audience::OneToOne)
                    .map(|v| Choice {
                        id: v.id.clone(),
                        name: v.name.clone(),
                        note: words::audience(v.audience).to_owned(),
                    })
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    let upheld = incident.with_value(|i| i.kind) == IncidentKind::Upheld;
    let (label, hint) = if upheld {
        (
            "What you say",
            "Name what they did and which value it shows. Everybody in the organisation reads it in the feed.",
        )
    } else {
        (
            "What you say in public",
            "About the behaviour and the value. The people of the venue read it as a notice.",
        )
    };
    view! {
        <Picker
            id="decision-venue"
            field="venueId"
            label="Where you say it"
            hint="Filled in with the place where it happened; another can be chosen."
            source=Source::Fixed(venues)
            chosen=ruling.venue
            complaints=complaints
        />
        <p class="panel panel-quiet" hidden=!upheld>
            "A public recognition names its people, and the feed shows it to the whole organisation, whichever venue you choose."
        </p>
        <TextArea field="wording" label=label hint=hint value=ruling.wording complaints=complaints limit=text::WORDING />
        {(!upheld).then(|| {
            view! {
                <Check
                    id="namesSubject"
                    label="Name the person"
                    hint="Off, the wording speaks of behaviour and value alone, and may not hold the name."
                    value=ruling.names_subject
                />
            }
        })}
        <Check id="alsoOneToOne" label="I also speak about it 1:1" value=ruling.also_one_to_one />
    }
}

/// How the person was heard before it is said in public.
#[component]
pub fn HeardFields(ruling: Ruling, complaints: Complaints, facts: StoredValue<Case>) -> impl IntoView {
    let (has_reply, was_asked) = facts.with_value(|f| (f.has_reply, f.was_asked));
    let option = |heard: Heard, hint| RadioOption { label: words::heard(heard), hint, glyph: None };
    let options = vec![
        option(
            Heard::ReplyAttached,
            if has_reply { "" } else { "There is no reply yet: ask for their side first." },
        ),
        option(
            Heard::Asked,
            if was_asked { "" } else { "No question was sent yet: ask for their side first." },
        ),
        option(Heard::InTheMoment, "Say below why it could not wait."),
    ];
    let all = [Heard::ReplyAttached, Heard::Asked, Heard::InTheMoment];
    let chosen = Signal::derive(move || ruling.heard.get().and_then(|h| all.iter().position(|a| *a == h)));
    let choose = Callback::new(move |i: usize| ruling.heard.set(all.get(i).copied()));
    view! {
        <Choices field="heard" legend="How was the person heard?" options=options chosen=chosen on_choose=choose complaints=complaints />
        <Show when=move || ruling.heard.get() == Some(Heard::InTheMoment)>
            <TextArea
                field="heardReason"
                label="Why it could not wait"
                value=ruling.heard_reason
                complaints=complaints
                limit=text::REASON
                rows="2"
            />
        </Show>
    }
}

/// What the people who saw it hear, where they do not hear the handling itself.
#[component]
pub fn WitnessFields(ruling: Ruling, complaints: Complaints) -> impl IntoView {
    let all = [WitnessWord::Nothing, WitnessWord::Addressed, WitnessWord::Principle];
    let hints = [
        "They may think that nobody cared.",
        "“Something that happened here was noticed and has been taken up.”",
        "One sentence about what is expected, without a name.",
    ];
    let options = all
        .into_iter()
        .zip(hints)
        .map(|(word, hint)| RadioOption { label: words::witness_word(word), hint, glyph: None })
        .collect();
    let chosen = Signal::derive(move || all.iter().position(|a| *a == ruling.witness_word.get()));
    let choose = Callback::new(move |i: usize| {
        if let Some(word) = all.get(i) {
            ruling.witness_word.set(*word);
        }
    });
    view! {
        <Choices
            field="witnessWord"
            legend="What do those who saw it hear?"
            options=options
            chosen=chosen
            on_choose=choose
            complaints=complaints
        />
        <Show when=move || ruling.witness_word.get() == WitnessWord::Principle>
            <TextArea field="principle" label="The principle" value=ruling.principle complaints=complaints limit=text::PRINCIPLE rows="2" />
        </Show>
    }
}
