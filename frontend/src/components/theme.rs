//! Light, dark, or as the system has it. The boot script applies the saved choice before the first paint.

use leptos::prelude::*;

const KEY: &str = "upheld-theme";
const THEMES: [(&str, &str); 3] = [("", "As the system"), ("light", "Light"), ("dark", "Dark")];

fn saved() -> String {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|s| s.get_item(KEY).ok().flatten()).unwrap_or_default()
}

fn apply(theme: &str) {
    if let Some(root) = document().document_element() {
        let _ = if theme.is_empty() {
            root.remove_attribute("data-theme")
        } else {
            root.set_attribute("data-theme", theme)
        };
    }
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = if theme.is_empty() { storage.remove_item(KEY) } else { storage.set_item(KEY, theme) };
    }
}

/// The three choices, as radio buttons.
#[component]
pub fn ThemeSwitch(
    /// Unique on the page.
    name: &'static str,
) -> impl IntoView {
    let theme = RwSignal::new(saved());
    let choices = THEMES
        .into_iter()
        .map(|(value, label)| {
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        name=name
                        prop:checked=move || theme.get() == value
                        on:change=move |_| {
                            apply(value);
                            theme.set(value.to_owned());
                        }
                    />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="segments">
            <legend>"Appearance"</legend>
            <div class="segment-row">{choices}</div>
        </fieldset>
    }
}
