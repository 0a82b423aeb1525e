//! One card for each direct report, for the next 1:1. Nothing is noted about them: there are no private notes.

use leptos::prelude::*;

use crate::api::{
    self, Attention, Handling, MarkDeliveredInput, MentionTopicInput, RecognitionFilter, Report, TalkEntry,
    Topic,
};
use crate::components::{PageTitle, empty, kind_mark, loaded, refused, time, waiting};
use crate::load::{Load, Sending};
use crate::pages::topics::attention_mark;
use crate::session::use_signed_in;
use crate::texts::one_to_ones as t;
use crate::words;

#[derive(Clone)]
struct Cards {
    reports: Vec<Report>,
    entries: Vec<TalkEntry>,
    topics: Vec<Topic>,
}

/// The cards.
pub fn page() -> AnyView {
    let me = use_signed_in().viewer.id;
    let load = Load::new(move || {
        let (reports, entries, topics) = (api::reports(me.clone()), api::talks(), api::topics(false));
        Box::pin(async move {
            Ok(Cards { reports: reports.await?, entries: entries.await?, topics: topics.await? })
        })
    });
    view! {
        <PageTitle title=t::title() lead=t::lead() />
        {loaded(load, move |cards| view_all(&cards, load))}
    }
    .into_any()
}

fn view_all(cards: &Cards, load: Load<Cards>) -> AnyView {
    if cards.reports.is_empty() {
        return empty(t::none_title(), t::none_text(), None);
    }
    let rows = cards.reports.iter().map(|report| card(report, &cards.entries, load)).collect_view();
    view! {
        {mention(&cards.topics, load)}
        <ul class="grid one-to-ones">{rows}</ul>
    }
    .into_any()
}

fn card(report: &Report, entries: &[TalkEntry], load: Load<Cards>) -> AnyView {
    let about: Vec<&TalkEntry> =
        entries.iter().filter(|e| e.subjects.iter().any(|p| p.id == report.id)).collect();
    let may = |e: &TalkEntry, what: &str| e.viewer_may.iter().any(|a| a == what);
    let to_say: Vec<AnyView> = about
        .iter()
        .filter(|e| may(e, "markDelivered"))
        .filter(|e| e.decision.as_ref().is_some_and(|d| d.handling == Some(Handling::OneToOne)))
        .map(|e| say(e, load))
        .collect();
    let undecided = about.iter().filter(|e| may(e, "decide")).count();
    let replies: Vec<AnyView> = about
        .iter()
        .flat_map(|e| {
            e.replies.iter().filter(|r| r.author.as_ref().is_some_and(|a| a.id == report.id)).map(|r| (*e, r))
        })
        .map(|(e, r)| {
            view! {
                <li>
                    <blockquote class="reply">{r.text.clone()}</blockquote>
                    <p class="byline"><a href=format!("/incidents/{}", e.id.inner())>{e.title.clone()}</a></p>
                </li>
            }
            .into_any()
        })
        .collect();
    let nothing = to_say.is_empty();
    view! {
        <li class="card one-to-one">
            <h2><a href=format!("/people/{}", report.id.inner())>{report.name.clone()}</a></h2>
            <h3>{t::waiting()}</h3>
            {nothing.then(|| view! { <p class="hint">{t::nothing_waiting()}</p> })}
            <ul class="to-say">{to_say}</ul>
            {(undecided > 0).then(|| {
                let n = i64::try_from(undecided).unwrap_or(i64::MAX);
                view! { <p><a href="/queue">{t::undecided(n)}</a></p> }
            })}
            {(!replies.is_empty()).then(|| view! { <h3>{t::replies()}</h3> <ul class="to-say">{replies}</ul> })}
            {last(report)}
        </li>
    }
    .into_any()
}

/// A decision to be said: what it is about, why, and the tick.
fn say(entry: &TalkEntry, load: Load<Cards>) -> AnyView {
    let session = use_signed_in().session;
    let sending = Sending::new();
    let decision = entry.decision.clone();
    let id = decision.as_ref().map(|d| d.id.clone());
    let click = move |_| {
        let Some(decision_id) = id.clone() else { return };
        let input = MarkDeliveredInput { decision_id, delivered_at: None, venue_id: None };
        sending.send(api::mark_delivered(input), move |_| {
            session.toast(t::said_done());
            session.count_waiting();
            load.again();
        });
    };
    view! {
        <li>
            <p>{kind_mark(entry.kind)} " " <a href=format!("/incidents/{}", entry.id.inner())>{entry.title.clone()}</a></p>
            {decision.map(|d| {
                view! { <p class="hint">{words::outcome(d.outcome)} {d.rationale.map(|why| format!(": {why}"))}</p> }
            })}
            <button class="button" type="button" on:click=click>{waiting(sending, t::said())}</button>
            {refused(sending)}
        </li>
    }
    .into_any()
}

/// When the viewer last recognised the person in public.
fn last(report: &Report) -> AnyView {
    let me = use_signed_in().viewer.id;
    let person = report.id.clone();
    let load = Load::new(move || {
        let filter = RecognitionFilter {
            person_id: Some(person.clone()),
            leader_id: Some(me.clone()),
            ..RecognitionFilter::default()
        };
        let page = api::recognitions(filter, None);
        Box::pin(async move { Ok(page.await?.nodes.into_iter().next()) })
    });
    view! {
        <h3>{t::last()}</h3>
        {loaded(load, |last| match last {
            Some(r) => view! { <p class="last-recognition">{r.wording.clone()} " · " {time(&r.published_at)}</p> }.into_any(),
            None => view! { <p class="hint">{t::last_none()}</p> }.into_any(),
        })}
    }
    .into_any()
}

/// The topics that are not alive, each with a tick that it was mentioned.
fn mention(topics: &[Topic], load: Load<Cards>) -> AnyView {
    let session = use_signed_in().session;
    let rows: Vec<AnyView> = topics
        .iter()
        .filter(|topic| topic.attention != Attention::Alive)
        .map(|topic| {
            let sending = Sending::new();
            let id = topic.id.clone();
            let key = StoredValue::new(api::new_key());
            let click = move |_| {
                let input = MentionTopicInput { key: key.get_value(), topic_id: id.clone() };
                sending.send(api::mention_topic(input), move |_| {
                    session.toast(t::mentioned_done());
                    load.again();
                });
            };
            view! {
                <li>
                    <span>{topic.text.clone()}</span>
                    {attention_mark(topic.attention)}
                    <button class="button button-quiet" type="button" on:click=click>{waiting(sending, t::mentioned())}</button>
                    {refused(sending)}
                </li>
            }
            .into_any()
        })
        .collect();
    let none = rows.is_empty();
    view! {
        <section class="group panel panel-quiet to-mention">
            <h2>{t::topics()}</h2>
            <p class="hint">{if none { t::topics_none() } else { t::topics_hint() }}</p>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}
