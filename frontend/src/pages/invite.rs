//! The page of an invite link: choose a password.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use upheld_domain::{Invalid, text};

use crate::api::{self, AcceptInviteInput};
use crate::components::{PageTitle, TextField, refused, waiting};
use crate::forms::Complaints;
use crate::load::Sending;
use crate::session::use_session;
use crate::words;

/// The token of a one-time link stands behind `#`, so that no server log holds it.
pub fn token() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Choose a password.
pub fn page() -> AnyView {
    let session = use_session();
    let navigate = use_navigate();
    let token = StoredValue::new(token());
    let password = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let input = AcceptInviteInput { token: token.get_value(), password: password.get_untracked() };
        if !complaints.show(text::password("password", &input.password).map_err(Invalid::from)) {
            return;
        }
        let navigate = navigate.clone();
        sending.send(api::accept_invite(input), move |_| {
            session.boot();
            navigate("/", leptos_router::NavigateOptions { replace: true, ..Default::default() });
        });
    };
    sending.complain(complaints);
    view! {
        <div class="narrow">
            <PageTitle title="Welcome" lead="Choose a password, and you are in." />
            <Show
                when=move || token.with_value(|t| !t.is_empty())
                fallback=|| view! { <p>"This link has no token. Please open the whole link of your invite."</p> }
            >
                <form on:submit=submit.clone() novalidate>
                    <TextField
                        field="password"
                        label="Password"
                        hint=words::PASSWORD_HINT
                        value=password
                        complaints=complaints
                        kind="password"
                        autocomplete="new-password"
                    />
                    {refused(sending)}
                    <button class="button button-primary" type="submit">{waiting(sending, "Go in")}</button>
                </form>
            </Show>
        </div>
    }
    .into_any()
}
