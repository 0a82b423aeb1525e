//! Fields of forms: label, hint, counter and complaint, tied together for assistive technology.

use leptos::prelude::*;
use upheld_domain::text::Limit;

use super::icon::{Glyph, icon};
use crate::forms::Complaints;

/// What is wrong with a field, beside it.
#[component]
pub fn Complaint(
    /// The id that the field's description names.
    id: String,
    /// What is wrong, if anything.
    text: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <p class="field-error with-icon" id=id hidden=move || text.get().is_none()>
            {icon(Glyph::Warning)} <span>{move || text.get()}</span>
        </p>
    }
}

fn invalid(text: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Copy + Send + Sync + 'static {
    move || text.get().is_some().then_some("true")
}

/// A one-line text.
#[component]
pub fn TextField(
    /// The field's name as the API spells it; also its id.
    field: &'static str,
    /// What is asked.
    label: &'static str,
    /// What was typed.
    value: RwSignal<String>,
    /// The form's complaints.
    complaints: Complaints,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// One more sentence.
    #[prop(optional)]
    hint: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// An id other than the field's name.
    #[prop(optional)]
    id: &'static str,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let id = if id.is_empty() { field } else { id };
    let complaint = complaints.of(field);
    let wrong = invalid(complaint);
    view! {
        <div class="field" data-invalid=wrong>
            <label for=id>{label} {optional.then(|| view! { <span class="optional">" (optional)"</span> })}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            <input
                id=id
                name=field
                type=kind
                autocomplete=autocomplete
                aria-invalid=wrong
                aria-describedby=format!("{}{id}-error", if hint.is_empty() { String::new() } else { format!("{id}-hint ") })
                prop:value=move || value.get()
                on:input=move |ev| {
                    complaints.forget(field);
                    value.set(event_target_value(&ev));
                }
            />
            <Complaint id=format!("{id}-error") text=complaint />
        </div>
    }
}

/// A text of several lines, with a counter.
#[component]
pub fn TextArea(
    /// The field's name as the API spells it; also its id.
    field: &'static str,
    /// What is asked.
    label: &'static str,
    /// What was typed.
    value: RwSignal<String>,
    /// The form's complaints.
    complaints: Complaints,
    /// The greatest length.
    limit: Limit,
    /// One more sentence.
    #[prop(optional)]
    hint: &'static str,
    /// How many lines are shown.
    #[prop(default = "4")]
    rows: &'static str,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
    /// An id other than the field's name.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| field.to_owned());
    let complaint = complaints.of(field);
    let wrong = invalid(complaint);
    let length = move || value.with(|text| text.chars().count());
    let described = format!("{id}-hint {id}-count {id}-error");
    view! {
        <div class="field" data-invalid=wrong>
            <label for=id.clone()>
                {label} {optional.then(|| view! { <span class="optional">" (optional)"</span> })}
            </label>
            <p class="hint" id=format!("{id}-hint") hidden=hint.is_empty()>{hint}</p>
            <textarea
                id=id.clone()
                name=field
                rows=rows
                aria-invalid=wrong
                aria-describedby=described
                prop:value=move || value.get()
                on:input=move |ev| {
                    complaints.forget(field);
                    value.set(event_target_value(&ev));
                }
            ></textarea>
            <p class="counter" class:counter-over=move || { length() > limit.max } id=format!("{id}-count")>
                {length} " of " {limit.max} <span class="visually-hidden">" characters"</span>
            </p>
            <Complaint id=format!("{id}-error") text=complaint />
        </div>
    }
}

/// A box to tick.
#[component]
pub fn Check(
    /// Unique on the page.
    id: &'static str,
    /// What ticking means.
    label: &'static str,
    /// Whether it is ticked.
    value: RwSignal<bool>,
    /// One more sentence.
    #[prop(optional)]
    hint: &'static str,
) -> impl IntoView {
    let described = (!hint.is_empty()).then(|| format!("{id}-hint"));
    view! {
        <div class="check">
            <input
                type="checkbox"
                id=id
                aria-describedby=described
                prop:checked=move || value.get()
                on:change=move |ev| value.set(event_target_checked(&ev))
            />
            <div>
                <label for=id>{label}</label>
                <p class="hint" id=format!("{id}-hint") hidden=hint.is_empty()>{hint}</p>
            </div>
        </div>
    }
}

/// One choice of [`Choices`].
#[derive(Clone, Copy)]
pub struct RadioOption {
    /// The choice in a word or two.
    pub label: &'static str,
    /// What it means.
    pub hint: &'static str,
    /// Its icon.
    pub glyph: Option<Glyph>,
}

/// Radio buttons as cards. Nothing is chosen until somebody chooses.
#[component]
pub fn Choices(
    /// The field's name as the API spells it; also the group's name.
    field: &'static str,
    /// What is asked.
    legend: &'static str,
    /// The choices.
    options: Vec<RadioOption>,
    /// The number of the chosen one.
    #[prop(into)]
    chosen: Signal<Option<usize>>,
    /// Called with the number of the new choice.
    on_choose: Callback<usize>,
    /// The form's complaints.
    complaints: Complaints,
    /// One more sentence.
    #[prop(optional)]
    hint: &'static str,
    /// Side by side and small, for short answers.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let complaint = complaints.of(field);
    let cards = options
        .into_iter()
        .enumerate()
        .map(|(i, option)| {
            let hint_id = format!("{field}-{i}-hint");
            let described = if option.hint.is_empty() {
                format!("{field}-error")
            } else {
                format!("{hint_id} {field}-error")
            };
            view! {
                <div class="choice">
                    <input
                        type="radio"
                        name=field
                        id=format!("{field}-{i}")
                        aria-describedby=described
                        prop:checked=move || chosen.get() == Some(i)
                        on:change=move |_| {
                            complaints.forget(field);
                            on_choose.run(i);
                        }
                    />
                    <label for=format!("{field}-{i}")>
                        {option.glyph.map(icon)} <span>{option.label}</span>
                    </label>
                    <p class="hint" id=hint_id hidden=option.hint.is_empty()>{option.hint}</p>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field choices" class:choices-small=small data-invalid=invalid(complaint)>
            <legend>{legend}</legend>
            <p class="hint" hidden=hint.is_empty()>{hint}</p>
            <div class="choice-row">{cards}</div>
            <Complaint id=format!("{field}-error") text=complaint />
        </fieldset>
    }
}
