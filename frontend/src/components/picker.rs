//! Choosing people, venues or teams by typing: the ARIA combobox pattern, by keyboard and by pointer.

use gloo_timers::future::TimeoutFuture;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::field::Complaint;
use super::icon::{Glyph, icon};
use crate::api::{self, Id, PersonRef};
use crate::forms::{Complaints, focus_on};

/// Something that can be picked.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// What tells it from others of that name.
    pub note: String,
}

impl From<&PersonRef> for Choice {
    fn from(person: &PersonRef) -> Self {
        Self {
            id: person.id.clone(),
            name: person.name.clone(),
            note: person.title.clone().unwrap_or_default(),
        }
    }
}

/// Where the choices come from.
#[derive(Clone, Copy)]
pub enum Source {
    /// The organisation's people, searched by the server.
    People,
    /// A list that is there already.
    Fixed(Signal<Vec<Choice>>),
}

const SHOWN: usize = 8;
const DEBOUNCE_MS: u32 = 180;

#[derive(Clone, Copy)]
struct Combobox {
    id: &'static str,
    query: RwSignal<String>,
    open: RwSignal<bool>,
    active: RwSignal<usize>,
    found: RwSignal<Vec<Choice>>,
    turn: StoredValue<u32>,
    chosen: RwSignal<Vec<Choice>>,
    max: Signal<usize>,
    source: Source,
}

impl Combobox {
    fn search(self) {
        let query = self.query.get_untracked();
        self.active.set(0);
        match self.source {
            Source::Fixed(all) => {
                let found =
                    all.with_untracked(|all| all.iter().filter(|c| fits(c, &query)).cloned().collect());
                self.show(found);
            }
            Source::People => {
                let turn = self.turn.try_update_value(|n| {
                    *n += 1;
                    *n
                });
                spawn_local(async move {
                    TimeoutFuture::new(DEBOUNCE_MS).await;
                    if self.turn.try_get_value() != turn {
                        return;
                    }
                    let answer = api::people(query).await;
                    if self.turn.try_get_value() == turn
                        && let Ok(people) = answer
                    {
                        self.show(people.nodes.iter().map(Choice::from).collect());
                    }
                });
            }
        }
    }

    fn show(self, mut found: Vec<Choice>) {
        let chosen = self.chosen.try_get_untracked().unwrap_or_default();
        found.retain(|c| !chosen.iter().any(|o| o.id == c.id));
        found.truncate(SHOWN);
        self.found.try_set(found);
    }

    fn pick(self, index: usize) {
        let picked = self.found.with_untracked(|list| list.get(index).cloned());
        let Some(choice) = picked else { return };
        let max = self.max.get_untracked();
        self.chosen.update(|list| {
            if list.len() < max {
                list.push(choice);
            }
        });
        self.query.set(String::new());
        self.open.set(false);
        let id = self.id;
        if self.chosen.with_untracked(Vec::len) >= max {
            request_animation_frame(move || focus_on(&format!("#{id}-chosen button")));
        }
    }

    fn remove(self, id: &Id) {
        self.chosen.update(|list| list.retain(|c| c.id != *id));
        let id = self.id;
        request_animation_frame(move || focus_on(&format!("#{id}")));
    }

    fn key(self, ev: &KeyboardEvent) {
        let count = self.found.with_untracked(Vec::len);
        match ev.key().as_str() {
            "ArrowDown" | "ArrowUp" if !self.open.get_untracked() => {
                ev.prevent_default();
                self.open.set(true);
                self.search();
            }
            "ArrowDown" if count > 0 => {
                ev.prevent_default();
                self.active.update(|i| *i = (*i + 1) % count);
            }
            "ArrowUp" if count > 0 => {
                ev.prevent_default();
                self.active.update(|i| *i = (*i + count - 1) % count);
            }
            "Enter" if self.open.get_untracked() => {
                ev.prevent_default();
                self.pick(self.active.get_untracked());
            }
            "Escape" if self.open.get_untracked() => {
                ev.prevent_default();
                self.open.set(false);
            }
            "Backspace" if self.query.with_untracked(String::is_empty) => {
                self.chosen.update(|list| {
                    list.pop();
                });
            }
            _ => {}
        }
    }

