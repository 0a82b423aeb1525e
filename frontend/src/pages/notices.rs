//! What the people of a venue read: corrections said there, words to witnesses, retractions.

use leptos::prelude::*;

use crate::api::{self, Id, Notice, NoticeKind};
use crate::components::{Glyph, PageTitle, Select, empty, icon, paged, person_link, time, value_links};
use crate::load::Paged;
use crate::session::use_signed_in;
use crate::words;

/// Notices of my venues.
pub fn page() -> AnyView {
    let session = use_signed_in().session;
    let venue = RwSignal::new(String::new());
    let list = Paged::new(move |after| {
        let id = venue.get_untracked();
        api::notices((!id.is_empty()).then(|| Id::new(id)), after)
    });
    let options = Signal::derive(move || {
        let all = std::iter::once((String::new(), "All my venues".to_owned()));
        let venues = session
            .with_directory(|d| {
                d.venues.iter().map(|v| (v.id.inner().to_owned(), v.name.clone())).collect::<Vec<_>>()
            })
            .unwrap_or_default();
        all.chain(venues).collect::<Vec<_>>()
    });
    let choose = Callback::new(move |id| {
        venue.set(id);
        list.restart();
    });
    view! {
        <PageTitle title="Notices" lead="What was said in the places you are part of. Values are only real when people see that they count." />
        <div class="filter-bar"><Select id="notice-venue" label="Venue" options=options value=venue on_choose=choose /></div>
        {paged(
            list,
            |n| n.id.inner().to_owned(),
            |n| row(&n),
            || {
                empty(
                    "No notices",
                    "When a leader speaks about something that fell short in a place you are part of, or tells those who saw it that it was addressed, you read it here.",
                    None,
                )
            },
        )}
    }
    .into_any()
}

fn row(notice: &Notice) -> AnyView {
    let glyph = match notice.kind {
        NoticeKind::Correction => Glyph::Public,
        NoticeKind::WitnessWord => Glyph::Eye,
        NoticeKind::Retraction => Glyph::Close,
    };
    view! {
        <article class="card notice">
            <h2 class="mark mark-short">{icon(glyph)} <span>{words::notice(notice.kind)}</span></h2>
            <blockquote class="wording">{notice.wording.clone()}</blockquote>
            {value_links(&notice.values)}
            <p class="byline">
                {notice.venue.name.clone()}
                {notice.about.as_ref().map(|p| view! { " · about " {person_link(p)} })}
                " · " {time(&notice.at)}
            </p>
        </article>
    }
    .into_any()
}
