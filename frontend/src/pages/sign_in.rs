//! Signing in; in the demo with one click as anybody.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::api::{self, DemoPerson, Role, SignInInput, Welcome};
use crate::components::{PageTitle, TextField, failed, loading, refused, waiting};
use crate::forms::{Complaints, given};
use crate::identity::{CodeField, code_wanted};
use crate::load::Sending;
use crate::session::{Session, use_session};

const DEMO_PASSWORD: &str = "upheld-demo";

/// The sign-in page.
pub fn page() -> AnyView {
    let session = use_session();
    let query = use_query_map();
    let navigate = use_navigate();
    // Signed in, now or already: on to where one wanted to go.
    Effect::new(move || {
        if session.viewer.with(Option::is_some) {
            let next = query
                .with_untracked(|q| q.get("next"))
                .filter(|n| n.starts_with('/') && !n.starts_with("//"));
            let next = next.unwrap_or_else(|| "/".to_owned());
            navigate(&next, leptos_router::NavigateOptions { replace: true, ..Default::default() });
        }
    });
    let retry = Callback::new(move |()| session.boot());
    (move || match session.welcome.get() {
        None => loading(),
        Some(Err(error)) => failed(&error, retry),
        Some(Ok(welcome)) if welcome.needs_set_up => needs_set_up(),
        Some(Ok(welcome)) => view! { <SignIn welcome=welcome /> }.into_any(),
    })
    .into_any()
}

fn needs_set_up() -> AnyView {
    view! {
        <div class="narrow">
            <PageTitle title="Upheld is not set up yet" />
            <p>"When the server started it printed a one-time set-up link. Open that link in this browser: it leads to a page that creates the organisation, two admins and the values."</p>
            <p class="hint">"The link looks like " <code>"…/set-up#token"</code> ". A new one is printed each time the server starts while nothing is set up."</p>
        </div>
    }
    .into_any()
}

fn enter(session: Session, sending: Sending, input: SignInInput) {
    sending.send(api::sign_in(input), move |_| session.boot());
}

#[component]
fn SignIn(welcome: Welcome) -> impl IntoView {
    let session = use_session();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let code = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let wants_code = code_wanted(sending);
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let (email, password) = (email.get_untracked(), password.get_untracked());
        let mut bad = upheld_domain::Invalid::default();
        bad.check(upheld_domain::text::email("email", email.trim()));
        if password.is_empty() {
            bad.add("password", "Please write the password.");
        }
        let code = given(&code.get_untracked());
        if wants_code.get_untracked() && code.is_none() {
            bad.add("code", "Please write the code.");
        }
        if complaints.show(bad.into_result()) {
            enter(session, sending, SignInInput { email: email.trim().to_owned(), password, code });
        }
    };
    sending.complain(complaints);
    let organisation = welcome.organisation.clone().unwrap_or_else(|| "Upheld".to_owned());
    let people = welcome.demo_people.clone();
    view! {
        <div class="sign-in">
            <section class="sign-in-form">
                <p class="brand">"Upheld"</p>
                <PageTitle title="Sign in" />
                <p class="lead">{organisation}</p>
                <form on:submit=submit novalidate>
                    <TextField field="email" label="E-mail address" value=email complaints=complaints kind="email" autocomplete="username" />
                    <TextField
                        field="password"
                        label="Password"
                        value=password
                        complaints=complaints
                        kind="password"
                        autocomplete="current-password"
                    />
                    <Show when=move || wants_code.get()>
                        <CodeField id="code" value=code complaints=complaints />
                    </Show>
                    {refused(sending)}
                    <button class="button button-primary" type="submit">{waiting(sending, "Sign in")}</button>
                </form>
            </section>
            {welcome.demo.then(|| demo(people, session, sending))}
        </div>
    }
}

fn demo(people: Vec<DemoPerson>, session: Session, sending: Sending) -> AnyView {
    let rows = people
        .into_iter()
        .map(|person| {
            let role = match (person.role, person.is_leader) {
                (Role::Admin, true) => "admin, leads",
                (Role::Admin, false) => "admin",
                (Role::Member, true) => "leads",
                (Role::Member, false) => "",
            };
            let facts: Vec<String> = [person.title, person.team, Some(role.to_owned())]
                .into_iter()
                .flatten()
                .filter(|s| !s.is_empty())
                .collect();
            let email = person.email;
            view! {
                <li>
                    <button
                        class="demo-person"
                        type="button"
                        on:click=move |_| {
                            let input = SignInInput {
                                email: email.clone(),
                                password: DEMO_PASSWORD.to_owned(),
                                code: None,
                            };
                            enter(session, sending, input);
                        }
                    >
                        <span class="demo-name">{person.name}</span>
                        <span class="hint">{facts.join(" · ")}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="demo" aria-labelledby="demo-title">
            <h2 id="demo-title">"This is a demo: sign in as"</h2>
            <p class="hint">"Everybody sees something else. Start with a leader to decide, or with a member to log."</p>
            <ul class="demo-people">{rows}</ul>
        </section>
    }
    .into_any()
}
