//! Native selects.

use leptos::prelude::*;

use crate::api::{AUDIENCES, Audience};
use crate::words;

/// A native select over texts.
#[component]
pub fn Select(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// What is chosen here.
    label: &'static str,
    /// The choices: value and text. The empty value stands for none.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// What is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the new choice.
    on_choose: Callback<String>,
    /// One more sentence.
    #[prop(optional)]
    hint: &'static str,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described = (!hint.is_empty()).then(|| hint_id.clone());
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <select id=id aria-describedby=described on:change=move |ev| on_choose.run(event_target_value(&ev))>
                {move || {
                    let chosen = value.get();
                    options
                        .get()
                        .into_iter()
                        .map(|(key, text)| {
                            let selected = key == chosen;
                            view! { <option value=key selected=selected>{text}</option> }
                        })
                        .collect_view()
                }}
            </select>
        </div>
    }
}

/// How public something was.
#[component]
pub fn AudienceSelect(
    /// Unique on the page.
    id: &'static str,
    /// What is asked.
    label: &'static str,
    /// The answer.
    value: RwSignal<Option<Audience>>,
    /// What no answer means.
    none: &'static str,
    /// One more sentence.
    #[prop(optional)]
    hint: &'static str,
) -> impl IntoView {
    let key = |a: Audience| upheld_domain::words::Audience::from(a).as_str().to_owned();
    let options: Vec<_> = std::iter::once((String::new(), none.to_owned()))
        .chain(AUDIENCES.into_iter().map(|a| (key(a), words::audience(a).to_owned())))
        .collect();
    let chosen = Signal::derive(move || value.get().map(key).unwrap_or_default());
    let on_choose = Callback::new(move |text: String| {
        value.set(upheld_domain::words::Audience::parse(&text).map(Audience::from));
    });
    view! { <Select id=id label=label options=Signal::stored(options) value=chosen on_choose=on_choose hint=hint /> }
}
