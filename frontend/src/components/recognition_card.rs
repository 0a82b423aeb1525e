//! One recognition in the feed.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::comments::Comments;
use super::marks::{people_links, person_link, time, value_links};
use crate::api::{self, Id, ReactInput, ReactionCount, Recognition};
use crate::session::use_session;

fn spoken(emoji: &str) -> &'static str {
    match emoji {
        "👏" => "Applause",
        "🙌" => "Raised hands",
        "💡" => "Good idea",
        "🎉" => "Celebration",
        _ => "Heart",
    }
}

/// One recognition: whom, for which values, by whom and where, in which words.
#[component]
pub fn RecognitionCard(
    /// What is shown.
    recognition: Recognition,
) -> impl IntoView {
    let r = recognition;
    let venue = r.venue.as_ref().map(|v| format!(" in {}", v.name));
    let id = r.id.clone();
    let heading = format!("r-{}", r.id.inner());
    view! {
        <article class="card recognition" aria-labelledby=heading>
            <header>
                <h2 class="recognition-who" id=heading.clone()>{people_links(&r.subjects)}</h2>
                {value_links(&r.values)}
            </header>
            <blockquote class="wording">{r.wording}</blockquote>
            <p class="byline">
                "Recognised by " {person_link(&r.leader)} {venue}
                {r.spotted_by.as_ref().map(|p| view! { ", spotted by " {person_link(p)} })} " · " {time(&r.published_at)}
            </p>
            <Reactions id=r.id counts=r.reactions />
            <Comments id=id />
        </article>
    }
}

#[component]
fn Reactions(id: Id, counts: Vec<ReactionCount>) -> impl IntoView {
    let counts = RwSignal::new(counts);
    let id = StoredValue::new(id);
    let buttons =
        upheld_domain::text::REACTIONS.iter().map(|emoji| reaction(id, emoji, counts)).collect_view();
    view! { <div class="reactions" role="group" aria-label="Reactions">{buttons}</div> }
}

fn reaction(id: StoredValue<Id>, emoji: &'static str, counts: RwSignal<Vec<ReactionCount>>) -> AnyView {
    let session = use_session();
    let find = move || {
        counts.with(|list| {
            list.iter().find(|r| r.emoji == emoji).map_or((0, false), |r| (r.count, r.viewer_reacted))
        })
    };
    let toggle = move |_| {
        let before = counts.get_untracked();
        let on = !before.iter().any(|r| r.emoji == emoji && r.viewer_reacted);
        counts.update(|list| set_reaction(list, emoji, on));
        let input = ReactInput { recognition_id: id.get_value(), emoji: emoji.to_owned(), on };
        spawn_local(async move {
            match api::react(input).await {
                Ok(answer) => {
                    counts.try_set(answer.recognition.reactions);
                }
                Err(error) => {
                    counts.try_set(before);
                    session.toast(error.message);
                }
            }
        });
    };
    view! {
        <button
            class="reaction"
            class:reaction-none=move || find().0 == 0
            type="button"
            aria-pressed=move || find().1.to_string()
            aria-label=move || format!("{}, {}", spoken(emoji), crate::words::people(find().0))
            title=spoken(emoji)
            on:click=toggle
        >
            <span aria-hidden="true">{emoji}</span>
            <span aria-hidden="true" class="reaction-count">{move || Some(find().0).filter(|n| *n > 0)}</span>
        </button>
    }
    .into_any()
}

/// What the counts are once the viewer's reaction is set; shown before the server has answered.
fn set_reaction(list: &mut Vec<ReactionCount>, emoji: &str, on: bool) {
    match list.iter_mut().find(|r| r.emoji == emoji) {
        Some(r) => {
            r.count += if on { 1 } else { -1 };
            r.viewer_reacted = on;
        }
        None => list.push(ReactionCount { emoji: emoji.to_owned(), count: 1, viewer_reacted: on }),
    }
}
