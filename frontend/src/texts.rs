//! The texts of the screens, in the language that the person reads: English is in the code, another language is a list
//! that is loaded once. `texts/LANGUAGE/AREA.toml` holds them, one function here for each key.

use std::cell::Cell;
use std::fmt::Display;

/// A text by its function, for lists that outlive a choice of language.
pub type Text = fn() -> &'static str;

thread_local! {
    /// The texts of a language other than English, in the order of the English ones.
    static OTHER: Cell<Option<&'static [&'static str]>> = const { Cell::new(None) };
}

/// Sets the texts of another language; before the first page is drawn.
#[expect(dead_code, reason = "the choice of a language comes once all screens have their texts here")]
pub fn set(texts: &'static [&'static str]) {
    OTHER.set(Some(texts));
}

/// The text at a place, or the English one.
fn pick(place: usize, english: &'static str) -> &'static str {
    OTHER.get().and_then(|texts| texts.get(place).copied()).unwrap_or(english)
}

/// Whether a number goes with the form of one; English and German agree on it.
fn one(n: i64) -> bool {
    n == 1
}

/// Fills the places of a text.
fn fill(text: &str, with: &[(&str, &dyn Display)]) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        result.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, value)) = with.iter().find(|(n, _)| *n == name) {
            result.push_str(&value.to_string());
        }
        rest = after;
    }
    result.push_str(rest);
    result
}

#[expect(unused_imports, reason = "not every area has places to fill")]
mod generated {
    use super::{fill, one, pick};

    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}
pub use generated::*;

/// German.
#[expect(dead_code, reason = "the choice of a language comes once all screens have their texts here")]
pub const GERMAN: &[&str] = include!(concat!(env!("OUT_DIR"), "/texts_de.rs"));
