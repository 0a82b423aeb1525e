//! Months as stacked bars, drawn by hand. Each part has its own pattern and its number: colour says nothing alone.

use leptos::prelude::*;

use crate::api::HistoryByMonth;
use crate::dates;

// Whole numbers throughout: they are what an SVG of this size needs.
const HEIGHT: i32 = 180;
const BASE: i32 = 196;
const STEP: i32 = 60;
const BAR: i32 = 36;
const LEFT: i32 = 28;

/// A part of a bar: its name, its class and its fill.
#[derive(Clone, Copy)]
struct Part {
    name: &'static str,
    class: &'static str,
    fill: Option<&'static str>,
}

const PARTS: [Part; 4] = [
    Part { name: "Recognition", class: "bar bar-recognition", fill: None },
    Part { name: "Correction", class: "bar bar-correction", fill: Some("url(#stripes)") },
    Part { name: "No action", class: "bar bar-none", fill: Some("url(#dots)") },
    Part { name: "Silence", class: "bar bar-silence", fill: Some("url(#hatch)") },
];

fn counts(m: &HistoryByMonth) -> [i32; 4] {
    [m.recognitions, m.corrections, m.no_actions, m.silent]
}

fn patterns() -> AnyView {
    view! {
        <defs>
            <pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="pattern-correction" width="6" height="6"></rect>
                <rect class="pattern-correction-line" width="2" height="6"></rect>
            </pattern>
            <pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">
                <rect class="pattern-none" width="6" height="6"></rect>
                <circle class="pattern-none-dot" cx="3" cy="3" r="1"></circle>
            </pattern>
            <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
                <rect class="pattern-silence" width="6" height="6"></rect>
                <rect class="pattern-silence-line" width="1.5" height="6"></rect>
            </pattern>
        </defs>
    }
    .into_any()
}

/// How high up so many are, where `top` fill the height.
fn up(n: i32, top: i32) -> i32 {
    BASE - n * HEIGHT / top
}

/// One bar with its parts from the bottom up.
fn bar(x: i32, month: &HistoryByMonth, top: i32, with_year: bool) -> AnyView {
    let centre = x + BAR / 2;
    let mut below = 0;
    let parts = counts(month)
        .into_iter()
        .zip(PARTS)
        .filter(|(n, _)| *n > 0)
        .map(|(n, part)| {
            let (y, height) = (up(below + n, top), up(below, top) - up(below + n, top));
            below += n;
            let middle = y + height / 2 + 4;
            let label = (height >= 16).then(|| {
                view! {
                    <rect class="bar-label-back" x=centre - 9 y=middle - 11 width="18" height="14" rx="3"></rect>
                    <text class="bar-label" x=centre y=middle text-anchor="middle">{n}</text>
                }
            });
            view! { <rect class=part.class fill=part.fill x=x y=y width=BAR height=height></rect> {label} }
        })
        .collect_view();
    view! {
        <g>
            {parts}
            <text class="axis-label" x=centre y=BASE + 18 text-anchor="middle">{dates::month(&month.month, with_year)}</text>
        </g>
    }
    .into_any()
}

/// The grid lines: at most five, at whole numbers.
fn lines(top: i32, right: i32) -> AnyView {
    let step = (top + 3) / 4;
    (0..=top)
        .filter(|n| n % step == 0)
        .map(|n| {
            let y = up(n, top);
            view! {
                <line class="grid-line" x1=LEFT x2=right y1=y y2=y></line>
                <text class="axis-label" x=LEFT - 8 y=y + 4 text-anchor="end">{n}</text>
            }
        })
        .collect_view()
        .into_any()
}

fn legend() -> AnyView {
    PARTS
        .into_iter()
        .map(|part| {
            view! {
                <li>
                    <svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">
                        <rect class=part.class fill=part.fill x="0.5" y="0.5" width="15" height="15"></rect>
                    </svg>
                    <span>{part.name}</span>
                </li>
            }
        })
        .collect_view()
        .into_any()
}

fn sentence(months: &[HistoryByMonth]) -> String {
    let sum = |f: fn(&HistoryByMonth) -> i32| months.iter().map(f).sum::<i32>();
    format!(
        "Bars of {} months: {} recognitions, {} corrections, {} without action, {} turned to silence. The table below has every number.",
        months.len(),
        sum(|m| m.recognitions),
        sum(|m| m.corrections),
        sum(|m| m.no_actions),
        sum(|m| m.silent),
    )
}

fn table(months: &[HistoryByMonth]) -> AnyView {
    let rows = months
        .iter()
        .map(|m| {
            let cells = counts(m).into_iter().map(|n| view! { <td>{n}</td> }).collect_view();
            view! { <tr><th scope="row">{dates::month(&m.month, true)}</th>{cells}</tr> }
        })
        .collect_view();
    let heads = PARTS.into_iter().map(|p| view! { <th scope="col">{p.name}</th> }).collect_view();
    view! {
        <details class="data-table">
            <summary>"The numbers as a table"</summary>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Numbers by month">
                <table>
                    <thead><tr><th scope="col">"Month"</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// The picture: bars, legend and the same numbers as a table.
pub fn chart(months: &[HistoryByMonth]) -> AnyView {
    let top = months.iter().map(|m| counts(m).iter().sum::<i32>()).max().unwrap_or(0).max(4);
    let right = LEFT + i32::try_from(months.len()).unwrap_or(0) * STEP;
    let bars = months
        .iter()
        .zip((LEFT + (STEP - BAR) / 2..).step_by(STEP as usize))
        .enumerate()
        .map(|(i, (m, x))| bar(x, m, top, i == 0 || m.month.0.get(5..7) == Some("01")))
        .collect_view();
    view! {
        <section class="group" aria-labelledby="chart-title">
            <h2 id="chart-title">"Month by month"</h2>
            <figure class="chart">
                <div class="chart-scroll" tabindex="0" role="region" aria-label="Picture, can be scrolled">
                    <svg class="chart-svg" viewBox=format!("0 0 {right} 224") role="img" aria-label=sentence(months)>
                        {patterns()} {lines(top, right)} {bars}
                    </svg>
                </div>
                <figcaption><ul class="legend">{legend()}</ul></figcaption>
            </figure>
            {table(months)}
        </section>
    }
    .into_any()
}
