//! Everything that is held about the viewer: to read, to take along, and how long it is kept.

mod export;
mod kept;
mod rows;

use leptos::prelude::*;

use crate::api::{self, Later, Page};
use crate::components::{PageTitle, RecognitionCard, empty, incident_row, paged};
use crate::load::Paged;

/// My data.
pub fn page() -> AnyView {
    view! {
        <PageTitle
            title="My data"
            lead="Everything that is held about you here, as far as you may read it by now. Nobody else has this page."
        />
        {list(
            ("about-me", "Entries about you", "What others logged about you. What fell short you read from when you are asked, at the latest after the time that the organisation has set."),
            true,
            api::about_me,
            |r| r.id.inner().to_owned(),
            |r| incident_row(&r, false),
            "Nobody has logged anything about you that you may read",
        )}
        {list(
            ("readings", "Who has read it", "People who are no party to an entry about you, and why they read it. An admin can open one for 24 hours, with a reason that you read here."),
            true,
            api::readings_about_me,
            |r| format!("{}{}{}", r.by.id.inner(), r.at.0, r.incident.as_ref().map(|i| i.id.inner()).unwrap_or_default()),
            |r| rows::reading(&r),
            "Nobody beside the parties has read an entry about you",
        )}
        {list(
            ("recognised", "Recognitions that name you", "They stand in the feed, for everybody."),
            false,
            api::my_recognitions,
            |r| r.id.inner().to_owned(),
            |r| view! { <RecognitionCard recognition=r /> }.into_any(),
            "None yet",
        )}
        {list(
            ("notices-of-me", "Notices that name you", "What was put up for the people of a venue, and names you."),
            false,
            api::my_notices,
            |n| n.id.inner().to_owned(),
            |n| rows::notice(&n),
            "None",
        )}
        {list(
            ("logged", "What you logged", ""),
            false,
            api::logged_by_me,
            |r| r.id.inner().to_owned(),
            |r| incident_row(&r, false),
            "Nothing yet",
        )}
        {list(
            ("decided", "What you decided", "What and when; whom it was about stands in the entry."),
            false,
            api::my_decisions,
            |d| d.id.inner().to_owned(),
            |d| rows::decision(&d),
            "Nothing yet",
        )}
        {words("replies", "What you replied", api::my_replies)}
        {words("asked-you", "What you were asked", api::questions_to_me)}
        {words("you-asked", "What you asked", api::my_questions)}
        {list(
            ("comments-of-me", "Your comments", ""),
            false,
            api::my_comments,
            |c| c.id.inner().to_owned(),
            |c| rows::said(None, &c.text, &c.at),
            "None yet",
        )}
        {list(
            ("points-of-me", crate::texts::meetings::my_points(), ""),
            false,
            api::my_points,
            |p| p.id.inner().to_owned(),
            |p| rows::said(None, &p.text, &p.at),
            "None yet",
        )}
        {list(
            ("reactions-of-me", "Your reactions", ""),
            false,
            api::my_reactions,
            |r| format!("{}{}", r.recognition_id.inner(), r.emoji),
            |r| rows::said(None, &r.emoji, &r.at),
            "None yet",
        )}
        <section class="group" aria-labelledby="rest">
            <h2 id="rest">"Sessions and tokens"</h2>
            <p>"Where you are signed in, and your access tokens, stand in your " <a href="/account">"account"</a> "."</p>
        </section>
        {export::export()}
        {kept::kept()}
    }
    .into_any()
}

fn words(
    id: &'static str,
    title: &'static str,
    ask: fn(Option<String>) -> Later<Page<api::MyWords>>,
) -> AnyView {
    list(
        (id, title, ""),
        false,
        ask,
        |w| w.id.inner().to_owned(),
        |w| rows::said(w.incident.as_ref(), &w.text, &w.at),
        "Nothing yet",
    )
}

/// A list that loads when it is opened.
fn list<T: Clone + Send + Sync + 'static>(
    (id, title, about): (&'static str, &'static str, &'static str),
    open: bool,
    ask: fn(Option<String>) -> Later<Page<T>>,
    key: fn(&T) -> String,
    row: fn(T) -> AnyView,
    nothing: &'static str,
) -> AnyView {
    let begun = RwSignal::new(open);
    view! {
        <details class="data-list" id=id open=open on:toggle=move |_| begun.set(true)>
            <summary><h2>{title}</h2></summary>
            <p class="hint" hidden=about.is_empty()>{about}</p>
            {move || begun.get().then(|| paged(Paged::new(ask), key, row, move || empty(nothing, "", None)))}
        </details>
    }
    .into_any()
}
