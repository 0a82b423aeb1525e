//! What happened, who saw it and who was affected.

use leptos::prelude::*;

use crate::api::{Incident, Subject, Venue};
use crate::components::{person_link, time};
use crate::{dates, words};

fn fact(label: &'static str, value: AnyView) -> AnyView {
    view! { <div class="fact"><dt>{label}</dt><dd>{value}</dd></div> }.into_any()
}

fn text(label: &'static str, text: Option<&String>) -> AnyView {
    let text = text.cloned().unwrap_or_default();
    view! { <section class="story-part"><h2>{label}</h2><p class="pre">{text}</p></section> }.into_any()
}

/// A venue with its audience: "Payments stand-up, 6 people".
pub fn place(venue: &Venue) -> String {
    format!("{} ({}, {})", venue.name, words::audience(venue.audience), words::people(venue.audience_size))
}

fn seen_by(incident: &Incident) -> String {
    let who = incident.audience.map(words::audience).unwrap_or_default();
    match incident.audience_size {
        Some(n) => format!("{who}, {}", words::people(n)),
        None => who.to_owned(),
    }
}

fn subjects(list: &[Subject]) -> AnyView {
    let links = list
        .iter()
        .map(|s| {
            let person =
                crate::api::PersonRef { id: s.id.clone(), name: s.name.clone(), title: s.title.clone() };
            view! { <li>{person_link(&person)} <span class="hint">" " {s.title.clone()}</span></li> }
        })
        .collect_view();
    view! { <ul class="plain">{links}</ul> }.into_any()
}

fn values(incident: &Incident) -> AnyView {
    let items = incident
        .values
        .iter()
        .map(|v| {
            view! {
                <li>
                    <a href=format!("/values/{}", v.id.inner())>{v.name.clone()}</a>
                    <span class="hint">" " {v.statement.clone()}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="plain">{items}</ul> }.into_any()
}

/// A link that a person typed: shown whole, opened without telling where from.
fn evidence(url: &str) -> AnyView {
    if upheld_domain::text::link("evidenceUrl", url).is_err() {
        return url.to_owned().into_any();
    }
    let url = url.to_owned();
    view! { <a class="break" href=url rel="noreferrer noopener external" target="_blank">{url.clone()}</a> }
        .into_any()
}

/// The text of the entry with its facts.
pub fn story(incident: &Incident) -> AnyView {
    let about = match &incident.subject_team {
        Some(team) => format!("the team {}", team.name).into_any(),
        None => subjects(&incident.subjects),
    };
    let hidden = incident.hide_reporter_from_subject == Some(true);
    let reporter = incident.reporter.as_ref().map(|p| {
        view! { {person_link(p)} {hidden.then_some(", who asked not to be named to the person")} }.into_any()
    });
    view! {
        <dl class="facts">
            {fact("About", about)}
            {fact("Values", values(incident))}
            {incident.venue.as_ref().map(|v| fact("Where", v.name.clone().into_any()))}
            {incident.audience.map(|_| fact("Who saw it", seen_by(incident).into_any()))}
            {incident.affected.map(|a| fact("Who was affected", words::audience(a).into_any()))}
            {incident.severity.map(|s| fact("How bad", words::severity(s).into_any()))}
            {incident.occurred_on.as_ref().map(|d| fact("When", dates::day(d).into_any()))}
            {reporter.map(|r| fact("Logged by", r))}
            {fact("Logged", time(&incident.logged_at))}
            {incident.decider.as_ref().map(|p| fact("Decides", person_link(p)))}
            {incident.evidence_url.as_ref().map(|url| fact("To see it", evidence(url)))}
            {incident.handled_in.as_ref().filter(|_| incident.decision.is_none()).map(|v| {
                fact("Spoken about in", v.name.clone().into_any())
            })}
        </dl>
        {text("Situation", incident.situation.as_ref())}
        {text("Behaviour", incident.behaviour.as_ref())}
        {text("Impact", incident.impact.as_ref())}
    }
    .into_any()
}
