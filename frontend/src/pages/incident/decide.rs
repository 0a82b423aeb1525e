//! The decision form: look first, then choose, say why, and say it in the right place.

use leptos::prelude::*;
use upheld_domain::decision::{self, QUESTIONS};
use upheld_domain::text;
use upheld_domain::words::Hint;

use super::decide_words::{HeardFields, PublicFields, WitnessFields};
use super::gap;
use super::ruling::{Ruling, case};
use crate::api::{self, Code, Handling, Incident, IncidentKind, Outcome, RecognitionPreference, Subject};
use crate::components::{Choices, Complaint, Glyph, RadioOption, TextArea, icon, refused, waiting};
use crate::forms::Complaints;
use crate::load::{Load, Sending};
use crate::session::use_signed_in;
use crate::words;

/// The form; for a decision that is revised, filled in as it was.
#[component]
pub fn DecisionForm(incident: StoredValue<Incident>, load: Load<Incident>) -> impl IntoView {
    let signed_in = use_signed_in();
    let session = signed_in.session;
    let ruling = incident.with_value(Ruling::new);
    let facts = incident.with_value(|i| case(i, &signed_in.viewer.id));
    let (own_lapse, has_witnesses) = (facts.own_lapse, facts.has_witnesses);
    let asks = decision::needs_consideration(facts.kind, facts.audience);
    let facts = StoredValue::new(facts);
    let complaints = Complaints::new();
    let sending = Sending::new();
    sending.complain(complaints);
    let venue_audience = move || {
        let id = ruling.venue.with(|v| v.first().map(|v| v.id.clone()))?;
        session.with_directory(|d| d.venues.iter().find(|v| v.id == id).map(|v| v.audience)).flatten()
    };
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let form = untrack(|| incident.with_value(|i| ruling.form(venue_audience(), i)));
        if !complaints.show(facts.with_value(|f| decision::check(&form, f))) {
            return;
        }
        if let Some(input) = untrack(|| incident.with_value(|i| ruling.input(i))) {
            sending.send(api::record_decision(input), move |_| {
                session.toast("Recorded.");
                session.count_waiting();
                load.again();
            });
        }
    };
    Effect::new(move || {
        if sending.error.with(|e| e.as_ref().is_some_and(|e| e.code != Code::Unavailable)) {
            ruling.renew_key();
        }
    });
    let public = Memo::new(move |_| ruling.public());
    let correction = Memo::new(move |_| ruling.correction());
    let acts = Memo::new(move |_| ruling.acts());
    let deaf = Memo::new(move |_| {
        has_witnesses && ruling.handling.get().is_some() && !incident.with_value(|i| ruling.witnesses_hear(i))
    });
    view! {
        <section class="decide" aria-labelledby="decide-title">
            <h2 id="decide-title">{if own_lapse { "Correct your own lapse" } else { "Decide" }}</h2>
            <form on:submit=submit novalidate>
                {asks.then(|| view! { <Questions ruling=ruling complaints=complaints /> })}
                {outcome_choices(incident, ruling, complaints, own_lapse)}
                <Show when=move || acts.get()>
                    {handling_choices(ruling, complaints, own_lapse)}
                    {move || preference_warning(incident, ruling)}
                </Show>
                <Show when=move || public.get()>
                    <PublicFields ruling=ruling complaints=complaints incident=incident />
                </Show>
                <Show when=move || public.get() && correction.get() && !own_lapse>
                    <HeardFields ruling=ruling complaints=complaints facts=facts />
                </Show>
                <Show when=move || acts.get() && !public.get() && ruling.handling.get().is_some()>
                    <TextArea
                        field="wording"
                        label="What you say 1:1"
                        hint="The person reads it once it is delivered."
                        value=ruling.wording
                        complaints=complaints
                        limit=text::WORDING
                        optional=true
                    />
                </Show>
                <Show when=move || correction.get() && deaf.get()>
                    <WitnessFields ruling=ruling complaints=complaints />
                </Show>
                <Show when=move || ruling.outcome.get().is_some()>
                    {move || rationale(ruling, complaints, acts.get())}
                    {refused(sending)}
                    <button class="button button-primary" type="submit">{waiting(sending, "Record the decision")}</button>
                </Show>
            </form>
            {(!own_lapse).then(|| gap::offer(incident.with_value(|i| i.id.clone())))}
        </section>
    }
}

fn rationale(ruling: Ruling, complaints: Complaints, acts: bool) -> AnyView {
    let hint = if acts {
        "Why this, and why there? The leaders above read it; after a correction the person does, too."
    } else {
        "Why nothing? The person who logged it reads this reason."
    };
    view! {
        <TextArea field="rationale" label="Why" hint=hint value=ruling.rationale complaints=complaints limit=text::RATIONALE />
        <Show when=move || ruling.correction()>
            <TextArea
                field="repair"
                label="What mends it"
                hint="An apology, a fix, something handed back."
                value=ruling.repair
                complaints=complaints
                limit=text::REPAIR
                rows="2"
                optional=true
            />
        </Show>
    }
    .into_any()
}

