//! The second factor: a code of an authenticator app beside the password.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{FieldError, Invalid};

use crate::api::{
    self, Account, ConfirmSecondFactorInput, EndSecondFactorInput, NewRecoveryCodesInput, NewSecondFactor,
    SecondFactor, StartSecondFactorInput,
};
use crate::components::{Dialog, Glyph, Secret, TextField, icon, refused, time, waiting};
use crate::forms::{Complaints, focus_on};
use crate::identity::CodeField;
use crate::load::{Load, Sending};
use crate::session::use_session;

const FEW: i32 = 3;

/// How it stands, and what one can do with it.
pub(super) fn second_factor(factor: &SecondFactor, load: Load<Account>) -> AnyView {
    view! {
        <section class="group" aria-labelledby="second-factor">
            <h2 id="second-factor">"Second factor"</h2>
            {if factor.on { is_on(factor, load) } else { is_off(load) }}
        </section>
    }
    .into_any()
}

fn is_off(load: Load<Account>) -> AnyView {
    let open = RwSignal::new(false);
    view! {
        <p>"Off. With it, signing in asks for a code of an app on your phone beside your password: whoever learns your password is still not in."</p>
        <button class="button" type="button" on:click=move |_| open.set(true)>"Set it up"</button>
        <Dialog id="set-up-factor" open=open title="Set up the second factor">
            <SetUp open=open load=load />
        </Dialog>
    }
    .into_any()
}

/// Where one is on the way.
#[derive(Clone)]
enum Stage {
    Password,
    Scan(NewSecondFactor),
    Codes(Vec<String>),
}

#[component]
fn SetUp(open: RwSignal<bool>, load: Load<Account>) -> impl IntoView {
    let stage = RwSignal::new(Stage::Password);
    let done = Callback::new(move |()| {
        open.set(false);
        use_session().toast("The second factor is on.");
        load.again();
    });
    move || {
        match stage.get() {
        Stage::Password => view! { <AskPassword stage=stage /> }.into_any(),
        Stage::Scan(factor) => view! { <Scan factor=factor stage=stage /> }.into_any(),
        Stage::Codes(codes) => view! {
            <Secret
                note="It is on. These are your recovery codes, shown only now: each works once, when the phone is not at hand. Keep them where you keep passwords."
                secret=codes.join("\n")
                print=true
                done=done
            />
        }
        .into_any(),
    }
    }
}

#[component]
fn AskPassword(stage: RwSignal<Stage>) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = StartSecondFactorInput { password: password.get_untracked() };
        if complaints.show(there("password", &input.password, "Please write your password.")) {
            sending.send(api::start_second_factor(input), move |factor| {
                stage.set(Stage::Scan(factor));
                request_animation_frame(|| focus_on("#factor-code"));
            });
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p>"You need an authenticator app on your phone; any that knows time-based codes will do."</p>
            <TextField
                field="password"
                id="factor-password"
                label="Your password"
                value=password
                complaints=complaints
                kind="password"
                autocomplete="current-password"
            />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, "Go on")}</button>
        </form>
    }
}

fn there(field: &'static str, text: &str, ask: &'static str) -> Result<(), Invalid> {
    if text.trim().is_empty() { Err(FieldError::new(field, ask).into()) } else { Ok(()) }
}

#[component]
fn Scan(factor: NewSecondFactor, stage: RwSignal<Stage>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = ConfirmSecondFactorInput { code: code.get_untracked() };
        if complaints.show(there("code", &input.code, "Please write the code that the app shows.")) {
            sending.send(api::confirm_second_factor(input), move |codes| {
                stage.set(Stage::Codes(codes.recovery_codes));
            });
        }
    };
    sending.complain(complaints);
    let picture =
        format!("data:image/svg+xml,{}", String::from(js_sys::encode_uri_component(&factor.qr_svg)));
    view! {
        <form on:submit=submit novalidate>
            <ol class="steps">
                <li>
                    <p>"Scan this with the app."</p>
                    <img class="qr" src=picture alt="QR code for the authenticator app; the same as the text below" width="200" height="200" />
                    <details>
                        <summary>"Or type it"</summary>
                        <p><code class="secret">{spaced(&factor.secret)}</code></p>
                        <p><a href=factor.uri rel="external">"Open an app on this device"</a></p>
                    </details>
                </li>
                <li>
                    <TextField
                        field="code"
                        id="factor-code"
                        label="The six digits that it shows now"
                        value=code
                        complaints=complaints
                        autocomplete="one-time-code"
                    />
                </li>
            </ol>
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, "Turn it on")}</button>
        </form>
    }
}

