//! People operations: people, teams and venues, rules, opening an entry, the audit trail.

pub mod audit;
pub mod holds;
pub mod open;
pub mod people;
pub mod person;
mod person_ends;
mod person_forms;
pub mod places;
pub mod policy;
mod venue;

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::Role;
use crate::components::{Choice, PageTitle, failed};
use crate::session::{SignedIn, use_signed_in};
use crate::texts::{Text, admin as t};

const PAGES: [(&str, Text); 6] = [
    ("/admin/people", t::people_title),
    ("/admin/places", t::places_title),
    ("/admin/rules", t::rules_title),
    ("/admin/open", t::open_title),
    ("/admin/holds", t::holds_title),
    ("/admin/audit", t::audit_title),
];

/// A page of people operations with the way to the others; to anybody else there is nothing here.
fn framed(title: &'static str, lead: &'static str, page: impl FnOnce() -> AnyView) -> AnyView {
    let SignedIn { viewer, .. } = use_signed_in();
    if viewer.role != Role::Admin {
        let retry = Callback::new(|()| ());
        return view! { <PageTitle title=t::nothing_here() /> {failed(&crate::api::ApiError::not_found(), retry)} }.into_any();
    }
    let links =
        PAGES.iter().map(|(href, label)| view! { <li><A href=*href>{label()}</A></li> }).collect_view();
    view! {
        <nav class="tabs" aria-label=t::tabs_label()><ul>{links}</ul></nav>
        <PageTitle title=title lead=lead />
        {page()}
    }
    .into_any()
}

/// The teams to choose from, with none first.
fn team_options() -> Signal<Vec<(String, String)>> {
    let session = use_signed_in().session;
    Signal::derive(move || {
        let teams = session.with_directory(|d| {
            d.teams.iter().map(|t| (t.id.inner().to_owned(), t.name.clone())).collect::<Vec<_>>()
        });
        std::iter::once((String::new(), t::no_team().to_owned())).chain(teams.unwrap_or_default()).collect()
    })
}

/// The id of the first that was picked.
fn first_id(chosen: RwSignal<Vec<Choice>>) -> Option<crate::api::Id> {
    chosen.with_untracked(|list| list.first().map(|c| c.id.clone()))
}
