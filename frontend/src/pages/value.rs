//! One value: what it means, what it looks like, and who was recognised for it.

use leptos::prelude::*;

use super::values::value_form;
use crate::api::{self, Id, RecognitionFilter, Role, Value};
use crate::components::{Dialog, PageTitle, RecognitionCard, empty, loaded_page, paged};
use crate::load::{Load, Paged};
use crate::session::use_signed_in;

/// One value.
pub fn page(id: Id) -> AnyView {
    let session = use_signed_in().session;
    let admin = use_signed_in().viewer.role == Role::Admin;
    let asked = id.clone();
    let load = Load::new(move || api::value(asked.clone()));
    let editing = RwSignal::new(false);
    let saved = Callback::new(move |_: Value| {
        editing.set(false);
        load.again();
        session.reload_directory();
    });
    let filter = RecognitionFilter { value_id: Some(id), ..RecognitionFilter::default() };
    let cases = Paged::new(move |after| api::recognitions(filter.clone(), after));
    view! {
        {loaded_page(load, move |value| about(value, admin, editing, saved))}
        <section class="group" aria-labelledby="cases">
            <h2 id="cases">"Recognised for it"</h2>
            {paged(
                cases,
                |r| r.id.inner().to_owned(),
                |r| view! { <RecognitionCard recognition=r /> }.into_any(),
                || empty("Nobody yet", "When somebody is recognised in public for this value, it stands here.", Some(("/log", "Log an example"))),
            )}
        </section>
    }
    .into_any()
}

fn about(value: Value, admin: bool, editing: RwSignal<bool>, saved: Callback<Value>) -> AnyView {
    let edited = value.clone();
    view! {
        <PageTitle title=value.name />
        <p class="lead">{value.statement}</p>
        <div class="two-columns">
            {examples("Looks like upheld", "examples examples-upheld", value.looks_like_upheld)}
            {examples("Looks like falling short", "examples examples-short", value.looks_like_violated)}
        </div>
        <p class="hint version">"Version " {value.version} {value.retired.then_some(" · no longer in use")}</p>
        {admin.then(|| {
            let edited = edited.clone();
            view! {
                <button class="button" type="button" on:click=move |_| editing.set(true)>"Change it"</button>
                <Dialog id="edit-value" open=editing title="Change the value">
                    {value_form(Some(&edited), saved)}
                </Dialog>
            }
        })}
    }
    .into_any()
}

fn examples(title: &'static str, class: &'static str, lines: Vec<String>) -> AnyView {
    let items = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <section class=class><h2>{title}</h2><ul>{items}</ul></section> }.into_any()
}
