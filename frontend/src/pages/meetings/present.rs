//! The meeting on a screen: one thing at a time, large, by the keyboard. What waits to be said shows its words on demand.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::next::{kind, since};
use crate::api::{self, Id, MarkDeliveredInput, Meeting, Recognition, Topic, WaitingEntry};
use crate::components::{Glyph, icon, refused, waiting};
use crate::load::Sending;
use crate::pages::topics::progress;
use crate::session::use_session;
use crate::texts::meetings as t;

#[derive(Clone)]
enum Slot {
    Value { name: String, statement: String, examples: Vec<Recognition> },
    Waiting(WaitingEntry),
    Topic(Topic, Option<String>),
    Point { kind: &'static str, text: String, author: String },
    End,
}

fn slots(meeting: &Meeting) -> Vec<Slot> {
    let mut all = Vec::new();
    if let Some(value) = &meeting.value {
        all.push(Slot::Value {
            name: value.name.clone(),
            statement: value.statement.clone(),
            examples: meeting.examples.clone(),
        });
    }
    all.extend(meeting.waiting.iter().cloned().map(Slot::Waiting));
    all.extend(meeting.topics.iter().map(|topic| Slot::Topic(topic.clone(), since(topic, meeting))));
    all.extend(meeting.points.iter().map(|p| Slot::Point {
        kind: kind(p.kind),
        text: p.text.clone(),
        author: p.author.name.clone(),
    }));
    all.push(Slot::End);
    all
}

/// The presentation, over everything else until it ends.
pub fn view(
    meeting: &Meeting,
    open: RwSignal<bool>,
    said: RwSignal<Vec<Id>>,
    after: Callback<()>,
    again: Callback<()>,
) -> AnyView {
    let all = StoredValue::new(slots(meeting));
    let count = all.with_value(Vec::len);
    let venue = meeting.venue.as_ref().map(|v| v.id.clone());
    let name = meeting.venue.as_ref().map(|v| v.name.clone()).unwrap_or_default();
    let place = RwSignal::new(0_usize);
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = element.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let step = move |forward: bool| {
        place.update(|n| *n = if forward { (*n + 1).min(count - 1) } else { n.saturating_sub(1) });
    };
    let key = move |ev: KeyboardEvent| match ev.key().as_str() {
        "ArrowRight" | "PageDown" => step(true),
        "ArrowLeft" | "PageUp" => step(false),
        "Home" => place.set(0),
        "End" => place.set(count - 1),
        _ => {}
    };
    // On the window: the button that had the focus may be gone with its slot.
    let listening = window_event_listener(leptos::ev::keydown, key);
    on_cleanup(move || listening.remove());
    view! {
        <dialog
            node_ref=element
            class="presentation"
            aria-labelledby="presentation-name"
            on:close=move |_| {
                open.set(false);
                // What was said leaves the page once the presentation is over, which the new page would end.
                if said.with_untracked(|said| !said.is_empty()) {
                    again.run(());
                }
            }
        >
            <header class="presentation-head">
                <span id="presentation-name">{name}</span>
                <span aria-live="polite">{move || t::slot(place.get() + 1, count)}</span>
                <button class="button button-quiet" type="button" on:click=move |_| open.set(false)>{t::end()}</button>
            </header>
            <div class="slot">
                {move || {
                    let slot = all.with_value(|all| all.get(place.get()).cloned());
                    slot.map(|slot| shown(slot, venue.clone(), after, said))
                }}
            </div>
            <footer class="presentation-foot">
                <button class="button" type="button" disabled=move || place.get() == 0 on:click=move |_| step(false)>
                    {icon(Glyph::Back)} <span>{t::previous()}</span>
                </button>
                <span class="hint">{t::keys()}</span>
                <button class="button" type="button" disabled=move || place.get() + 1 == count on:click=move |_| step(true)>
                    <span>{t::forward()}</span> {icon(Glyph::Forward)}
                </button>
            </footer>
        </dialog>
    }
    .into_any()
}

fn shown(slot: Slot, venue: Option<Id>, after: Callback<()>, said: RwSignal<Vec<Id>>) -> AnyView {
    match slot {
        Slot::Value { name, statement, examples } => {
            let examples = examples
                .into_iter()
                .map(|r| {
                    let who = r.subjects.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
                    view! { <li><blockquote class="wording">{r.wording}</blockquote><p class="byline">{who}</p></li> }
                })
                .collect_view();
            view! {
                <p class="slot-kind">{t::value()}</p>
                <h2>{name}</h2>
                <p class="slot-lead">{statement}</p>
                <ul class="examples-of">{examples}</ul>
            }
            .into_any()
        }
        Slot::Waiting(entry) => to_say(entry, venue, said),
        Slot::Topic(topic, since) => view! {
            <p class="slot-kind">{t::topics()}</p>
            <h2>{topic.text.clone()}</h2>
            {progress(&topic)}
            {since.map(|since| view! { <p class="slot-lead">{since}</p> })}
        }
        .into_any(),
        Slot::Point { kind, text, author } => view! {
            <p class="slot-kind">{kind}</p>
            <h2>{text}</h2>
            <p class="byline">{t::added_by(author)}</p>
        }
        .into_any(),
        Slot::End => view! {
            <h2>{t::thanks()}</h2>
            <p class="slot-lead">{t::thanks_text()}</p>
            <button class="button button-primary" type="button" on:click=move |_| after.run(())>{t::after()}</button>
        }
        .into_any(),
    }
}

/// Something to be said: its words when the leader is ready, then that it was said.
fn to_say(entry: WaitingEntry, venue: Option<Id>, said: RwSignal<Vec<Id>>) -> AnyView {
    let session = use_session();
    let open = RwSignal::new(false);
    let done = RwSignal::new(false);
    let sending = Sending::new();
    let decision = entry.decision.as_ref().map(|d| d.id.clone());
    let words = entry.decision.and_then(|d| d.wording).unwrap_or_default();
    let click = move |_| {
        let Some(decision_id) = decision.clone() else { return };
        let marked = decision_id.clone();
        let input = MarkDeliveredInput { decision_id, delivered_at: None, venue_id: venue.clone() };
        sending.send(api::mark_delivered(input), move |_| {
            done.set(true);
            said.update(|said| said.push(marked));
            session.toast(t::said_done());
        });
    };
    view! {
        <p class="slot-kind">{t::waiting()}</p>
        <Show
            when=move || open.get()
            fallback=move || {
                view! {
                    <p class="slot-lead">{t::reveal_hint()}</p>
                    <button class="button button-primary" type="button" on:click=move |_| open.set(true)>{t::reveal()}</button>
                }
            }
        >
            <blockquote class="wording slot-words">{words.clone()}</blockquote>
        </Show>
        <div hidden=move || !open.get() || done.get()>
            <button class="button" type="button" on:click=click>{waiting(sending, t::said())}</button>
            {refused(sending)}
        </div>
    }
    .into_any()
}
