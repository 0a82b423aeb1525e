//! The page of a meeting as Markdown, without what waits to be said: that is not pasted anywhere before it was.

use upheld_domain::meetings::{Section, markdown as page};

use super::next::{kind, since};
use crate::api::Meeting;
use crate::dates;
use crate::texts::meetings as t;

/// The text for the clipboard.
pub fn markdown(meeting: &Meeting) -> String {
    let name = meeting.venue.as_ref().map(|v| v.name.as_str()).unwrap_or_default();
    let title = match &meeting.planned_on {
        Some(day) => format!("{name}, {}", dates::day(day)),
        None => name.to_owned(),
    };
    let mut value: Vec<String> =
        meeting.value.iter().map(|v| format!("{}: {}", v.name, v.statement)).collect();
    value.extend(meeting.examples.iter().map(|r| {
        let who = r.subjects.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
        format!("{who}: {}", r.wording)
    }));
    let topics = meeting.topics.iter().map(|topic| match since(topic, meeting) {
        Some(since) => format!("{} ({since})", topic.text),
        None => topic.text.clone(),
    });
    let points = meeting.points.iter().map(|p| format!("{}: {} ({})", kind(p.kind), p.text, p.author.name));
    let section = |heading: &str, lines: Vec<String>| Section { heading: heading.to_owned(), lines };
    page(
        &title,
        &[
            section(t::value(), value),
            section(t::topics(), topics.collect()),
            section(t::points(), points.collect()),
        ],
    )
}
