//! Two answers side by side.

use std::collections::{BTreeSet, HashMap, HashSet};

use base64ish::decode;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::harness::Answer;

/// Headers that differ from one answer to the next without telling anything.
const OWN_HEADERS: [&str; 3] = ["date", "x-request-id", "set-cookie"];
/// Values that are made by chance for each answer.
const SECRETS: [&str; 8] =
    ["token", "inviteLink", "link", "secret", "uri", "qrSvg", "recoveryCodes", "cursorSecret"];

/// What tells old from new: ids and times that were there when the twins parted.
pub(crate) struct Parted<'a> {
    pub(crate) known: &'a HashSet<Uuid>,
    pub(crate) at: DateTime<Utc>,
    /// The leaders whose sums are published to the viewer: themself and everybody below.
    pub(crate) led: &'a HashSet<Uuid>,
}

/// What differs between the two, or nothing.
pub(crate) fn difference(truth: &Answer, twin: &Answer, parted: &Parted<'_>) -> Option<String> {
    if truth.status != twin.status {
        return Some(format!("status {} and {}", truth.status, twin.status));
    }
    let headers = |a: &Answer| {
        let list: BTreeSet<(String, String)> = a
            .headers
            .iter()
            .filter(|(name, _)| !OWN_HEADERS.contains(&name.as_str()) && name.as_str() != "content-length")
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let cookies: Vec<String> = a
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|c| String::from_utf8_lossy(c.as_bytes()).split('=').next().unwrap_or_default().to_owned())
            .collect();
        (list, cookies)
    };
    if headers(truth) != headers(twin) {
        return Some(format!("headers {:?} and {:?}", headers(truth), headers(twin)));
    }
    if truth.text == twin.text {
        return None;
    }
    let (Ok(mut a), Ok(mut b)) =
        (serde_json::from_str::<Value>(&truth.text), serde_json::from_str::<Value>(&twin.text))
    else {
        return Some(format!("bodies\n  {}\n  {}", truth.text, twin.text));
    };
    leave_out_published(&mut a, &mut b, parted.led);
    for side in [&mut a, &mut b] {
        // A period is looked at after the right to a history, and whether there is one is published as well.
        if let Some(errors) = side.get_mut("errors").and_then(Value::as_array_mut) {
            errors.retain(|e| e["extensions"]["field"] != "since");
        }
        if side["errors"].as_array().is_some_and(Vec::is_empty) {
            side.as_object_mut().map(|fields| fields.remove("errors"));
        }
    }
    canonical(&mut a, parted);
    canonical(&mut b, parted);
    let why =
        |side: &Value| side.get("errors").map(|e| format!("\n  refused: {}", short(e))).unwrap_or_default();
    first_difference(&a, &b, "").map(|found| format!("{found}{}{}", why(&a), why(&b)))
}

/// Figures that the product's description publishes on purpose although they count hidden entries: the sums of a
/// leader's history, for that leader and the leaders above. The list of decisions under them is compared.
const PUBLISHED: [&str; 17] = [
    "recognitions",
    "corrections",
    "noActions",
    "undecided",
    "silent",
    "public",
    "oneToOne",
    "consideredRate",
    "silenceRate",
    "narrower",
    "matched",
    "wider",
    "hoursToDecide",
    "hoursToDeliver",
    "byValue",
    "byMonth",
    "notHeardFrom",
];

/// An admin who erases somebody is told whether a hold keeps some of it: they answer the person.
const OF_AN_ERASURE: [&str; 2] = ["complete", "entriesHeld"];

fn leave_out_published(a: &mut Value, b: &mut Value, led: &HashSet<Uuid>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            if is_published(a, led) {
                for field in PUBLISHED {
                    a.remove(field);
                    b.remove(field);
                }
            }
            if a.contains_key("entriesHeld") {
                for field in OF_AN_ERASURE {
                    a.remove(field);
                    b.remove(field);
                }
            }
            let keys: Vec<String> = a.keys().cloned().collect();
            for key in keys {
                let (Some(x), Some(y)) = (a.get_mut(&key), b.get_mut(&key)) else { continue };
                // Whether somebody who leads nobody now has a history is one of those figures.
                if y.is_null() && is_bare_history(x, led) {
                    *x = Value::Null;
                } else if x.is_null() && is_bare_history(y, led) {
                    *y = Value::Null;
                }
                leave_out_published(x, y, led);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            a.iter_mut().zip(b.iter_mut()).for_each(|(a, b)| leave_out_published(a, b, led));
        }
        _ => {}
    }
}

/// Whether this is the history of a leader whose sums the viewer may read.
fn is_published(object: &serde_json::Map<String, Value>, led: &HashSet<Uuid>) -> bool {
    let leader = object.get("leader").and_then(|l| l["id"].as_str()).and_then(|id| Uuid::parse_str(id).ok());
    object.contains_key("consideredRate") && leader.is_none_or(|l| led.contains(&l))
}

/// Whether this is a history that lists no decision.
fn is_bare_history(value: &Value, led: &HashSet<Uuid>) -> bool {
    let Some(fields) = value.as_object() else { return false };
    let none = |d: &Value| ["nodes", "edges"].iter().all(|l| d[*l].as_array().is_none_or(Vec::is_empty));
    let list = fields.get("decisions");
    list.is_none_or(none) && (is_published(fields, led) || (list.is_some() && fields.len() == 1))
}