#[component]
fn Questions(ruling: Ruling, complaints: Complaints) -> impl IntoView {
    const FIELDS: [&str; 3] = ["onlyOneWhoKnows", "nobodyElseAffected", "knownAtFirstHand"];
    let complaint = complaints.of("consideration");
    let yes_no = || {
        vec![
            RadioOption { label: "Yes", hint: "", glyph: None },
            RadioOption { label: "No", hint: "", glyph: None },
        ]
    };
    let rows = QUESTIONS
        .into_iter()
        .zip(FIELDS)
        .zip(ruling.answers)
        .map(|((question, field), answer)| {
            let chosen = Signal::derive(move || answer.get().map(|yes| usize::from(!yes)));
            let choose = Callback::new(move |i: usize| {
                answer.set(Some(i == 0));
                complaints.forget("consideration");
            });
            view! {
                <Choices
                    field=field
                    legend=question
                    options=yes_no()
                    chosen=chosen
                    on_choose=choose
                    complaints=Complaints::new()
                    small=true
                />
            }
        })
        .collect_view();
    view! {
        <div class="questions" data-invalid=move || complaint.get().map(|_| "true")>
            <h3>"First: three questions"</h3>
            {rows}
            <Complaint id="consideration-error".to_owned() text=complaint />
            <p class="hint-live" aria-live="polite">
                {move || {
                    ruling.consideration().map(|c| match c.hint() {
                        Hint::OneToOneFits => "1:1 fits: nobody else is touched by it. This is a hint, not a rule.",
                        Hint::ConsiderTheTeam => "Consider the team: others saw it, were affected or told you. This is a hint, not a rule.",
                    })
                }}
            </p>
        </div>
    }
}

fn outcome_choices(
    incident: StoredValue<Incident>,
    ruling: Ruling,
    complaints: Complaints,
    own_lapse: bool,
) -> AnyView {
    let act = match incident.with_value(|i| i.kind) {
        IncidentKind::Upheld => (Outcome::Recognition, "Say that it was right, and thank them."),
        IncidentKind::Violated => (Outcome::Correction, "Say what fell short, and what is expected."),
    };
    let mut all = vec![act];
    if !own_lapse {
        all.push((Outcome::NoAction, "It was looked at, and nothing follows. It needs a reason as well."));
    }
    let outcomes: Vec<Outcome> = all.iter().map(|(o, _)| *o).collect();
    let options =
        all.iter().map(|(o, hint)| RadioOption { label: words::outcome(*o), hint, glyph: None }).collect();
    let listed = outcomes.clone();
    let chosen =
        Signal::derive(move || ruling.outcome.get().and_then(|o| listed.iter().position(|l| *l == o)));
    let choose = Callback::new(move |i: usize| ruling.outcome.set(outcomes.get(i).copied()));
    view! {
        <Choices field="outcome" legend="What is it?" options=options chosen=chosen on_choose=choose complaints=complaints />
    }
    .into_any()
}

fn handling_choices(ruling: Ruling, complaints: Complaints, own_lapse: bool) -> AnyView {
    let mut options = vec![RadioOption {
        label: "In public",
        hint: "Where others are: best where it happened, so that those who saw it see this, too.",
        glyph: Some(Glyph::Public),
    }];
    if !own_lapse {
        options.push(RadioOption {
            label: "1:1",
            hint: "Between you and the person. Those who saw it can still be told that it was addressed.",
            glyph: Some(Glyph::OneToOne),
        });
    }
    let chosen = Signal::derive(move || {
        ruling.handling.get().map(|h| match h {
            Handling::Public => 0,
            Handling::OneToOne => 1,
        })
    });
    let choose = Callback::new(move |i| {
        ruling.handling.set(Some(if i == 0 { Handling::Public } else { Handling::OneToOne }));
    });
    view! {
        <Choices
            field="handling"
            legend="Where do you handle it?"
            hint="Neither is right for every case."
            options=options
            chosen=chosen
            on_choose=choose
            complaints=complaints
        />
    }
    .into_any()
}

/// The people who would rather not be recognised in public, or want to be asked.
fn preference_warning(incident: StoredValue<Incident>, ruling: Ruling) -> AnyView {
    if !ruling.public() || ruling.correction() {
        return ().into_any();
    }
    let line = |s: &Subject| format!("{} {}.", s.name, words::preference(s.recognition_preference));
    let lines: Vec<String> = incident.with_value(|i| {
        i.subjects
            .iter()
            .filter(|s| s.recognition_preference != RecognitionPreference::Public)
            .map(line)
            .collect()
    });
    (!lines.is_empty())
        .then(|| {
            view! {
                <p class="panel panel-warning with-icon" role="status">
                    {icon(Glyph::Warning)} <span>{lines.join(" ")}</span>
                </p>
            }
        })
        .into_any()
}
