//! First run: the organisation, two admins and the values, on one page.

use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use super::invite::token;
use super::values::{EXAMPLES, check_examples, lines};
use crate::api::{self, LibraryValue, SetUpAdminInput, SetUpInput, SetUpValueInput};
use crate::components::{Complaint, PageTitle, TextArea, TextField, loaded, refused, waiting};
use crate::dates;
use crate::forms::{Complaints, given};
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::words;

/// The set-up page.
pub fn page() -> AnyView {
    let library = Load::new(api::value_library);
    let done = RwSignal::new(None::<String>);
    view! {
        <div class="narrow-wide">
            {move || match done.get() {
                Some(link) => finished(link),
                None if token().is_empty() => {
                    view! {
                        <PageTitle title="Set up" />
                        <p>"This address needs the token of the set-up link that the server printed when it started."</p>
                    }
                        .into_any()
                }
                None => loaded(library, move |values| view! { <Form library=values.value_library done=done /> }.into_any()),
            }}
        </div>
    }
    .into_any()
}

fn finished(link: String) -> AnyView {
    let session = use_session();
    view! {
        <PageTitle title="It is set up" />
        <p>"Give this link to the second admin. It works once, and is shown only now."</p>
        <p class="panel"><code class="secret">{link}</code></p>
        <a class="button button-primary" href="/" on:click=move |_| session.boot()>"Go in"</a>
    }
    .into_any()
}

/// A value that is chosen from the library.
#[derive(Clone, Copy)]
struct Fields {
    organisation: RwSignal<String>,
    zone: RwSignal<String>,
    name: RwSignal<String>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    second_name: RwSignal<String>,
    second_email: RwSignal<String>,
    picked: RwSignal<Vec<String>>,
    own_name: RwSignal<String>,
    own_statement: RwSignal<String>,
    own_upheld: RwSignal<String>,
    own_violated: RwSignal<String>,
}

impl Fields {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            organisation: text(),
            zone: RwSignal::new(dates::time_zone()),
            name: text(),
            email: text(),
            password: text(),
            second_name: text(),
            second_email: text(),
            picked: RwSignal::new(Vec::new()),
            own_name: text(),
            own_statement: text(),
            own_upheld: text(),
            own_violated: text(),
        }
    }

    fn check(self) -> Result<(), Invalid> {
        let mut bad = Invalid::default();
        bad.check(text::required("organisation", &self.organisation.get_untracked(), text::NAME));
        bad.check(text::required("timeZone", &self.zone.get_untracked(), text::NAME));
        bad.check(text::required("admin.name", &self.name.get_untracked(), text::NAME));
        bad.check(text::email("admin.email", &self.email.get_untracked()));
        bad.check(text::password("password", &self.password.get_untracked()));
        bad.check(text::required("second.name", &self.second_name.get_untracked(), text::NAME));
        bad.check(text::email("email", &self.second_email.get_untracked()));
        if self
            .email
            .with_untracked(|a| self.second_email.with_untracked(|b| !b.is_empty() && a.trim() == b.trim()))
        {
            bad.add("email", "Please give the two admins different e-mail addresses.");
        }
        let own = given(&self.own_name.get_untracked());
        if own.is_some() {
            bad.check(text::required("statement", &self.own_statement.get_untracked(), text::STATEMENT));
            check_examples("looksLikeUpheld", &lines(&self.own_upheld.get_untracked()), &mut bad);
            check_examples("looksLikeViolated", &lines(&self.own_violated.get_untracked()), &mut bad);
        }
        if own.is_none() && self.picked.with_untracked(Vec::is_empty) {
            bad.add("values", "Please choose at least one value, or write your own.");
        }
        bad.into_result()
    }

    fn input(self, library: &[LibraryValue]) -> SetUpInput {
        let picked = self.picked.get_untracked();
        let mut values: Vec<_> = library
            .iter()
            .filter(|v| picked.contains(&v.name))
            .map(|v| SetUpValueInput {
                name: v.name.clone(),
                statement: v.statement.clone(),
                looks_like_upheld: v.looks_like_upheld.clone(),
                looks_like_violated: v.looks_like_violated.clone(),
            })
            .collect();
        if let Some(name) = given(&self.own_name.get_untracked()) {
            let statement = self.own_statement.get_untracked();
            values.push(SetUpValueInput {
                name,
                statement,
                looks_like_upheld: lines(&self.own_upheld.get_untracked()),
                looks_like_violated: lines(&self.own_violated.get_untracked()),
            });
        }
        let admin = |name: RwSignal<String>, email: RwSignal<String>, password| SetUpAdminInput {
            name: name.get_untracked().trim().to_owned(),
            email: email.get_untracked().trim().to_owned(),
            password,
        };
        SetUpInput {
            token: token(),
            organisation: self.organisation.get_untracked(),
            time_zone: self.zone.get_untracked(),
            admins: vec![
                admin(self.name, self.email, Some(self.password.get_untracked())),
                admin(self.second_name, self.second_email, None),
            ],
            values,
        }
    }
}

