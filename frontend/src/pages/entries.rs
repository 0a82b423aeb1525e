//! What the viewer logged, and what became of it.

use leptos::prelude::*;

use crate::api;
use crate::components::{PageTitle, empty, incident_row, paged};
use crate::load::Paged;

/// My entries.
pub fn page() -> AnyView {
    let list = Paged::new(api::my_incidents);
    view! {
        <PageTitle title="My entries" lead="What you logged and where it stands: received, decided, delivered, or closed with the reason." />
        {paged(
            list,
            |row| row.id.inner().to_owned(),
            |row| incident_row(&row, false),
            || {
                empty(
                    "You have not logged anything yet",
                    "When somebody lives up to a value, or falls short of it, write down what happened. The leader who decides on it sees it at once, and here you see what becomes of it.",
                    Some(("/log", "Log the first one")),
                )
            },
        )}
    }
    .into_any()
}
