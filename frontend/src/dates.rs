//! Dates in the browser's own language and zone.

use js_sys::{Date as JsDate, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::api::{Date, DateTime};

const MINUTE: f64 = 60_000.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

fn options(pairs: &[(&str, &str)]) -> JsValue {
    let object = Object::new();
    for (key, value) in pairs {
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object.into()
}

fn locale() -> String {
    web_sys::window().and_then(|w| w.navigator().language()).unwrap_or_else(|| "en-GB".to_owned())
}

fn date_string(date: &JsDate, pairs: &[(&str, &str)]) -> String {
    date.to_locale_date_string(&locale(), &options(pairs)).into()
}

fn parse(text: &str) -> JsDate {
    JsDate::new(&JsValue::from_str(text))
}

/// A number as the reader's language writes it.
#[must_use]
pub fn number(value: f64) -> String {
    js_sys::Number::from(value).to_locale_string(&locale()).into()
}

/// The number that a field holds, with a point or a comma.
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok().filter(|n: &f64| n.is_finite())
}

/// The milliseconds of a time since 1970.
#[must_use]
pub fn millis(at: &DateTime) -> f64 {
    parse(&at.0).get_time()
}

/// "just now", "5 min ago", "yesterday", and from a week on the date.
#[must_use]
pub fn relative(at: &DateTime) -> String {
    let passed = JsDate::now() - millis(at);
    if passed < 2.0 * MINUTE {
        "just now".to_owned()
    } else if passed < HOUR {
        format!("{} min ago", (passed / MINUTE) as i32)
    } else if passed < DAY {
        format!("{} h ago", (passed / HOUR) as i32)
    } else if passed < 2.0 * DAY {
        "yesterday".to_owned()
    } else if passed < 7.0 * DAY {
        format!("{} days ago", (passed / DAY) as i32)
    } else {
        short(at)
    }
}

/// How long it is until then: "23 h", "40 min".
#[must_use]
pub fn left(until: &DateTime) -> String {
    let left = (millis(until) - JsDate::now()).max(0.0);
    if left < HOUR {
        format!("{} min", (left / MINUTE) as i32)
    } else {
        format!("{} h", (left / HOUR) as i32)
    }
}

/// The day of a time, short.
#[must_use]
pub fn short(at: &DateTime) -> String {
    date_string(&parse(&at.0), &[("day", "numeric"), ("month", "short"), ("year", "numeric")])
}

/// The whole time, for a title.
#[must_use]
pub fn long(at: &DateTime) -> String {
    let pairs = [("dateStyle", "full"), ("timeStyle", "short")];
    let date = parse(&at.0);
    // The typed binding takes no options; the method of the language does.
    let formatted = Reflect::get(&date, &JsValue::from_str("toLocaleString"))
        .ok()
        .and_then(|f| f.dyn_into::<js_sys::Function>().ok())
        .and_then(|f| f.call2(&date, &JsValue::from_str(&locale()), &options(&pairs)).ok())
        .and_then(|s| s.as_string());
    formatted.unwrap_or_else(|| at.0.clone())
}

/// A day without a time, in words.
#[must_use]
pub fn day(date: &Date) -> String {
    let pairs = [("day", "numeric"), ("month", "long"), ("year", "numeric"), ("timeZone", "UTC")];
    date_string(&parse(&date.0), &pairs)
}

/// "Mar" and, in January or when asked for, "Jan 26".
#[must_use]
pub fn month(date: &Date, with_year: bool) -> String {
    let date = parse(&date.0);
    if with_year {
        date_string(&date, &[("month", "short"), ("year", "2-digit"), ("timeZone", "UTC")])
    } else {
        date_string(&date, &[("month", "short"), ("timeZone", "UTC")])
    }
}

/// Today in the browser's zone, as a date field writes it.
#[must_use]
pub fn today() -> String {
    iso_day(&JsDate::new_0())
}

/// The day so many days before today.
#[must_use]
pub fn days_ago(days: f64) -> String {
    iso_day(&JsDate::new(&JsValue::from_f64(JsDate::now() - days * DAY)))
}

/// The first day of the month so many months ago.
#[must_use]
pub fn months_ago(months: u32) -> String {
    let now = JsDate::new_0();
    let total = now.get_full_year() * 12 + now.get_month();
    let then = total.saturating_sub(months);
    format!("{:04}-{:02}-01", then / 12, then % 12 + 1)
}

fn iso_day(date: &JsDate) -> String {
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// Now, as a local date-and-time field writes it.
#[must_use]
pub fn now_local() -> String {
    let now = JsDate::new_0();
    format!("{}T{:02}:{:02}", iso_day(&now), now.get_hours(), now.get_minutes())
}

/// What a local date-and-time field holds, as the API writes it.
#[must_use]
pub fn local_to_utc(text: &str) -> Option<DateTime> {
    let date = parse(text);
    if date.get_time().is_nan() { None } else { Some(DateTime(date.to_iso_string().into())) }
}

/// The first instant of a day in the browser's zone, as the API writes it.
#[must_use]
pub fn start_of_day(day: &str) -> Option<DateTime> {
    local_to_utc(&format!("{day}T00:00"))
}

/// The last instant of a day in the browser's zone.
#[must_use]
pub fn end_of_day(day: &str) -> Option<DateTime> {
    local_to_utc(&format!("{day}T23:59:59.999"))
}

/// The day that a date field holds.
#[must_use]
pub fn parse_day(text: &str) -> Option<chrono::NaiveDate> {
    let mut parts = text.splitn(3, '-').map(str::parse);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    chrono::NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// The instant as the domain's rules know it.
#[must_use]
pub fn now() -> upheld_domain::Instant {
    chrono::DateTime::from_timestamp_millis(JsDate::now() as i64).unwrap_or_default()
}

/// The name of the browser's time zone.
#[must_use]
pub fn time_zone() -> String {
    let format = Intl::DateTimeFormat::new(&js_sys::Array::new(), &Object::new());
    Reflect::get(&format.resolved_options(), &JsValue::from_str("timeZone"))
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}
