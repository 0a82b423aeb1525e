//! The sums of a history: figures without a target, and the values with what followed for each.

use leptos::prelude::*;

use crate::api::{History, HistoryByValue, Spread};
use crate::{dates, words};

const NOT_YET: &str = "not enough yet";

fn figure(label: &'static str, value: String, note: &'static str) -> AnyView {
    view! {
        <div class="figure">
            <dt>{label}</dt>
            <dd><span class="figure-value">{value}</span> <span class="hint">{note}</span></dd>
        </div>
    }
    .into_any()
}

fn spread(spread: Option<&Spread>) -> String {
    spread.map_or_else(
        || NOT_YET.to_owned(),
        |s| format!("{} half of the time, {} nine times of ten", words::hours(s.median), words::hours(s.p90)),
    )
}

fn rate(rate: Option<f64>) -> String {
    rate.map_or_else(|| NOT_YET.to_owned(), words::percent)
}

/// Counts side by side, each with a small bar; the longest fills the width.
fn counts(title: &'static str, id: &'static str, rows: &[(&'static str, i32)]) -> AnyView {
    let most = rows.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let lines = rows
        .iter()
        .map(|(label, n)| view! { <tr><th scope="row">{*label}</th><td class="bar-cell">{cell(*n, most, "bar bar-recognition")}</td></tr> })
        .collect_view();
    view! {
        <section class="count-block" aria-labelledby=id>
            <h3 id=id>{title}</h3>
            <table class="compact"><tbody>{lines}</tbody></table>
        </section>
    }
    .into_any()
}

/// A number with a bar of its size.
fn cell(n: i32, most: i32, class: &'static str) -> AnyView {
    let width = n * 60 / most;
    view! {
        <span class="cell-number">{n}</span>
        <svg class="cell-bar" viewBox="0 0 60 8" aria-hidden="true" preserveAspectRatio="none">
            <rect class=class x="0" y="0" width=width height="8"></rect>
        </svg>
    }
    .into_any()
}

/// Public against 1:1, the venue match, the times and the two rates.
pub fn figures(h: &History) -> AnyView {
    view! {
        <section class="group" aria-labelledby="figures-title">
            <h2 id="figures-title">"What followed, where, and how fast"</h2>
            <p class="hint">{dates::day(&h.since)} " to " {dates::day(&h.until)}</p>
            <div class="count-blocks">
                {counts(
                    "What followed",
                    "followed-title",
                    &[("Recognition", h.recognitions), ("Correction", h.corrections), ("No action", h.no_actions)],
                )}
                {counts("Where it was handled", "where-title", &[("In public", h.public), ("1:1", h.one_to_one)])}
                {counts(
                    "Whom it reached",
                    "reach-title",
                    &[("Fewer than saw it", h.narrower), ("The same people", h.matched), ("More than saw it", h.wider)],
                )}
            </div>
            <dl class="figures">
                {figure("To decide", spread(h.hours_to_decide.as_ref()), "without the time spent waiting for answers")}
                {figure("To deliver", spread(h.hours_to_deliver.as_ref()), "from the decision on")}
                {figure("Considered", rate(h.considered_rate), "of what came, decided with place and reason; undecided ones lower it")}
                {figure("Silence", rate(h.silence_rate), "of what fell short went past the limit")}
                {figure("Undecided now", h.undecided.to_string(), "")}
                {figure("Silent now", h.silent.to_string(), "")}
            </dl>
        </section>
    }
    .into_any()
}

/// Value by outcome, with bars in the cells.
pub fn by_value(rows: &[HistoryByValue]) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let most = rows.iter().map(|r| r.recognitions.max(r.corrections).max(r.silent)).max().unwrap_or(0).max(1);
    let lines = rows
        .iter()
        .map(|r| {
            view! {
                <tr>
                    <th scope="row"><a href=format!("/values/{}", r.value.id.inner())>{r.value.name.clone()}</a></th>
                    <td class="bar-cell">{cell(r.recognitions, most, "bar bar-recognition")}</td>
                    <td class="bar-cell">{cell(r.corrections, most, "bar bar-correction")}</td>
                    <td class="bar-cell">{cell(r.silent, most, "bar bar-silence")}</td>
                    <td>{r.public}</td>
                    <td>{r.one_to_one}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="group" aria-labelledby="values-title">
            <h2 id="values-title">"Value by value"</h2>
            <p class="hint">"What is about two values counts for both."</p>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Table of the values">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Value"</th>
                            <th scope="col">"Recognition"</th>
                            <th scope="col">"Correction"</th>
                            <th scope="col">"Silence"</th>
                            <th scope="col">"Public"</th>
                            <th scope="col">"1:1"</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
