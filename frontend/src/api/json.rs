//! Reading answers. serde's code for each type would be a quarter of the bundle; this is a few bytes a field.
//!
//! The types themselves are cynic's, so the schema still checks what is asked for and of which type it is.

use serde_json::{Map, Value};

use super::{Date, DateTime, Id};

/// Something that is read from an answer.
pub trait FromJson: Sized {
    /// Reads it; `None` when the answer holds something else.
    fn from_json(value: Value) -> Option<Self>;
}

impl FromJson for String {
    fn from_json(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

impl FromJson for Id {
    fn from_json(value: Value) -> Option<Self> {
        String::from_json(value).map(Self::new)
    }
}

impl FromJson for DateTime {
    fn from_json(value: Value) -> Option<Self> {
        String::from_json(value).map(Self)
    }
}

impl FromJson for Date {
    fn from_json(value: Value) -> Option<Self> {
        String::from_json(value).map(Self)
    }
}

impl FromJson for bool {
    fn from_json(value: Value) -> Option<Self> {
        value.as_bool()
    }
}

impl FromJson for i32 {
    fn from_json(value: Value) -> Option<Self> {
        value.as_i64().map(|n| n as Self)
    }
}

impl FromJson for f64 {
    fn from_json(value: Value) -> Option<Self> {
        value.as_f64()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::from_json(value).map(Some) }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Option<Self> {
        match value {
            Value::Array(items) => items.into_iter().map(T::from_json).collect(),
            _ => None,
        }
    }
}

/// The fields of an object.
#[inline(never)]
pub(super) fn fields(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

/// A field by its name in Rust; the answer spells it in camel case. An absent one is null.
#[inline(never)]
pub(super) fn take(fields: &mut Map<String, Value>, name: &str) -> Value {
    let mut key = String::with_capacity(name.len());
    let mut raise = false;
    for c in name.chars() {
        if c == '_' {
            raise = true;
        } else {
            key.push(if raise { c.to_ascii_uppercase() } else { c });
            raise = false;
        }
    }
    fields.remove(&key).unwrap_or_default()
}

/// Defines what is read of a type: the item as it stands, and how it is read.
macro_rules! read {
    ($($item:tt)*) => {
        $($item)*
        $crate::api::json::from_json! { $($item)* }
    };
}

macro_rules! from_json {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)?
    }) => {
        impl $crate::api::json::FromJson for $name {
            fn from_json(value: serde_json::Value) -> Option<Self> {
                let mut fields = $crate::api::json::fields(value)?;
                Some(Self {
                    $($field: <$type>::from_json($crate::api::json::take(&mut fields, stringify!($field)))?),*
                })
            }
        }
    };
}

pub(super) use {from_json, read};
