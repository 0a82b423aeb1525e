//! The routes, and the guard before the signed-in ones.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_navigate, use_params_map};
use leptos_router::path;

use crate::api::Id;
use crate::components::{Shell, failed, loading};
use crate::pages;
use crate::session::{Session, SignedIn, use_session};

/// Puts the app into the page.
pub fn run() {
    console_error_panic_hook::set_once();
    if let Some(skeleton) = document().get_element_by_id("boot") {
        skeleton.remove();
    }
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    provide_context(Session::start());
    view! {
        <Router>
            <Shell>
                <FlatRoutes fallback=|| pages::not_found::page()>
                    <Route path=path!("/sign-in") view=pages::sign_in::page />
                    <Route path=path!("/set-up") view=pages::set_up::page />
                    <Route path=path!("/invite") view=pages::invite::page />
                    <Route path=path!("/") view=|| guarded(pages::feed::page) />
                    <Route path=path!("/log") view=|| guarded(pages::log::page) />
                    <Route path=path!("/entries") view=|| guarded(pages::entries::page) />
                    <Route path=path!("/queue") view=|| guarded(pages::queue::page) />
                    <Route path=path!("/incidents/:id") view=|| guarded(|| with_id(pages::incident::page)) />
                    <Route path=path!("/notices") view=|| guarded(pages::notices::page) />
                    <Route path=path!("/history") view=|| guarded(pages::history::own) />
                    <Route path=path!("/history/:id") view=|| guarded(|| with_id(pages::history::page)) />
                    <Route path=path!("/values") view=|| guarded(pages::values::page) />
                    <Route path=path!("/values/:id") view=|| guarded(|| with_id(pages::value::page)) />
                    <Route path=path!("/people/:id") view=|| guarded(|| with_id(pages::person::page)) />
                    <Route path=path!("/account") view=|| guarded(pages::account::page) />
                </FlatRoutes>
            </Shell>
        </Router>
    }
}

/// Shows a page once somebody is signed in; sends everybody else to the sign-in page, and back afterwards.
fn guarded(page: fn() -> AnyView) -> AnyView {
    let session = use_session();
    let who = Memo::new(move |_| session.viewer.with(|v| v.as_ref().map(|v| v.id.inner().to_owned())));
    (move || match who.get().and_then(|_| session.viewer.get_untracked()) {
        Some(viewer) => {
            provide_context(SignedIn { viewer, session });
            page()
        }
        None => match session.welcome.get() {
            None => loading(),
            Some(Err(error)) => failed(&error, Callback::new(move |()| session.boot())),
            Some(Ok(_)) => {
                to_sign_in();
                ().into_any()
            }
        },
    })
    .into_any()
}

fn to_sign_in() {
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let next = if search.is_empty() { path } else { format!("{path}?{search}") };
    let target = if next == "/" {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?next={}", String::from(js_sys::encode_uri_component(&next)))
    };
    let navigate = use_navigate();
    // After this render: the router must not move while it draws.
    request_animation_frame(move || {
        navigate(&target, leptos_router::NavigateOptions { replace: true, ..Default::default() });
    });
}

/// Shows a page about the record that the address names, afresh when the address names another.
fn with_id(page: fn(Id) -> AnyView) -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").unwrap_or_default()));
    (move || page(Id::new(id.get()))).into_any()
}
