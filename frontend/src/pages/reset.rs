//! The page of a sign-in link that an admin made: choose another password.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use upheld_domain::{Invalid, text};

use super::invite::token;
use crate::api::{self, ResetPasswordInput};
use crate::components::{PageTitle, TextField, refused, waiting};
use crate::forms::{Complaints, given};
use crate::identity::{CodeField, code_wanted};
use crate::load::Sending;
use crate::session::use_session;
use crate::words;

/// Choose another password.
pub fn page() -> AnyView {
    let session = use_session();
    let navigate = use_navigate();
    let token = StoredValue::new(token());
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let complaints = Complaints::new();
    let sending = Sending::new();
    let wants_code = code_wanted(sending);
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = ResetPasswordInput {
            token: token.get_value(),
            password: password.get_untracked(),
            code: given(&code.get_untracked()),
        };
        let mut bad = Invalid::default();
        bad.check(text::password("password", &input.password));
        if wants_code.get_untracked() && input.code.is_none() {
            bad.add("code", "Please write the code.");
        }
        if !complaints.show(bad.into_result()) {
            return;
        }
        let navigate = navigate.clone();
        sending.send(api::reset_password(input), move |_| {
            session.boot();
            navigate("/", leptos_router::NavigateOptions { replace: true, ..Default::default() });
        });
    };
    sending.complain(complaints);
    view! {
        <div class="narrow">
            <PageTitle title="Choose another password" lead="The link works once, for half an hour. Everywhere else you are signed out." />
            <Show
                when=move || token.with_value(|t| !t.is_empty())
                fallback=|| view! { <p>"This link has no token. Please open the whole link that you were given."</p> }
            >
                <form on:submit=submit.clone() novalidate>
                    <TextField
                        field="password"
                        label="The new password"
                        hint=words::PASSWORD_HINT
                        value=password
                        complaints=complaints
                        kind="password"
                        autocomplete="new-password"
                    />
                    <Show when=move || wants_code.get()>
                        <CodeField id="code" value=code complaints=complaints />
                    </Show>
                    {refused(sending)}
                    <button class="button button-primary" type="submit">{waiting(sending, "Go in")}</button>
                </form>
            </Show>
        </div>
    }
    .into_any()
}
