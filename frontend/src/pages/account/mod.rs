//! One's own account: appearance, recognition, password, second factor, sessions, access tokens.

mod links;
mod password;
mod preference;
mod second_factor;
mod sessions;
mod tokens;

use leptos::prelude::*;

use crate::api::{self, Account};
use crate::components::{PageTitle, ThemeSwitch, loaded};
use crate::load::Load;
use crate::session::{SignedIn, use_signed_in};

/// My account.
pub fn page() -> AnyView {
    let SignedIn { viewer, .. } = use_signed_in();
    let load = Load::new(api::account);
    let path = format!("/people/{}", viewer.id.inner());
    let email = viewer.email.clone().unwrap_or_default();
    view! {
        <PageTitle title="Account" />
        <p class="lead"><a href=path>{viewer.name.clone()}</a> " · " {email}</p>
        <p>
            <a href="/my-data">"My data"</a>
            " shows everything that this tool holds about you, and who has read it."
        </p>
        <section class="group"><ThemeSwitch name="theme" /></section>
        {preference::preference(viewer.recognition_preference)}
        {loaded(load, move |account| sections(account, load))}
    }
    .into_any()
}

fn sections(account: Account, load: Load<Account>) -> AnyView {
    view! {
        {links::links(&account.sign_in_links)}
        {sessions::sessions(account.sessions, load)}
        {password::password(load)}
        {second_factor::second_factor(&account.second_factor, load)}
        {tokens::tokens(account.api_tokens, load)}
    }
    .into_any()
}
