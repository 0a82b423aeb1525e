//! The feed: every public recognition, newest first; new ones arrive while one reads.

mod filters;

use leptos::prelude::*;

use self::filters::{Filters, read, use_filters};
use crate::api::{self, Recognition};
use crate::components::{Glyph, PageTitle, RecognitionCard, empty, icon, paged};
use crate::load::Paged;
use crate::session::use_signed_in;
use crate::words;

/// The feed.
pub fn page() -> AnyView {
    let session = use_signed_in().session;
    let live = session.live;
    let filters = use_filters();
    let list = Paged::new(move |after| {
        let filter = filters.with_untracked(read);
        api::recognitions(filter, after)
    });
    // A changed address (also by "back") starts the list over.
    Effect::new(move |before: Option<()>| {
        filters.track();
        if before.is_some() {
            list.restart();
        }
    });
    // How many arrived that the filtered list does not show.
    let held = RwSignal::new(0_usize);
    let seen = StoredValue::new(live.arrived.with_untracked(Vec::len));
    Effect::new(move || {
        let new = live.arrived.with(|all| all.get(seen.get_value()..).map(<[_]>::to_vec).unwrap_or_default());
        if new.is_empty() {
            return;
        }
        seen.update_value(|n| *n += new.len());
        if filters.with_untracked(Vec::is_empty) && list.begun.get_untracked() {
            for recognition in new {
                session.announce(announcement(&recognition));
                insert(list, recognition);
            }
        } else {
            held.update(|n| *n += new.len());
        }
    });
    // After a lost connection something may have been missed.
    Effect::new(move |before: Option<u32>| {
        let resumed = live.resumed.get();
        if before.is_some_and(|n| n != resumed) {
            list.refresh();
        }
        resumed
    });
    view! {
        <PageTitle title="Feed" lead="What was recognised in public, by whom, and where it happened." />
        <Filters />
        <Show when=move || { held.get() > 0 }>
            <button
                class="button new-ones"
                type="button"
                on:click=move |_| {
                    held.set(0);
                    list.restart();
                }
            >
                {icon(Glyph::Feed)}
                <span>{move || held.get()} " new: look again"</span>
            </button>
        </Show>
        <div class="feed">
            {paged(
                list,
                |r| r.id.inner().to_owned(),
                |r| view! { <RecognitionCard recognition=r /> }.into_any(),
                move || {
                    if filters.with(Vec::is_empty) {
                        empty(
                            "Nothing has been recognised in public yet",
                            "Somebody logs what they saw, the leader decides, and says it where it happened. Then everybody reads it here.",
                            Some(("/log", "Log what you saw")),
                        )
                    } else {
                        empty("Nothing fits these filters", "Take one away, or search for fewer words.", Some(("/", "Show everything")))
                    }
                },
            )}
        </div>
    }
    .into_any()
}

fn announcement(recognition: &Recognition) -> String {
    let who = words::join(recognition.subjects.iter().map(|s| s.name.as_str()));
    format!("New recognition: {who}")
}

fn insert(list: Paged<Recognition>, recognition: Recognition) {
    list.items.update(|items| {
        if !items.iter().any(|r| r.id == recognition.id) {
            items.insert(0, recognition);
        }
    });
}
