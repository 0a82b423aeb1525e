//! The values; admins add and change them.

use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use crate::api::{self, Role, SaveValueInput, Value};
use crate::components::{Check, Dialog, PageTitle, TextArea, TextField, empty, loaded, refused, waiting};
use crate::forms::{Complaints, given};
use crate::load::{Load, Sending};
use crate::session::{SignedIn, use_signed_in};
use crate::texts;

/// All values.
pub fn page() -> AnyView {
    let SignedIn { viewer, session } = use_signed_in();
    let admin = viewer.role == Role::Admin;
    let load = Load::new(api::all_values);
    let adding = RwSignal::new(false);
    let saved = Callback::new(move |_: Value| {
        adding.set(false);
        load.again();
        session.reload_directory();
    });
    view! {
        <PageTitle title=texts::values::title() lead=texts::values::lead() />
        {admin.then(|| {
            view! {
                <button class="button" type="button" on:click=move |_| adding.set(true)>"Add a value"</button>
                <Dialog id="add-value" open=adding title="Add a value">{value_form(None, saved)}</Dialog>
            }
        })}
        {loaded(load, |values| list(&values))}
    }
    .into_any()
}

fn list(values: &[Value]) -> AnyView {
    if values.is_empty() {
        return empty("No values yet", "An admin adds the first one.", None);
    }
    let cards = values
        .iter()
        .map(|value| {
            view! {
                <li class="card value-card" class:retired=value.retired>
                    <h2><a href=format!("/values/{}", value.id.inner())>{value.name.clone()}</a></h2>
                    {value.retired.then_some("No longer in use")}
                    <p>{value.statement.clone()}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="grid">{cards}</ul> }.into_any()
}

/// The examples of a text area: one a line.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().filter_map(given).collect()
}

/// All examples of one side together.
pub const EXAMPLES: text::Limit = text::Limit { called: "the examples", max: 2_000 };

/// Each side of a value needs an example, and none may be too long.
pub fn check_examples(field: &'static str, examples: &[String], bad: &mut Invalid) {
    if examples.is_empty() {
        bad.add(field, "Please give at least one example.");
    }
    for line in examples {
        bad.check(text::bounded(field, line, text::EXAMPLE));
    }
}

/// The form that adds a value, or makes a new version of one.
pub fn value_form(value: Option<&Value>, saved: Callback<Value>) -> AnyView {
    let id = value.map(|v| v.id.clone());
    let changes = id.is_some();
    let of = |read: fn(&Value) -> String| RwSignal::new(value.map(read).unwrap_or_default());
    let name = of(|v| v.name.clone());
    let statement = of(|v| v.statement.clone());
    let upheld = of(|v| v.looks_like_upheld.join("\n"));
    let violated = of(|v| v.looks_like_violated.join("\n"));
    let retired = RwSignal::new(value.is_some_and(|v| v.retired));
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let input = SaveValueInput {
            id: id.clone(),
            name: name.get_untracked(),
            statement: statement.get_untracked(),
            looks_like_upheld: lines(&upheld.get_untracked()),
            looks_like_violated: lines(&violated.get_untracked()),
            retired: Some(retired.get_untracked()),
        };
        let mut bad = Invalid::default();
        bad.check(text::required("name", &input.name, text::NAME));
        bad.check(text::required("statement", &input.statement, text::STATEMENT));
        check_examples("looksLikeUpheld", &input.looks_like_upheld, &mut bad);
        check_examples("looksLikeViolated", &input.looks_like_violated, &mut bad);
        if complaints.show(bad.into_result()) {
            sending.send(api::save_value(input), move |answer| saved.run(answer.value));
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <TextField field="name" id="value-name" label="Name" value=name complaints=complaints />
            <TextArea field="statement" label="What it means" value=statement complaints=complaints limit=text::STATEMENT rows="3" />
            <TextArea
                field="looksLikeUpheld"
                label="Looks like upheld"
                hint="One example a line: something that one can see."
                value=upheld
                complaints=complaints
                limit=EXAMPLES
            />
            <TextArea
                field="looksLikeViolated"
                label="Looks like falling short"
                hint="One example a line."
                value=violated
                complaints=complaints
                limit=EXAMPLES
            />
            {changes.then(|| {
                view! { <Check id="value-retired" label="No longer in use" hint="What was logged for it stays." value=retired /> }
            })}
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, "Save")}</button>
        </form>
    }
    .into_any()
}
