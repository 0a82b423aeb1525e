//! Another password.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use crate::api::{self, Account, ChangePasswordInput};
use crate::components::{Dialog, TextField, refused, waiting};
use crate::forms::Complaints;
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::words;

/// The section with the dialog that changes it.
pub(super) fn password(load: Load<Account>) -> AnyView {
    let open = RwSignal::new(false);
    view! {
        <section class="group" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <p class="hint">"Changing it ends all your other sessions and all access tokens: whoever else had it is out."</p>
            <button class="button" type="button" on:click=move |_| open.set(true)>"Change the password"</button>
            <Dialog id="change-password" open=open title="Change the password">
                <Form open=open load=load />
            </Dialog>
        </section>
    }
    .into_any()
}

#[component]
fn Form(open: RwSignal<bool>, load: Load<Account>) -> impl IntoView {
    let session = use_session();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = ChangePasswordInput {
            current_password: current.get_untracked(),
            new_password: new.get_untracked(),
        };
        let mut bad = Invalid::default();
        if input.current_password.is_empty() {
            bad.add("currentPassword", "Please write the password that you have now.");
        }
        bad.check(text::password("newPassword", &input.new_password));
        if complaints.show(bad.into_result()) {
            sending.send(api::change_password(input), move |left| {
                open.set(false);
                session.toast("The password is changed. Everywhere else you are signed out.");
                load.change(|account| {
                    account.sessions = left.sessions;
                    account.api_tokens.clear();
                });
            });
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <TextField
                field="currentPassword"
                label="The password that you have now"
                value=current
                complaints=complaints
                kind="password"
                autocomplete="current-password"
            />
            <TextField
                field="newPassword"
                label="The new password"
                hint=words::PASSWORD_HINT
                value=new
                complaints=complaints
                kind="password"
                autocomplete="new-password"
            />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, "Change it")}</button>
        </form>
    }
}
