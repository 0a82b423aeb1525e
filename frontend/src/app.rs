//! The routes, and the guard before the signed-in ones.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_navigate, use_params_map};
use leptos_router::path;

use crate::api::Id;
use crate::components::{Shell, failed, loading};
use crate::pages;
use crate::parts::{Admin, Lazy, Own, Team, Work, show};
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
                    <Route path=path!("/set-up") view=|| show(Lazy::Admin(Admin::SetUp)) />
                    <Route path=path!("/invite") view=|| show(Lazy::Own(Own::Invite)) />
                    <Route path=path!("/reset") view=|| show(Lazy::Own(Own::Reset)) />
                    <Route path=path!("/") view=|| guarded(pages::feed::page) />
                    <Route path=path!("/log") view=|| signed_in(Lazy::Work(Work::Log)) />
                    <Route path=path!("/entries") view=|| signed_in(Lazy::Work(Work::Entries)) />
                    <Route path=path!("/queue") view=|| signed_in(Lazy::Work(Work::Queue)) />
                    <Route path=path!("/incidents/:id") view=|| with_id(|id| Lazy::Work(Work::Incident(id))) />
                    <Route path=path!("/notices") view=|| signed_in(Lazy::Work(Work::Notices)) />
                    <Route path=path!("/history") view=|| signed_in(Lazy::Work(Work::OwnHistory)) />
                    <Route path=path!("/history/:id") view=|| with_id(|id| Lazy::Work(Work::History(id))) />
                    <Route path=path!("/values") view=|| signed_in(Lazy::Work(Work::Values)) />
                    <Route path=path!("/values/:id") view=|| with_id(|id| Lazy::Work(Work::Value(id))) />
                    <Route path=path!("/people/:id") view=|| with_id(|id| Lazy::Work(Work::Person(id))) />
                    <Route path=path!("/topics") view=|| signed_in(Lazy::Team(Team::Topics)) />
                    <Route path=path!("/meetings") view=|| signed_in(Lazy::Team(Team::Meetings)) />
                    <Route path=path!("/meetings/:id") view=|| with_id(|id| Lazy::Team(Team::Meeting(id))) />
                    <Route path=path!("/one-to-ones") view=|| signed_in(Lazy::Team(Team::OneToOnes)) />
                    <Route path=path!("/my-data") view=|| signed_in(Lazy::Own(Own::MyData)) />
                    <Route path=path!("/who-can-see-what") view=|| signed_in(Lazy::Own(Own::WhoSees)) />
                    <Route path=path!("/account") view=|| signed_in(Lazy::Own(Own::Account)) />
                    <Route path=path!("/admin/people") view=|| signed_in(Lazy::Admin(Admin::People)) />
                    <Route path=path!("/admin/people/:id") view=|| with_id(|id| Lazy::Admin(Admin::Person(id))) />
                    <Route path=path!("/admin/places") view=|| signed_in(Lazy::Admin(Admin::Places)) />
                    <Route path=path!("/admin/rules") view=|| signed_in(Lazy::Admin(Admin::Rules)) />
                    <Route path=path!("/admin/open") view=|| signed_in(Lazy::Admin(Admin::Open)) />
                    <Route path=path!("/admin/holds") view=|| signed_in(Lazy::Admin(Admin::Holds)) />
                    <Route path=path!("/admin/audit") view=|| signed_in(Lazy::Admin(Admin::Audit)) />
                </FlatRoutes>
            </Shell>
        </Router>
    }
}

/// Shows a page once somebody is signed in; sends everybody else to the sign-in page, and back afterwards.
fn guarded(page: impl Fn() -> AnyView + Send + 'static) -> AnyView {
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

/// A page of a part, once somebody is signed in; the part is fetched meanwhile.
fn signed_in(page: Lazy) -> AnyView {
    use_session().parts.need(&page);
    guarded(move || show(page.clone()))
}

/// Shows a page about the record that the address names, afresh when the address names another.
fn with_id(page: fn(Id) -> Lazy) -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").unwrap_or_default()));
    (move || signed_in(page(Id::new(id.get())))).into_any()
}
