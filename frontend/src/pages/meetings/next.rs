//! The page for the next meeting.

use leptos::prelude::*;

use super::{after, page_text, plan, point, present};
use crate::api::{Meeting, MeetingPoint, PointKind, Recognition, Topic, WaitingEntry};
use crate::components::{Dialog, Glyph, PageTitle, icon, people_links, person_link};
use crate::dates;
use crate::pages::topics::{attention_mark, course, progress};
use crate::session::use_signed_in;
use crate::texts::meetings as t;

/// The next meeting, with what one may do about it.
pub fn view(meeting: &Meeting, again: Callback<()>) -> AnyView {
    let name = meeting.venue.as_ref().map(|v| v.name.clone()).unwrap_or_default();
    let planned = meeting.planned_on.as_ref().map(|day| t::on(dates::day(day)));
    let by = match &meeting.prepared_by {
        Some(person) => t::prepared_by(&person.name),
        None => t::proposed().to_owned(),
    };
    let line = [planned, Some(by)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <PageTitle title=name />
        <article class="meeting">
            <h2>{t::next()}</h2>
            <p class="hint">{line}</p>
            {buttons(meeting, again)}
            {value(meeting)}
            {waiting(&meeting.waiting)}
            {topics(meeting)}
            {points(meeting, again)}
        </article>
    }
    .into_any()
}

fn buttons(meeting: &Meeting, again: Callback<()>) -> AnyView {
    let session = use_signed_in().session;
    // What was said in the presentation does not wait any more, though the page does not know yet.
    let said = RwSignal::new(Vec::new());
    let (presenting, planning, finishing) =
        (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let close = Callback::new(move |()| {
        planning.set(false);
        finishing.set(false);
        again.run(());
    });
    let after_it = Callback::new(move |()| {
        presenting.set(false);
        finishing.set(true);
    });
    let (shown, planned, finished) = (meeting.clone(), meeting.clone(), meeting.clone());
    let text = page_text::markdown(meeting);
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            let copied = wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await.is_ok();
            session.toast(if copied { t::copied() } else { t::not_copied() });
        });
    };
    view! {
        <div class="actions no-print">
            {meeting.holds.then(|| {
                view! {
                    <button class="button button-primary" type="button" on:click=move |_| presenting.set(true)>{t::present()}</button>
                    <button class="button" type="button" on:click=move |_| finishing.set(true)>{t::after()}</button>
                    <button class="button" type="button" on:click=move |_| planning.set(true)>{t::prepare()}</button>
                    <Show when=move || presenting.get()>{present::view(&shown, presenting, said, after_it, again)}</Show>
                    <Dialog id="plan" open=planning title=t::prepare_title()>{plan::form(&planned, close)}</Dialog>
                    <Dialog id="finish" open=finishing title=t::after_title() wide=true>{after::form(&finished, said, close)}</Dialog>
                }
            })}
            <button class="button button-quiet" type="button" on:click=copy>{t::copy()}</button>
            <button class="button button-quiet" type="button" on:click=move |_| { let _ = window().print(); }>{t::print()}</button>
        </div>
    }
    .into_any()
}

