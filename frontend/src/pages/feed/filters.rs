//! The feed's filters. They live in the address, so that reload, back and a shared link keep them.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::api::{self, Id, RecognitionFilter};
use crate::components::{Choice, Glyph, Picker, Select, Source, icon};
use crate::dates;
use crate::forms::Complaints;
use crate::session::use_session;

const KEYS: [&str; 7] = ["q", "value", "team", "person", "leader", "since", "until"];
const TYPING_MS: u32 = 350;

/// The filters as the address gives them: key and value, without the empty ones.
pub type Given = Vec<(&'static str, String)>;

/// What the address filters by.
pub fn use_filters() -> Memo<Given> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|map| {
            KEYS.into_iter()
                .filter_map(|key| map.get(key).filter(|v| !v.is_empty()).map(|v| (key, v)))
                .collect()
        })
    })
}

fn of(filters: &Given, key: &str) -> Option<String> {
    filters.iter().find(|(k, _)| *k == key).map(|(_, v)| v.clone())
}

/// The filters as the API takes them. A `since` of digits is so many days ago.
pub fn read(filters: &Given) -> RecognitionFilter {
    let id = |key| of(filters, key).map(Id::new);
    let day = |text: String| text.parse::<u16>().map(|days| dates::days_ago(days.into())).unwrap_or(text);
    RecognitionFilter {
        value_id: id("value"),
        team_id: id("team"),
        person_id: id("person"),
        leader_id: id("leader"),
        search: of(filters, "q"),
        since: of(filters, "since").map(day).and_then(|d| dates::start_of_day(&d)),
        until: of(filters, "until").and_then(|d| dates::end_of_day(&d)),
        ..RecognitionFilter::default()
    }
}

/// Changes one filter in the address.
fn use_change() -> Callback<(&'static str, String)> {
    let query = use_query_map();
    let navigate = StoredValue::new_local(use_navigate());
    Callback::new(move |(key, value): (&'static str, String)| {
        let mut map = query.get_untracked();
        map.remove(key);
        if !value.is_empty() {
            map.insert(key, value);
        }
        let target = format!("/{}", map.to_query_string());
        navigate.with_value(|go| {
            go(&target, NavigateOptions { scroll: false, replace: true, ..Default::default() });
        });
    })
}

/// Search and filters, above the list.
#[component]
pub fn Filters() -> impl IntoView {
    let session = use_session();
    let filters = use_filters();
    let change = use_change();
    let options = move |none: &'static str, pairs: Option<Vec<(String, String)>>| {
        std::iter::once((String::new(), none.to_owned())).chain(pairs.unwrap_or_default()).collect::<Vec<_>>()
    };
    let values = Signal::derive(move || {
        let pairs = session
            .with_directory(|d| d.values.iter().map(|v| (v.id.inner().to_owned(), v.name.clone())).collect());
        options("Every value", pairs)
    });
    let teams = Signal::derive(move || {
        let pairs = session
            .with_directory(|d| d.teams.iter().map(|t| (t.id.inner().to_owned(), t.name.clone())).collect());
        options("Every team", pairs)
    });
    let times: Vec<_> = [
        ("", "Any time"),
        ("7", "Last 7 days"),
        ("30", "Last 30 days"),
        ("90", "Last 90 days"),
        ("365", "Last year"),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .collect();
    let now =
        move |key: &'static str| Signal::derive(move || filters.with(|f| of(f, key).unwrap_or_default()));
    let set = move |key: &'static str| Callback::new(move |value| change.run((key, value)));
    let active = move || filters.with(|f| f.iter().filter(|(k, _)| *k != "q").count());
    let opened = filters.with_untracked(|f| f.iter().any(|(k, _)| *k != "q"));
    view! {
        <search class="feed-filters">
            <SearchField now=now("q") change=change />
            <details class="more-filters" open=opened>
                <summary>
                    "Filters" {move || Some(active()).filter(|n| *n > 0).map(|n| view! { <span class="count">{n}</span> })}
                </summary>
                <div class="filter-grid">
                    <Select id="filter-value" label="Value" options=values value=now("value") on_choose=set("value") />
                    <Select id="filter-team" label="Team" options=teams value=now("team") on_choose=set("team") />
                    <PersonFilter id="filter-person" key="person" label="Person" now=now("person") change=change />
                    <PersonFilter id="filter-leader" key="leader" label="Recognised by" now=now("leader") change=change />
                    <Select id="filter-since" label="Time" options=Signal::stored(times) value=now("since") on_choose=set("since") />
                </div>
            </details>
        </search>
    }
}

#[component]
fn SearchField(now: Signal<String>, change: Callback<(&'static str, String)>) -> impl IntoView {
    let text = RwSignal::new(now.get_untracked());
    let turn = StoredValue::new(0_u32);
    // "Back" changes the address under the field.
    Effect::new(move || {
        let now = now.get();
        if text.with_untracked(|t| t.trim() != now) {
            text.set(now);
        }
    });
    let typed = move |value: String| {
        text.set(value);
        let mine = turn.try_update_value(|n| {
            *n += 1;
            *n
        });
        spawn_local(async move {
            TimeoutFuture::new(TYPING_MS).await;
            if turn.try_get_value() == mine
                && let Some(text) = text.try_get_untracked()
            {
                change.run(("q", text.trim().to_owned()));
            }
        });
    };
    view! {
        <div class="search-field">
            <label class="visually-hidden" for="search">"Search the feed"</label>
            {icon(Glyph::Search)}
            <input
                id="search"
                type="search"
                maxlength="100"
                placeholder="Search words, people, values"
                prop:value=move || text.get()
                on:input=move |ev| typed(event_target_value(&ev))
            />
        </div>
    }
}

#[component]
fn PersonFilter(
    id: &'static str,
    key: &'static str,
    label: &'static str,
    now: Signal<String>,
    change: Callback<(&'static str, String)>,
) -> impl IntoView {
    let chosen = RwSignal::new(Vec::<Choice>::new());
    // The address holds the id; its name is asked for, once.
    Effect::new(move || {
        let id = now.get();
        if id.is_empty() {
            chosen.set(Vec::new());
        } else if chosen.with_untracked(|c| c.first().is_none_or(|c| c.id.inner() != id)) {
            spawn_local(async move {
                if let Ok(person) = api::person(Id::new(id)).await {
                    chosen.try_set(vec![Choice { id: person.id, name: person.name, note: String::new() }]);
                }
            });
        }
    });
    Effect::new(move |before: Option<String>| {
        let id = chosen.with(|c| c.first().map(|c| c.id.inner().to_owned()).unwrap_or_default());
        if before.is_some_and(|b| b != id) && now.get_untracked() != id {
            change.run((key, id.clone()));
        }
        id
    });
    view! { <Picker id=id field=key label=label source=Source::People chosen=chosen complaints=Complaints::new() /> }
}
