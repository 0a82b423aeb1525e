//! An address without a page.

use leptos::prelude::*;

use crate::components::PageTitle;

/// Says so, and leads back.
pub fn page() -> AnyView {
    view! {
        <PageTitle title="Nothing here" />
        <p>"No page has this address. It may have been mistyped, or the link is old."</p>
        <p><a class="button" href="/">"Go to the feed"</a></p>
    }
    .into_any()
}