/// In groups of four, as one types it.
fn spaced(secret: &str) -> String {
    let mut out = String::new();
    for (i, c) in secret.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

fn is_on(factor: &SecondFactor, load: Load<Account>) -> AnyView {
    let (renewing, ending) = (RwSignal::new(false), RwSignal::new(false));
    let left = factor.recovery_codes_left;
    let codes = if left == 1 {
        "1 recovery code is left".to_owned()
    } else {
        format!("{left} recovery codes are left")
    };
    view! {
        <p class="with-icon">
            {icon(Glyph::Check)}
            <span>"On" {factor.since.as_ref().map(|at| view! { " since " {time(at)} })} ". " {codes} "."</span>
        </p>
        {(left <= FEW).then(|| view! { <p class="panel panel-warning">"Few recovery codes are left. Please make new ones."</p> })}
        <div class="actions">
            <button class="button" type="button" on:click=move |_| renewing.set(true)>"New recovery codes"</button>
            <button class="button" type="button" on:click=move |_| ending.set(true)>"Turn it off"</button>
        </div>
        <Dialog id="new-codes" open=renewing title="New recovery codes">
            <Renew open=renewing load=load />
        </Dialog>
        <Dialog id="end-factor" open=ending title="Turn the second factor off">
            <End open=ending load=load />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Renew(open: RwSignal<bool>, load: Load<Account>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let made = RwSignal::new(None::<Vec<String>>);
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = NewRecoveryCodesInput { code: code.get_untracked() };
        if complaints.show(there("code", &input.code, "Please write a code.")) {
            sending.send(api::new_recovery_codes(input), move |codes| made.set(Some(codes.recovery_codes)));
        }
    };
    sending.complain(complaints);
    let done = Callback::new(move |()| {
        open.set(false);
        load.again();
    });
    move || {
        match made.get() {
        Some(codes) => view! {
            <Secret
                note="Your new recovery codes, shown only now. The old ones do not work any more."
                secret=codes.join("\n")
                print=true
                done=done
            />
        }
        .into_any(),
        None => view! {
            <form on:submit=submit novalidate>
                <p>"You get ten. The old ones stop working."</p>
                <CodeField id="renew-code" value=code complaints=complaints />
                {refused(sending)}
                <button class="button button-primary" type="submit">{waiting(sending, "Make new ones")}</button>
            </form>
        }
        .into_any(),
    }
    }
}

#[component]
fn End(open: RwSignal<bool>, load: Load<Account>) -> impl IntoView {
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = EndSecondFactorInput { password: password.get_untracked(), code: code.get_untracked() };
        let mut bad = Invalid::default();
        if input.password.is_empty() {
            bad.add("password", "Please write your password.");
        }
        if input.code.trim().is_empty() {
            bad.add("code", "Please write a code.");
        }
        if complaints.show(bad.into_result()) {
            sending.send(api::end_second_factor(input), move |answer| {
                open.set(false);
                load.change(|account| account.second_factor = answer.second_factor);
            });
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p>"From then on your password alone signs you in."</p>
            <TextField
                field="password"
                id="end-password"
                label="Your password"
                value=password
                complaints=complaints
                kind="password"
                autocomplete="current-password"
            />
            <CodeField id="end-code" value=code complaints=complaints />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, "Turn it off")}</button>
        </form>
    }
}
