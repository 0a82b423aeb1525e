//! The four states of what is read: loading, failed, empty, there.

use leptos::prelude::*;

use super::icon::{Glyph, icon};
use super::page_title::PageTitle;
use crate::api::{ApiError, Code};
use crate::load::{Load, Paged, Sending};

/// Grey lines where the text will be.
pub fn loading() -> AnyView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">"Loading"</span>
            <span class="bone bone-title"></span>
            <span class="bone"></span>
            <span class="bone bone-short"></span>
            <span class="bone bone-title"></span>
            <span class="bone"></span>
            <span class="bone bone-short"></span>
        </div>
    }
    .into_any()
}

/// What went wrong, with a way on.
pub fn failed(error: &ApiError, retry: Callback<()>) -> AnyView {
    let may_retry = !matches!(error.code, Code::NotFound | Code::Forbidden);
    view! {
        <div class="panel panel-quiet" role="alert">
            <p class="with-icon">{icon(Glyph::Warning)} <span>{error.message.clone()}</span></p>
            {if may_retry {
                view! { <button class="button" type="button" on:click=move |_| retry.run(())>"Try again"</button> }
                    .into_any()
            } else {
                view! { <a class="button" href="/">"Go to the feed"</a> }.into_any()
            }}
        </div>
    }
    .into_any()
}

/// Nothing is there yet: says what will be, and how it comes.
pub fn empty(title: &'static str, text: &'static str, link: Option<(&'static str, &'static str)>) -> AnyView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            <p hidden=text.is_empty()>{text}</p>
            {link.map(|(href, label)| view! { <a class="button" href=href>{label}</a> })}
        </div>
    }
    .into_any()
}

/// Shows what is loaded, in whichever state it is.
pub fn loaded<T>(load: Load<T>, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    either(load, view, failed)
}

/// Shows a page about what is loaded: where it cannot be shown, the page still has a heading.
pub fn loaded_page<T>(load: Load<T>, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    either(load, view, failed_page)
}

fn either<T>(
    load: Load<T>,
    view: impl Fn(T) -> AnyView + Send + Sync + 'static,
    failed: fn(&ApiError, Callback<()>) -> AnyView,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let retry = Callback::new(move |()| load.retry());
    (move || match load.state.get() {
        None => loading(),
        Some(Err(error)) => failed(&error, retry),
        Some(Ok(value)) => view(value),
    })
    .into_any()
}

fn failed_page(error: &ApiError, retry: Callback<()>) -> AnyView {
    let title = if error.code == Code::NotFound { "Nothing here" } else { "This did not work" };
    view! { <PageTitle title=title /> {failed(error, retry)} }.into_any()
}

/// Shows a list that loads more.
pub fn paged<T>(
    list: Paged<T>,
    key: fn(&T) -> String,
    row: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
    nothing: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let retry = Callback::new(move |()| list.restart());
    let none = Memo::new(move |_| list.items.with(Vec::is_empty));
    view! {
        {move || {
            match (list.begun.get(), list.error.get()) {
                (false, Some(error)) => failed(&error, retry),
                (false, None) => loading(),
                (true, _) if none.get() => nothing(),
                (true, _) => ().into_any(),
            }
        }}
        <ul class="list" hidden=move || none.get() || !list.begun.get()>
            <For each=move || list.items.get() key=key children=move |item| view! { <li>{row(item)}</li> } />
        </ul>
        {more_button(list.next, list.busy, Callback::new(move |()| list.more()))}
        {move || {
            list.error.get().filter(|_| list.begun.get()).map(|error| {
                failed(&error, Callback::new(move |()| list.more()))
            })
        }}
    }
    .into_any()
}

fn more_button(next: RwSignal<Option<String>>, busy: RwSignal<bool>, more: Callback<()>) -> AnyView {
    view! {
        <Show when=move || next.get().is_some()>
            <button
                class="button load-more"
                type="button"
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| {
                    if !busy.get_untracked() {
                        more.run(());
                    }
                }
            >
                {move || if busy.get() { "Loading…" } else { "Show more" }}
            </button>
        </Show>
    }
    .into_any()
}

/// What the server said against a form as a whole; a field's complaint stands beside the field.
pub fn refused(sending: Sending) -> AnyView {
    (move || {
        sending.error.get().map(|error| {
            view! {
                <p class="form-error with-icon" role="alert">{icon(Glyph::Warning)} <span>{error.message}</span></p>
            }
        })
    })
    .into_any()
}

/// The label of a button that sends something.
pub fn waiting(sending: Sending, label: &'static str) -> AnyView {
    (move || if sending.busy.get() { "One moment…" } else { label }).into_any()
}
