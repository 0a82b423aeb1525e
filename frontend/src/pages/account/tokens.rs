//! Access tokens for one's own programs.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use crate::api::{self, Account, ApiToken, CreateApiTokenInput, Id, RevokeApiTokenInput};
use crate::components::{Secret, TextField, refused, time, waiting};
use crate::dates;
use crate::forms::Complaints;
use crate::load::{Load, Sending};

/// The tokens, and a form for another.
pub(super) fn tokens(list: Vec<ApiToken>, load: Load<Account>) -> AnyView {
    let none = list.is_empty();
    let rows = list.into_iter().map(|t| row(t, load)).collect_view();
    view! {
        <section class="group" aria-labelledby="tokens">
            <h2 id="tokens">"Access tokens"</h2>
            <p class="hint">"With a token a program of yours uses the API as you. It sees what you see: keep it like a password."</p>
            {none.then(|| view! { <p>"You have none."</p> })}
            <ul class="list" hidden=none>{rows}</ul>
            <NewToken load=load />
        </section>
    }
    .into_any()
}

fn row(row: ApiToken, load: Load<Account>) -> AnyView {
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
    let submit = move |ev: SubmitEvent| {
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
    let done = Callback::new(move |()| {
        made.set(None);
        load.again();
    });
    view! {
        {move || {
            made.get().map(|token| {
                view! { <Secret note="The token is shown only now. Copy it before you go on." secret=token done=done /> }
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
