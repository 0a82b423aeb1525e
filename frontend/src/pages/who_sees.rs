//! "Who can see what", for everybody: the rules that the server enforces, in words.

use leptos::prelude::*;
use upheld_domain::who_sees::{self, Moment};
use upheld_domain::words::IncidentKind;

use crate::components::PageTitle;

/// The table, made to be read and to be printed.
pub fn page() -> AnyView {
    let beside = who_sees::BESIDE_THE_TABLE.iter().map(|s| view! { <li>{*s}</li> }).collect_view();
    view! {
        <PageTitle
            title="Who can see what"
            lead="What everybody sees of an entry at each moment of its life. This page asks the same code that lets you in or keeps you out."
        />
        <p class="no-print">
            <button class="button" type="button" on:click=|_| { let _ = window().print(); }>"Print"</button>
        </p>
        {part(IncidentKind::Upheld, "A value was upheld")}
        {part(IncidentKind::Violated, "Somebody fell short of a value")}
        <section class="sight-part">
            <h2>"Beside the table"</h2>
            <ul class="prose">{beside}</ul>
        </section>
    }
    .into_any()
}

fn part(kind: IncidentKind, title: &'static str) -> AnyView {
    let cards = who_sees::moments().into_iter().filter(|m| m.kind == kind).map(|m| card(&m)).collect_view();
    view! {
        <section class="sight-part">
            <h2>{title}</h2>
            <div class="sight-grid">{cards}</div>
        </section>
    }
    .into_any()
}

fn card(moment: &Moment) -> AnyView {
    let rows = who_sees::groups(moment)
        .into_iter()
        .map(|(parties, sight)| {
            let nothing = sight == "nothing";
            view! {
                <div class="sight" class:sight-nothing=nothing>
                    <dt>{who_sees::together(&parties)}</dt>
                    <dd>{sight}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <article class="card sight-card">
            <h3>{moment.title}</h3>
            <dl>{rows}</dl>
        </article>
    }
    .into_any()
}
