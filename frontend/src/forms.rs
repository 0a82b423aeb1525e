//! What is wrong with a form: from the domain's rules in the browser and from the server, shown beside the fields.

use leptos::prelude::*;
use upheld_domain::{FieldError, Invalid};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::api::ApiError;

/// The complaints about a form, by field name.
#[derive(Clone, Copy)]
pub struct Complaints(RwSignal<Vec<FieldError>>);

impl Complaints {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// What is wrong with a field.
    pub fn of(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.0.with(|list| list.iter().find(|e| e.field == field).map(|e| e.message.clone()))
        })
    }

    /// Forgets a field's complaint once the field is changed.
    pub fn forget(self, field: &str) {
        if self.0.with_untracked(|list| list.iter().any(|e| e.field == field)) {
            self.0.update(|list| list.retain(|e| e.field != field));
        }
    }

    /// Forgets all.
    pub fn clear(self) {
        self.0.set(Vec::new());
    }

    /// Shows what a check found and moves to the first; true when it found nothing.
    pub fn show(self, found: Result<(), Invalid>) -> bool {
        match found {
            Ok(()) => {
                self.clear();
                true
            }
            Err(invalid) => {
                self.0.set(invalid.0);
                focus_first();
                false
            }
        }
    }

    /// Shows what the server said about fields, and moves to the first.
    pub fn show_answer(self, error: &ApiError) {
        if !error.fields.is_empty() {
            self.0.try_set(error.fields.clone());
            focus_first();
        }
    }
}

/// Moves to the first field with a complaint, once the screen shows it.
fn focus_first() {
    request_animation_frame(|| {
        focus_on("[data-invalid] :is(input, textarea, select, button)");
    });
}

/// Moves the focus to the first element that a selector finds.
pub fn focus_on(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// A text, or `None` when it is blank.
#[must_use]
pub fn given(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() { None } else { Some(text.to_owned()) }
}
