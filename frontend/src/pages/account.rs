//! One's own account: appearance, sessions, access tokens.

use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use crate::api::{
    self, Account, ApiToken, CreateApiTokenInput, EndSessionInput, Id, RevokeApiTokenInput, Session,
};
use crate::components::{PageTitle, TextField, ThemeSwitch, loaded, refused, time, waiting};
use crate::forms::Complaints;
use crate::load::{Load, Sending};
use crate::session::{SignedIn, use_signed_in};
use crate::{dates, words};

/// My account.
pub fn page() -> AnyView {
    let SignedIn { viewer, .. } = use_signed_in();
    let load = Load::new(api::account);
    let about = format!(
        "{} · {}",
        viewer.email.clone().unwrap_or_default(),
        words::preference(viewer.recognition_preference)
    );
    let path = format!("/people/{}", viewer.id.inner());
    view! {
        <PageTitle title="Account" />
        <p class="lead"><a href=path>{viewer.name}</a> " · " {about}</p>
        <section class="group"><ThemeSwitch name="theme" /></section>
        {loaded(load, move |account| sections(account, load))}
    }
    .into_any()
}

fn sections(account: Account, load: Load<Account>) -> AnyView {
    let sessions = account.sessions.into_iter().map(|s| session_row(&s, load)).collect_view();
    let none = account.api_tokens.is_empty();
    let tokens = account.api_tokens.into_iter().map(|t| token_row(t, load)).collect_view();
    view! {
        <section class="group" aria-labelledby="sessions">
            <h2 id="sessions">"Where you are signed in"</h2>
            <ul class="list">{sessions}</ul>
        </section>
        <section class="group" aria-labelledby="tokens">
            <h2 id="tokens">"Access tokens"</h2>
            <p class="hint">"With a token a program of yours uses the API as you. It sees what you see: keep it like a password."</p>
            {none.then(|| view! { <p>"You have none."</p> })}
            <ul class="list" hidden=none>{tokens}</ul>
            <NewToken load=load />
        </section>
    }
    .into_any()
}

fn session_row(row: &Session, load: Load<Account>) -> AnyView {
    let sending = Sending::new();
    let id = row.id.clone();
    let end = move |_| {
        sending.send(api::end_session(EndSessionInput { session_id: id.clone() }), move |left| {
            load.change(|account| account.sessions = left.sessions);
        });
    };
    view! {
        <li class="line">
            <div>
                <p><strong>{words::device(&row.device)}</strong> {row.current.then_some(" (this one)")}</p>
                <p class="hint">"since " {time(&row.started_at)} ", last seen " {time(&row.last_seen_at)}</p>
                {refused(sending)}
            </div>
            {(!row.current).then(|| view! { <button class="button" type="button" on:click=end>{waiting(sending, "End it")}</button> })}
        </li>
    }
    .into_any()
}

fn token_row(row: ApiToken, load: Load<Account>) -> AnyView {
    let sending = Sending::new();
    let id: Id = row.id.clone();
    let revoke = move |_| {
        sending.send(api::revoke_api_token(RevokeApiTokenInput { token_id: id.clone() }), move |left| {
            load.change(|account| account.api_tokens = left.api_tokens);
        });
    };
    let label = format!("Revoke {}", row.name);
    view! {
        <li class="line">
            <div>
                <p><strong>{row.name}</strong></p>
                <p class="hint">
                    "made " {time(&row.created_at)} ", ends " {dates::short(&row.expires_at)} ", "
                    {row.last_used_at.as_ref().map_or_else(
                        || "never used".into_any(),
                        |at| view! { "last used " {time(at)} }.into_any(),
                    )}
                </p>
                {refused(sending)}
            </div>
            <button class="button" type="button" aria-label=label on:click=revoke>{waiting(sending, "Revoke")}</button>
        </li>
    }
    .into_any()
}

#[component]
fn NewToken(load: Load<Account>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let days = RwSignal::new("90".to_owned());
    let made = RwSignal::new(None::<String>);
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let input = CreateApiTokenInput {
            name: name.get_untracked(),
            expires_in_days: days.get_untracked().parse().ok(),
        };
        if complaints.show(text::required("name", &input.name, text::NAME).map_err(Invalid::from)) {
            sending.send(api::create_api_token(input), move |answer| {
                made.set(Some(answer.token));
                name.set(String::new());
            });
        }
    };
    sending.complain(complaints);
    view! {
        {move || {
            made.get().map(|token| {
                view! {
                    <div class="panel" role="status">
                        <p>"The token is shown only now. Copy it before you go on."</p>
                        <p><code class="secret">{token}</code></p>
                        <button
                            class="button"
                            type="button"
                            on:click=move |_| {
                                made.set(None);
                                load.again();
                            }
                        >
                            "I have it"
                        </button>
                    </div>
                }
            })
        }}
        <form class="inline-form" on:submit=submit novalidate>
            <TextField field="name" id="token-name" label="What is it for?" value=name complaints=complaints />
            <TextField field="expiresInDays" id="token-days" label="Days it lasts" value=days complaints=complaints kind="number" />
            {refused(sending)}
            <button class="button" type="submit">{waiting(sending, "Make a token")}</button>
        </form>
    }
}