    fn options(self) -> AnyView {
        let active = self.active.get();
        let id = self.id;
        self.found
            .get()
            .into_iter()
            .enumerate()
            .map(|(i, choice)| {
                view! {
                    <li
                        id=format!("{id}-option-{i}")
                        role="option"
                        aria-selected=(i == active).to_string()
                        class:active=i == active
                        // Keeps the focus in the text field, which a click would take away before it arrives.
                        on:mousedown=move |ev| ev.prevent_default()
                        on:click=move |_| self.pick(i)
                    >
                        <span>{choice.name}</span>
                        <span class="option-note">{choice.note}</span>
                    </li>
                }
            })
            .collect_view()
            .into_any()
    }

    fn chips(self) -> AnyView {
        self.chosen
            .get()
            .into_iter()
            .map(|choice| {
                let gone = choice.id.clone();
                view! {
                    <li class="picked">
                        <span>{choice.name.clone()}</span>
                        <button
                            class="icon-button"
                            type="button"
                            aria-label=format!("Remove {}", choice.name)
                            on:click=move |_| self.remove(&gone)
                        >
                            {icon(Glyph::Close)}
                        </button>
                    </li>
                }
            })
            .collect_view()
            .into_any()
    }
}

fn fits(choice: &Choice, query: &str) -> bool {
    let name = choice.name.to_lowercase();
    query.split_whitespace().all(|word| name.contains(&word.to_lowercase()))
}

/// A text field with a list that narrows while one types.
#[component]
pub fn Picker(
    /// Unique on the page.
    id: &'static str,
    /// The field's name as the API spells it.
    field: &'static str,
    /// What is asked.
    label: &'static str,
    /// Where the choices come from.
    source: Source,
    /// What was chosen.
    chosen: RwSignal<Vec<Choice>>,
    /// How many may be chosen.
    #[prop(into, default = Signal::stored(1))]
    max: Signal<usize>,
    /// The form's complaints.
    complaints: Complaints,
    /// One more sentence.
    #[prop(optional)]
    hint: &'static str,
) -> impl IntoView {
    let picker = Combobox {
        id,
        query: RwSignal::new(String::new()),
        open: RwSignal::new(false),
        active: RwSignal::new(0),
        found: RwSignal::new(Vec::new()),
        turn: StoredValue::new(0),
        chosen,
        max,
        source,
    };
    let complaint = complaints.of(field);
    let wrong = move || complaint.get().is_some().then_some("true");
    let full = Memo::new(move |_| chosen.with(Vec::len) >= max.get());
    let active_id = move || {
        (picker.open.get() && picker.found.with(|f| !f.is_empty()))
            .then(|| format!("{id}-option-{}", picker.active.get()))
    };
    Effect::new(move || {
        if chosen.with(|c| !c.is_empty()) {
            complaints.forget(field);
        }
    });
    view! {
        <div class="field picker" data-invalid=wrong>
            <label for=id>{label}</label>
            <p class="hint" id=format!("{id}-hint") hidden=hint.is_empty()>{hint}</p>
            <ul class="picked-list" id=format!("{id}-chosen") hidden=move || chosen.with(Vec::is_empty)>
                {move || picker.chips()}
            </ul>
            <div class="combobox" hidden=move || full.get()>
                <input
                    id=id
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Type a name"
                    aria-autocomplete="list"
                    aria-expanded=move || picker.open.get().to_string()
                    aria-controls=format!("{id}-list")
                    aria-activedescendant=active_id
                    aria-invalid=wrong
                    aria-describedby=format!("{id}-hint {id}-error")
                    prop:value=move || picker.query.get()
                    on:input=move |ev| {
                        picker.query.set(event_target_value(&ev));
                        picker.open.set(true);
                        picker.search();
                    }
                    on:focus=move |_| {
                        picker.open.set(true);
                        picker.search();
                    }
                    on:click=move |_| picker.open.set(true)
                    on:blur=move |_| picker.open.set(false)
                    on:keydown=move |ev| picker.key(&ev)
                />
                <ul class="options" id=format!("{id}-list") role="listbox" aria-label=label hidden=move || !picker.open.get()>
                    {move || picker.options()}
                </ul>
                <p class="visually-hidden" role="status">
                    {move || {
                        picker.open.get().then(|| {
                            let found = picker.found.with(Vec::len);
                            if found == 0 { "Nobody and nothing of that name".to_owned() } else { format!("{found} found") }
                        })
                    }}
                </p>
            </div>
            <Complaint id=format!("{id}-error") text=complaint />
        </div>
    }
}