/// Replaces ids and times that came after the twins parted by the order in which they appear.
pub(crate) fn canonical(value: &mut Value, parted: &Parted<'_>) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for error in value.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        // How long to wait is the time that has gone by.
        if error["extensions"]["code"] == "RATE_LIMITED" {
            error["message"] = "Please wait.".into();
            error["extensions"]["retryAfter"] = 1.into();
        }
    }
    // Fields are resolved side by side, so that the order of their errors is chance.
    if let Some(errors) = value.get_mut("errors").and_then(Value::as_array_mut) {
        errors.sort_by_key(|e| format!("{}{}{}", e["path"], e["extensions"], e["locations"]));
    }
    rename(value, parted, &mut seen, "");
}

fn rename(value: &mut Value, parted: &Parted<'_>, seen: &mut HashMap<String, usize>, key: &str) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|v| rename(v, parted, seen, key)),
        Value::Object(fields) => fields.iter_mut().for_each(|(k, v)| rename(v, parted, seen, k)),
        Value::String(text) => {
            if SECRETS.contains(&key) {
                *text = "a secret".into();
                return;
            }
            if let Ok(id) = Uuid::parse_str(text) {
                if !parted.known.contains(&id) {
                    let n = seen.len();
                    *text = format!("new id {}", seen.entry(text.clone()).or_insert(n));
                }
                return;
            }
            if text.ends_with("@erased.invalid") {
                *text = "the address of somebody erased".into();
                return;
            }
            if DateTime::parse_from_rfc3339(text).is_ok_and(|t| t.to_utc() >= parted.at) {
                *text = "new time".into();
                return;
            }
            if text.len() > 200 {
                *text = without_new(text, parted, seen);
                return;
            }
            // A cursor is a time in microseconds and an id.
            let bytes = decode(text);
            let Some((at, id)) = bytes.split_first_chunk::<8>() else { return };
            let new = |id: Uuid| {
                !parted.known.contains(&id) || i64::from_be_bytes(*at) >= parted.at.timestamp_micros()
            };
            if Uuid::from_slice(id).is_ok_and(new) {
                *text = "new cursor".into();
            }
        }
        _ => {}
    }
}

/// A file inside an answer, with its new ids and times replaced.
fn without_new(text: &str, parted: &Parted<'_>, seen: &mut HashMap<String, usize>) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || "-:.+".contains(c);
    let mut result = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if Uuid::parse_str(word).is_ok_and(|id| !parted.known.contains(&id)) {
            let n = seen.len();
            result.push_str(&format!("new id {}", seen.entry(word.to_owned()).or_insert(n)));
        } else if DateTime::parse_from_rfc3339(word).is_ok_and(|t| t.to_utc() >= parted.at) {
            result.push_str("new time");
        } else {
            result.push_str(word);
        }
        let next = after.find(part).unwrap_or(after.len());
        result.push_str(&after[..next]);
        rest = &after[next..];
    }
    result
}

fn first_difference(a: &Value, b: &Value, path: &str) -> Option<String> {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            let keys: BTreeSet<&String> = x.keys().chain(y.keys()).collect();
            // What a cursor points at says more than the cursor.
            let (cursors, keys): (Vec<&String>, Vec<&String>) =
                keys.into_iter().partition(|k| *k == "cursor");
            keys.into_iter().chain(cursors).find_map(|k| {
                first_difference(
                    x.get(k).unwrap_or(&Value::Null),
                    y.get(k).unwrap_or(&Value::Null),
                    &format!("{path}.{k}"),
                )
            })
        }
        (Value::Array(x), Value::Array(y)) => x
            .iter()
            .zip(y)
            .enumerate()
            .find_map(|(n, (x, y))| first_difference(x, y, &format!("{path}[{n}]")))
            .or_else(|| (x.len() != y.len()).then(|| format!("{path}: {} and {} of them", x.len(), y.len()))),
        (Value::String(x), Value::String(y)) if x != y && x.len().min(y.len()) > 200 => {
            let at = x.chars().zip(y.chars()).take_while(|(a, b)| a == b).count();
            let near = |t: &str| t.chars().skip(at.saturating_sub(60)).take(240).collect::<String>();
            Some(format!("{path} from character {at}: {:?} and {:?}", near(x), near(y)))
        }
        _ if a == b => None,
        _ => Some(format!("{path}: {} and {}", short(a), short(b))),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(300).collect()
}

/// Base64 for URLs, enough to look into a cursor.
mod base64ish {
    pub(super) fn decode(text: &str) -> Vec<u8> {
        let (mut bits, mut held, mut bytes) = (0u32, 0u32, Vec::new());
        for c in text.bytes() {
            let v = match c {
                b'A'..=b'Z' => c - b'A',
                b'a'..=b'z' => c - b'a' + 26,
                b'0'..=b'9' => c - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return Vec::new(),
            };
            held = held << 6 | u32::from(v);
            bits += 6;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
                held &= (1 << bits) - 1;
            }
        }
        bytes
    }
}
