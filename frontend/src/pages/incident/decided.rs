//! The recorded decision.

use leptos::prelude::*;

use super::story::place;
use crate::api::{
    Consideration, Decision, Handling, Hint, Incident, IncidentKind, IncidentState, Outcome, WitnessWord,
};
use crate::components::{person_link, time};
use crate::words;

fn fact(label: &'static str, value: AnyView) -> AnyView {
    view! { <div class="fact"><dt>{label}</dt><dd>{value}</dd></div> }.into_any()
}

fn headline(d: &Decision) -> String {
    let place = d.venue.as_ref().map(|v| format!(" in {}", v.name)).unwrap_or_default();
    match d.handling {
        Some(handling) => format!("{} {}{place}", words::outcome(d.outcome), words::handling(handling)),
        None => words::outcome(d.outcome).to_owned(),
    }
}

fn stands(d: &Decision, state: IncidentState) -> AnyView {
    if let Some(at) = &d.retracted_at {
        return view! { "Withdrawn again " {time(at)} }.into_any();
    }
    match (&d.delivered_at, state) {
        (Some(at), _) => {
            let place = d.delivered_in.as_ref().map(|v| format!(" in {}", v.name));
            view! { "Delivered " {time(at)} {place} }.into_any()
        }
        (None, IncidentState::Closed) => "Closed".into_any(),
        (None, _) => "Decided, not yet delivered".into_any(),
    }
}

fn answers(c: &Consideration) -> AnyView {
    let yes = |b: bool| if b { "yes" } else { "no" };
    let given = [c.only_one_who_knows, c.nobody_else_affected, c.known_at_first_hand];
    let lines = upheld_domain::decision::QUESTIONS
        .iter()
        .zip(given)
        .map(|(question, answer)| view! { <li>{*question} " " <strong>{yes(answer)}</strong></li> })
        .collect_view();
    let hint = match c.hint {
        Hint::OneToOneFits => "The hint was: 1:1 fits.",
        Hint::ConsiderTheTeam => "The hint was: consider the team.",
    };
    view! { <ul class="plain">{lines}</ul> <p class="hint">{hint}</p> }.into_any()
}

/// The decision as it was recorded, as far as the viewer may read it.
pub fn decided(d: &Decision, incident: &Incident) -> AnyView {
    let may_name = d.outcome == Outcome::Correction && d.handling == Some(Handling::Public);
    let wording = d.wording.clone().filter(|w| !w.is_empty());
    let heard = d.heard.map(|h| match &d.heard_reason {
        Some(reason) => format!("{}: {reason}", words::heard(h)),
        None => words::heard(h).to_owned(),
    });
    let witnesses = match (&d.principle, d.witness_word) {
        (_, WitnessWord::Nothing) => None,
        (Some(principle), WitnessWord::Principle) => Some(format!("The principle: {principle}")),
        (_, word) => Some(words::witness_word(word).to_owned()),
    };
    let unconfirmed = incident.state == IncidentState::Decided
        && incident.kind == IncidentKind::Violated
        && d.confirmed_by.is_none()
        && incident.subjects.iter().any(|s| s.id == d.leader.id);
    view! {
        <section class="decided" aria-labelledby="decided-title">
            <h2 id="decided-title">"The decision: " {headline(d)}</h2>
            {wording.map(|w| view! { <blockquote class="wording">{w}</blockquote> })}
            {unconfirmed.then(|| view! { <p class="panel panel-quiet">"A leader’s own lapse: it counts once the next leader up has confirmed it."</p> })}
            <dl class="facts">
                {fact("State", stands(d, incident.state))}
                {fact("By", person_link(&d.leader))}
                {fact("Decided", time(&d.decided_at))}
                {d.reach.map(|r| fact("Reached", words::reach(r).into_any()))}
                {d.venue.as_ref().map(|v| fact("Venue", place(v).into_any()))}
                {d.rationale.clone().map(|r| fact("Why", view! { <span class="pre">{r}</span> }.into_any()))}
                {d.consideration.as_ref().map(|c| fact("Considered", answers(c)))}
                {heard.map(|h| fact("Heard", h.into_any()))}
                {may_name.then(|| fact("Names the person", if d.names_subject { "yes".into_any() } else { "no".into_any() }))}
                {witnesses.map(|w| fact("Those who saw it hear", w.into_any()))}
                {d.also_one_to_one.then(|| fact("Also", "spoken about 1:1".into_any()))}
                {d.repair.clone().map(|r| fact("Repair", r.into_any()))}
                {d.confirmed_by.as_ref().map(|p| fact("Confirmed by", person_link(p)))}
                {(d.version > 1).then(|| fact("Version", d.version.into_any()))}
            </dl>
        </section>
    }
    .into_any()
}
