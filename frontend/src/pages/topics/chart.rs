//! The way of a goal: from its beginning to its target, with what was noted on the way.

use leptos::prelude::*;

use crate::api::Topic;
use crate::dates;
use crate::texts::topics as t;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 72.0;
const EDGE: f64 = 8.0;

/// A small chart of a goal, with its words; nothing of what has no unit.
pub fn progress(topic: &Topic) -> Option<AnyView> {
    let (unit, baseline, target) = (topic.unit.clone()?, topic.baseline?, topic.target?);
    let (from, to) = (dates::number(baseline), dates::number(target));
    let now = topic.check_ins.last().map(|c| dates::number(c.value));
    let spoken = match &now {
        Some(now) => t::chart(&topic.text, &from, &to, &unit, now),
        None => t::chart_none(&topic.text, &from, &to, &unit),
    };
    let drawing = drawing(topic, baseline, target, &unit);
    Some(
        view! {
            <figure class="progress">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=spoken>{drawing}</svg>
                <figcaption>
                    {t::from_to(&from, &to, &unit)}
                    {now.map(|now| view! { ", " <strong>{t::now_at(now, &unit)}</strong> })}
                    {topic.check_ins.last().and_then(|c| c.note.clone()).map(|note| view! { " " <q class="check-in-note">{note}</q> })}
                </figcaption>
            </figure>
        }
        .into_any(),
    )
}

/// Baseline and target as lines, the check-ins as points on a line by their day.
fn drawing(topic: &Topic, baseline: f64, target: f64, unit: &str) -> AnyView {
    let values = topic.check_ins.iter().map(|c| c.value).chain([baseline, target]);
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let span = (high - low).max(f64::EPSILON);
    let y = move |value: f64| HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2.0 * EDGE);
    let times: Vec<f64> = topic.check_ins.iter().map(|c| dates::millis(&c.at)).collect();
    let first = times.first().copied().unwrap_or_default();
    let length = (times.last().copied().unwrap_or_default() - first).max(1.0);
    let x = |at: f64| {
        if times.len() < 2 { WIDTH / 2.0 } else { EDGE + (at - first) / length * (WIDTH - 2.0 * EDGE) }
    };
    let points: Vec<(f64, f64)> =
        topic.check_ins.iter().zip(&times).map(|(c, at)| (x(*at), y(c.value))).collect();
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let dots = topic
        .check_ins
        .iter()
        .zip(&points)
        .map(|(c, (x, y))| {
            let title = t::point_at(dates::number(c.value), unit, dates::short(&c.at));
            view! { <circle class="progress-point" cx=*x cy=*y r="3.5"><title>{title}</title></circle> }
        })
        .collect_view();
    view! {
        <line class="progress-from" x1="0" x2=WIDTH y1=y(baseline) y2=y(baseline)></line>
        <line class="progress-to" x1="0" x2=WIDTH y1=y(target) y2=y(target)></line>
        <polyline class="progress-line" points=line.join(" ")></polyline>
        {dots}
    }
    .into_any()
}
