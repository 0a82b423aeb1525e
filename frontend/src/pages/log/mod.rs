//! Logging an incident. The text stays in memory only: it is confidential, so no storage of the browser keeps it.

mod about;
mod draft;
mod preview;
mod sent;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{incident, text};

use self::about::{About, Place, Values};
use self::draft::Draft;
use self::preview::Preview;
use self::sent::Sent;
use crate::api::{self, IncidentKind, IncidentStub, Severity, domain_id};
use crate::components::{
    Check, Choices, Glyph, PageTitle, RadioOption, TextArea, TextField, elsewhere, refused, waiting,
};
use crate::dates;
use crate::forms::Complaints;
use crate::load::Sending;
use crate::session::use_signed_in;
use crate::words;

/// The log page: the form, and once it is sent what happens next.
pub fn page() -> AnyView {
    let sent = RwSignal::new(None::<(IncidentStub, String)>);
    (move || match sent.get() {
        None => view! { <Form sent=sent /> }.into_any(),
        Some((incident, title)) => {
            let again = Callback::new(move |()| sent.set(None));
            view! { <Sent incident=incident title=title again=again /> }.into_any()
        }
    })
    .into_any()
}

#[component]
fn Form(sent: RwSignal<Option<(IncidentStub, String)>>) -> impl IntoView {
    let me = domain_id(&use_signed_in().viewer.id);
    let draft = Draft::new();
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        if !complaints.show(incident::check_log(&draft.form(), me, dates::now())) {
            return;
        }
        if let Some(input) = draft.input() {
            let title = input.title.clone();
            sending.send(api::log_incident(input), move |answer| {
                sent.set(Some((answer.incident, title)));
            });
        }
    };
    sending.complain(complaints);
    view! {
        <PageTitle title="Log what you saw" lead="One example, as it happened: what was going on, what they did, what came of it." />
        <div class="with-aside">
            <form class="log-form" on:submit=submit novalidate>
                <KindCards draft=draft complaints=complaints />
                <Show when=move || draft.kind.get().is_some() fallback=first_step>
                    <About draft=draft complaints=complaints />
                    <Place draft=draft complaints=complaints />
                    <Values draft=draft complaints=complaints />
                    {move || (draft.kind.get() == Some(IncidentKind::Violated)).then(elsewhere)}
                    <Story draft=draft complaints=complaints />
                    <Last draft=draft complaints=complaints />
                    {refused(sending)}
                    <div class="actions">
                        <button class="button button-primary" type="submit">{waiting(sending, "Send")}</button>
                        <p class="hint">"You can undo it for ten minutes."</p>
                    </div>
                </Show>
            </form>
            <Preview draft=draft />
        </div>
    }
}

fn first_step() -> AnyView {
    view! { <p class="hint">"Choose which of the two it is, and the rest of the form opens."</p> }.into_any()
}

#[component]
fn KindCards(draft: Draft, complaints: Complaints) -> impl IntoView {
    let options = vec![
        RadioOption {
            label: "A value was upheld",
            hint: "Somebody lived up to it. The leader can recognise it.",
            glyph: Some(Glyph::Upheld),
        },
        RadioOption {
            label: "It fell short",
            hint: "Somebody did not live up to a value. The leader decides what to do about it; you are named to the leader.",
            glyph: Some(Glyph::FellShort),
        },
    ];
    let chosen = Signal::derive(move || {
        draft.kind.get().map(|k| match k {
            IncidentKind::Upheld => 0,
            IncidentKind::Violated => 1,
        })
    });
    let choose = Callback::new(move |i| {
        draft.choose(if i == 0 { IncidentKind::Upheld } else { IncidentKind::Violated });
        complaints.clear();
    });
    view! {
        <Choices field="kind" legend="What happened?" options=options chosen=chosen on_choose=choose complaints=complaints />
    }
}

#[component]
fn Story(draft: Draft, complaints: Complaints) -> impl IntoView {
    view! {
        <fieldset class="section">
            <legend>"What happened"</legend>
            <TextField field="title" label="In one line" value=draft.title complaints=complaints />
            <TextArea
                field="situation"
                label="Situation"
                hint="What was going on?"
                value=draft.situation
                complaints=complaints
                limit=text::SITUATION
            />
            <TextArea
                field="behaviour"
                label="Behaviour"
                hint="What did they do or say? What a camera would have seen, without guesses about motives."
                value=draft.behaviour
                complaints=complaints
                limit=text::BEHAVIOUR
            />
            <TextArea
                field="impact"
                label="Impact"
                hint="What came of it, and for whom?"
                value=draft.impact
                complaints=complaints
                limit=text::IMPACT
            />
            <TextField field="occurredOn" label="Day" value=draft.occurred_on complaints=complaints kind="date" />
        </fieldset>
    }
}

#[component]
fn Last(draft: Draft, complaints: Complaints) -> impl IntoView {
    const SEVERITIES: [Severity; 3] = [Severity::Minor, Severity::Moderate, Severity::Serious];
    let violated = move || draft.kind.get() == Some(IncidentKind::Violated);
    let chosen =
        Signal::derive(move || draft.severity.get().and_then(|s| SEVERITIES.iter().position(|o| *o == s)));
    view! {
        <fieldset class="section">
            <legend>"The rest"</legend>
            <Show when=violated>
                <Choices
                    field="severity"
                    legend="How bad was it? (optional)"
                    options=SEVERITIES
                        .into_iter()
                        .map(|s| RadioOption { label: words::severity(s), hint: "", glyph: None })
                        .collect()
                    chosen=chosen
                    on_choose=Callback::new(move |i: usize| draft.severity.set(SEVERITIES.get(i).copied()))
                    complaints=complaints
                    small=true
                />
            </Show>
            <TextField
                field="evidenceUrl"
                label="A link to see it"
                hint="A document, a message, a change: whatever shows it."
                value=draft.evidence
                complaints=complaints
                kind="url"
                optional=true
            />
            <Show
                when=violated
                fallback=move || {
                    view! {
                        <Check
                            id="creditReporter"
                            label="Name me as the one who spotted it"
                            hint="Only when it is recognised in public. Else only the leaders know."
                            value=draft.credit_me
                        />
                    }
                }
            >
                <Check
                    id="hideReporterFromSubject"
                    label="Do not name me to the person"
                    hint="The leader who decides always knows who logged it."
                    value=draft.hide_me
                />
            </Show>
        </fieldset>
    }
}