#[component]
fn Form(library: Vec<LibraryValue>, done: RwSignal<Option<String>>) -> impl IntoView {
    let fields = Fields::new();
    let complaints = Complaints::new();
    let sending = Sending::new();
    let cards = library.iter().map(|v| library_card(v, fields, complaints)).collect_view();
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        if complaints.show(fields.check()) {
            sending.send(api::set_up(fields.input(&library)), move |answer| {
                done.set(Some(answer.invite_link));
            });
        }
    };
    sending.complain(complaints);
    let chosen = complaints.of("values");
    view! {
        <PageTitle title="Set Upheld up" lead="One sitting: the organisation, two admins, the values. All of it can be changed later." />
        <form on:submit=submit novalidate>
            <fieldset class="section">
                <legend>"Organisation"</legend>
                <TextField field="organisation" label="Name" value=fields.organisation complaints=complaints autocomplete="organization" />
                <TextField
                    field="timeZone"
                    label="Time zone"
                    hint="Months and days are counted in it."
                    value=fields.zone
                    complaints=complaints
                />
            </fieldset>
            <fieldset class="section">
                <legend>"You, the first admin"</legend>
                <TextField field="admin.name" id="name-1" label="Your name" value=fields.name complaints=complaints autocomplete="name" />
                <TextField field="admin.email" id="email-1" label="Your e-mail address" value=fields.email complaints=complaints kind="email" autocomplete="username" />
                <TextField
                    field="password"
                    id="password-1"
                    label="Password"
                    hint=words::PASSWORD_HINT
                    value=fields.password
                    complaints=complaints
                    kind="password"
                    autocomplete="new-password"
                />
            </fieldset>
            <fieldset class="section">
                <legend>"The second admin"</legend>
                <p class="hint">"There are always two, so that a case about one has somebody to decide it. They get a link to choose their password."</p>
                <TextField field="second.name" id="name-2" label="Name" value=fields.second_name complaints=complaints />
                <TextField field="email" id="email-2" label="E-mail address" value=fields.second_email complaints=complaints kind="email" />
            </fieldset>
            <fieldset class="section" data-invalid=move || chosen.get().map(|_| "true")>
                <legend>"Values"</legend>
                <p class="hint">"Few and real ones work best. Choose from these, or write your own below."</p>
                <div class="value-cards">{cards}</div>
                <Complaint id="values-error".to_owned() text=chosen />
                <TextField field="ownName" label="Your own value" value=fields.own_name complaints=complaints optional=true />
                <TextArea
                    field="statement"
                    label="What it means"
                    value=fields.own_statement
                    complaints=complaints
                    limit=text::STATEMENT
                    rows="2"
                    optional=true
                />
                <TextArea
                    field="looksLikeUpheld"
                    label="Looks like upheld"
                    hint="One example a line."
                    value=fields.own_upheld
                    complaints=complaints
                    limit=EXAMPLES
                    rows="2"
                    optional=true
                />
                <TextArea
                    field="looksLikeViolated"
                    label="Looks like falling short"
                    hint="One example a line."
                    value=fields.own_violated
                    complaints=complaints
                    limit=EXAMPLES
                    rows="2"
                    optional=true
                />
            </fieldset>
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, "Set it up")}</button>
        </form>
    }
}

fn library_card(value: &LibraryValue, fields: Fields, complaints: Complaints) -> AnyView {
    let (name, ticked) = (value.name.clone(), value.name.clone());
    let id = format!("library-{}", value.name.to_lowercase().replace(' ', "-"));
    view! {
        <div class="choice">
            <input
                type="checkbox"
                id=id.clone()
                aria-describedby=format!("{id}-hint")
                prop:checked=move || fields.picked.with(|p| p.contains(&ticked))
                on:change=move |ev| {
                    complaints.forget("values");
                    let on = event_target_checked(&ev);
                    fields.picked.update(|list| {
                        list.retain(|n| *n != name);
                        if on {
                            list.push(name.clone());
                        }
                    });
                }
            />
            <label for=id.clone()>{value.name.clone()}</label>
            <p class="hint" id=format!("{id}-hint")>{value.statement.clone()} " (" {value.source.clone()} ")"</p>
        </div>
    }
    .into_any()
}