/// The value with its examples.
pub fn value(meeting: &Meeting) -> AnyView {
    let Some(value) = &meeting.value else {
        return view! { <section class="group"><h3>{t::value()}</h3><p>{t::no_value()}</p></section> }
            .into_any();
    };
    let examples: Vec<AnyView> = meeting.examples.iter().map(example).collect();
    view! {
        <section class="group">
            <h3>{t::value()}</h3>
            <p class="meeting-value"><a href=format!("/values/{}", value.id.inner())>{value.name.clone()}</a></p>
            <p>{value.statement.clone()}</p>
            {if examples.is_empty() {
                view! { <p class="hint">{t::no_examples()}</p> }.into_any()
            } else {
                view! { <ul class="examples-of">{examples}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn example(r: &Recognition) -> AnyView {
    view! {
        <li>
            <p class="example-who">{people_links(&r.subjects)}</p>
            <blockquote class="wording">{r.wording.clone()}</blockquote>
            <p class="byline">{t::by(&r.leader.name)}</p>
        </li>
    }
    .into_any()
}

/// What the viewer is to say there. It is not printed: a page lies about.
fn waiting(entries: &[WaitingEntry]) -> Option<AnyView> {
    if entries.is_empty() {
        return None;
    }
    let rows = entries
        .iter()
        .map(|entry| {
            let words = entry.decision.as_ref().and_then(|d| d.wording.clone()).unwrap_or_default();
            view! {
                <li>
                    <blockquote class="wording">{words}</blockquote>
                    <p class="byline">
                        {people_links(&entry.subjects)} " · "
                        <a href=format!("/incidents/{}", entry.id.inner())>{t::open_entry()}</a>
                    </p>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="group panel panel-quiet no-print waiting-words">
                <h3 class="with-icon">{icon(Glyph::Eye)} <span>{t::waiting()}</span></h3>
                <p class="hint">{t::waiting_hint()}</p>
                <ul class="examples-of">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

/// What is different from last time: the number then and now, or that it is new.
pub fn since(topic: &Topic, meeting: &Meeting) -> Option<String> {
    let previous = meeting.previous_at.as_ref()?;
    let (then, unit) = (dates::millis(previous), topic.unit.as_ref()?);
    let now = topic.check_ins.last()?;
    let Some(before) = topic.check_ins.iter().rev().find(|c| dates::millis(&c.at) <= then) else {
        return Some(t::new_since().to_owned());
    };
    if dates::millis(&now.at) <= then {
        return Some(t::unchanged().to_owned());
    }
    Some(t::since_last(dates::number(before.value), dates::number(now.value), unit))
}

fn topics(meeting: &Meeting) -> AnyView {
    let rows: Vec<AnyView> = meeting
        .topics
        .iter()
        .map(|topic| {
            view! {
                <li class="meeting-topic">
                    <p class="topic-head"><span class="topic-text">{topic.text.clone()}</span> {attention_mark(topic.attention)}</p>
                    {progress(topic)}
                    {since(topic, meeting).map(|since| view! { <p class="since">{since}</p> })}
                    {course(topic)}
                </li>
            }
            .into_any()
        })
        .collect();
    let none = rows.is_empty();
    view! {
        <section class="group">
            <h3>{t::topics()}</h3>
            {none.then(|| view! { <p class="hint">{t::no_topics()}</p> })}
            <ul class="meeting-topics">{rows}</ul>
        </section>
    }
    .into_any()
}

/// The word for a kind of point.
pub fn kind(kind: PointKind) -> &'static str {
    match kind {
        PointKind::Question => t::question(),
        PointKind::Gap => t::gap(),
    }
}

fn points(meeting: &Meeting, again: Callback<()>) -> AnyView {
    let mine = use_signed_in().viewer.id;
    let rows: Vec<AnyView> = meeting.points.iter().map(|p| row(p, p.author.id == mine, again)).collect();
    let none = rows.is_empty();
    let venue = meeting.venue.as_ref().map(|v| v.id.clone());
    view! {
        <section class="group">
            <h3>{t::points()}</h3>
            {none.then(|| view! { <p class="hint">{t::no_points()}</p> })}
            <ul class="points">{rows}</ul>
            {venue.map(|venue| point::form(venue, again))}
        </section>
    }
    .into_any()
}

fn row(p: &MeetingPoint, mine: bool, again: Callback<()>) -> AnyView {
    view! {
        <li class="point">
            <p><span class="mark">{kind(p.kind)}</span> " " {p.text.clone()}</p>
            <p class="byline">{person_link(&p.author)} {mine.then(|| point::take_back(p.id.clone(), again))}</p>
        </li>
    }
    .into_any()
}
