//! The board of a venue: what was said there, recognitions and notices in one list by time.

use leptos::prelude::*;

use crate::api::{self, Id, Notice, Recognition, RecognitionFilter};
use crate::components::{Glyph, icon, loaded, people_links, person_link, time, value_links};
use crate::load::Load;
use crate::texts::meetings as t;
use crate::words;

const SHOWN: usize = 20;

#[derive(Clone)]
enum Said {
    Recognition(Recognition),
    Notice(Notice),
}

impl Said {
    fn at(&self) -> &str {
        match self {
            Self::Recognition(r) => &r.published_at.0,
            Self::Notice(n) => &n.at.0,
        }
    }
}

/// What was said at a venue, newest first.
pub fn view(venue: Id) -> AnyView {
    let load = Load::new(move || {
        let filter = RecognitionFilter { venue_id: Some(venue.clone()), ..RecognitionFilter::default() };
        let (recognitions, notices) =
            (api::recognitions(filter, None), api::notices(Some(venue.clone()), None));
        Box::pin(async move {
            let mut all: Vec<Said> = recognitions.await?.nodes.into_iter().map(Said::Recognition).collect();
            all.extend(notices.await?.nodes.into_iter().map(Said::Notice));
            // The API writes all times alike, so that their order is the order of their letters.
            all.sort_by(|a, b| b.at().cmp(a.at()));
            all.truncate(SHOWN);
            Ok(all)
        })
    });
    view! {
        <section class="group no-print" aria-labelledby="board">
            <h2 id="board">{t::board()}</h2>
            <p class="hint">{t::board_hint()}</p>
            {loaded(load, |said| list(&said))}
        </section>
    }
    .into_any()
}

fn list(said: &[Said]) -> AnyView {
    if said.is_empty() {
        return view! { <p class="hint">{t::board_none()}</p> }.into_any();
    }
    let rows = said
        .iter()
        .map(|one| match one {
            Said::Recognition(r) => view! {
                <li class="said">
                    <p class="example-who">{people_links(&r.subjects)}</p>
                    <blockquote class="wording">{r.wording.clone()}</blockquote>
                    {value_links(&r.values)}
                    <p class="byline">{t::by(&r.leader.name)} " · " {time(&r.published_at)}</p>
                </li>
            }
            .into_any(),
            Said::Notice(n) => view! {
                <li class="said">
                    <p class="mark mark-short">{icon(Glyph::Public)} <span>{words::notice(n.kind)}</span></p>
                    <blockquote class="wording">{n.wording.clone()}</blockquote>
                    {value_links(&n.values)}
                    <p class="byline">{n.about.as_ref().map(|p| view! { {person_link(p)} " · " })} {time(&n.at)}</p>
                </li>
            }
            .into_any(),
        })
        .collect_view();
    view! { <ul class="examples-of">{rows}</ul> }.into_any()
}
