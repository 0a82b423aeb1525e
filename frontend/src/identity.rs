//! Showing once more who one is, before something grave. The action waits meanwhile and is then sent again as it was:
//! nothing that somebody typed is lost.

use futures::channel::oneshot;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::Invalid;

use crate::api::{self, ApiError, Code, ConfirmIdentityInput, Later};
use crate::components::{Dialog, TextField, refused, waiting};
use crate::forms::{Complaints, focus_on, given};
use crate::load::Sending;
use crate::session::use_session;

/// The dialog's state and who waits for it; lives at the app's root.
#[derive(Clone, Copy)]
pub struct Identity {
    open: RwSignal<bool>,
    waiting: StoredValue<Vec<oneshot::Sender<()>>>,
}

impl Identity {
    /// Nobody waits.
    #[must_use]
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), waiting: StoredValue::new(Vec::new()) }
    }

    /// Sends something grave: where the server wants to know who it is, asks the person and sends it once more.
    pub fn confirmed<T: 'static>(self, request: impl Fn() -> Later<T> + 'static) -> Later<T> {
        Box::pin(async move {
            match request().await {
                Err(error) if error.code == Code::ConfirmIdentity => {
                    self.ask().await.map_err(|_| ApiError::cancelled())?;
                    request().await
                }
                answer => answer,
            }
        })
    }

    fn ask(self) -> oneshot::Receiver<()> {
        let (shown, answer) = oneshot::channel();
        self.waiting.update_value(|list| list.push(shown));
        self.open.set(true);
        request_animation_frame(|| focus_on("#identity-password"));
        answer
    }

    fn done(self) {
        for one in self.waiting.try_update_value(std::mem::take).unwrap_or_default() {
            // Whoever asked may have left the page.
            let _ = one.send(());
        }
        self.open.set(false);
    }
}

/// The dialog, once on every page.
#[component]
pub fn IdentityDialog() -> impl IntoView {
    let identity = use_session().identity;
    Effect::new(move || {
        if !identity.open.get() {
            identity.waiting.update_value(Vec::clear);
        }
    });
    view! {
        <Dialog id="identity" open=identity.open title="Is it you?">
            <IdentityForm />
        </Dialog>
    }
}

#[component]
fn IdentityForm() -> impl IntoView {
    let identity = use_session().identity;
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let complaints = Complaints::new();
    let sending = Sending::new();
    let wants_code = code_wanted(sending);
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input =
            ConfirmIdentityInput { password: password.get_untracked(), code: given(&code.get_untracked()) };
        let mut bad = Invalid::default();
        if input.password.is_empty() {
            bad.add("password", "Please write your password.");
        }
        if wants_code.get_untracked() && input.code.is_none() {
            bad.add("code", "Please write the code.");
        }
        if complaints.show(bad.into_result()) {
            sending.send(api::confirm_identity(input), move |_| identity.done());
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p>"What you are about to do is grave, so please show once more who you are. It holds for ten minutes; nothing that you typed is lost."</p>
            <TextField
                field="password"
                id="identity-password"
                label="Your password"
                value=password
                complaints=complaints
                kind="password"
                autocomplete="current-password"
            />
            <Show when=move || wants_code.get()>
                <CodeField id="identity-code" value=code complaints=complaints />
            </Show>
            {refused(sending)}
            <div class="actions">
                <button class="button button-primary" type="submit">{waiting(sending, "It is me")}</button>
                <button class="button" type="button" on:click=move |_| identity.open.set(false)>"Not now"</button>
            </div>
        </form>
    }
}

/// Whether the server has asked for a code of the second factor: that is a question, not something gone wrong.
pub fn code_wanted(sending: Sending) -> RwSignal<bool> {
    let wanted = RwSignal::new(false);
    Effect::new(move || {
        if sending.error.with(|e| e.as_ref().is_some_and(|e| e.code == Code::SecondFactorRequired)) {
            sending.error.set(None);
            wanted.set(true);
            request_animation_frame(|| focus_on("[autocomplete='one-time-code']"));
        }
    });
    wanted
}

/// A code of the app, or a recovery code.
#[component]
pub fn CodeField(
    /// Unique on the page.
    id: &'static str,
    /// What was typed.
    value: RwSignal<String>,
    /// The form's complaints.
    complaints: Complaints,
) -> impl IntoView {
    view! {
        <TextField
            field="code"
            id=id
            label="Code"
            hint="Six digits from your authenticator app, or one of your recovery codes."
            value=value
            complaints=complaints
            autocomplete="one-time-code"
        />
    }
}
