//! The parts of the app that are loaded when they are needed: everything but the frame, the feed and the sign-in.
//!
//! Each part is one WebAssembly file. `cargo xtask` cuts it off at the functions marked [`wasm_split`]; what only such
//! a function reaches lands in its file. A part is asked for when its first page opens, or when the browser has been
//! idle for a while, so that the next page opens at once.

use futures::FutureExt;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::api::{ApiError, Id};
use crate::components::{failed, loading};
use crate::pages;
use crate::session::use_session;

const IDLE_MS: u32 = 1_500;

/// A page of daily work.
#[derive(Clone)]
pub enum Work {
    Log,
    Entries,
    Queue,
    Incident(Id),
    Notices,
    OwnHistory,
    History(Id),
    Values,
    Value(Id),
    Person(Id),
}

/// A page of what a team talks about.
#[derive(Clone)]
pub enum Team {
    Topics,
    Meetings,
    Meeting(Id),
    OneToOnes,
}

/// A page about oneself and one's account.
#[derive(Clone)]
pub enum Own {
    Account,
    MyData,
    WhoSees,
    Invite,
    Reset,
}

/// A page of people operations.
#[derive(Clone)]
pub enum Admin {
    SetUp,
    People,
    Person(Id),
    Places,
    Rules,
    Open,
    Holds,
    Audit,
}

/// A page in some part.
#[derive(Clone)]
pub enum Lazy {
    Work(Work),
    Team(Team),
    Own(Own),
    Admin(Admin),
}

#[wasm_split(work, wasm_split_path = leptos::wasm_split, fallible, preload(load_work))]
fn work(page: Work) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Work::Log => pages::log::page(),
        Work::Entries => pages::entries::page(),
        Work::Queue => pages::queue::page(),
        Work::Incident(id) => pages::incident::page(id),
        Work::Notices => pages::notices::page(),
        Work::OwnHistory => pages::history::own(),
        Work::History(id) => pages::history::page(id),
        Work::Values => pages::values::page(),
        Work::Value(id) => pages::value::page(id),
        Work::Person(id) => pages::person::page(id),
    })
}

#[wasm_split(team, wasm_split_path = leptos::wasm_split, fallible, preload(load_team))]
fn team(page: Team) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Team::Topics => pages::topics::page(),
        Team::Meetings => pages::meetings::page(),
        Team::Meeting(venue) => pages::meetings::meeting(venue),
        Team::OneToOnes => pages::one_to_ones::page(),
    })
}

#[wasm_split(own, wasm_split_path = leptos::wasm_split, fallible, preload(load_own))]
fn own(page: Own) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Own::Account => pages::account::page(),
        Own::MyData => pages::my_data::page(),
        Own::WhoSees => pages::who_sees::page(),
        Own::Invite => pages::invite::page(),
        Own::Reset => pages::reset::page(),
    })
}

#[wasm_split(admin, wasm_split_path = leptos::wasm_split, fallible, preload(load_admin))]
fn admin(page: Admin) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Admin::SetUp => pages::set_up::page(),
        Admin::People => pages::admin::people::page(),
        Admin::Person(id) => pages::admin::person::page(id),
        Admin::Places => pages::admin::places::page(),
        Admin::Rules => pages::admin::policy::page(),
        Admin::Open => pages::admin::open::page(),
        Admin::Holds => pages::admin::holds::page(),
        Admin::Audit => pages::admin::audit::page(),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Coming,
    There,
    Failed,
}

/// Which parts are there; lives at the app's root.
#[derive(Clone, Copy)]
pub struct Parts {
    work: RwSignal<State>,
    team: RwSignal<State>,
    own: RwSignal<State>,
    admin: RwSignal<State>,
}

impl Parts {
    /// None is there, and none is asked for yet.
    #[must_use]
    pub fn new() -> Self {
        let absent = || RwSignal::new(State::Absent);
        Self { work: absent(), team: absent(), own: absent(), admin: absent() }
    }

    /// Fetches what the page needs, unless it is there or on its way.
    pub fn need(self, page: &Lazy) {
        match page {
            Lazy::Work(_) => fetch(self.work, load_work),
            Lazy::Team(_) => fetch(self.team, load_team),
            Lazy::Own(_) => fetch(self.own, load_own),
            Lazy::Admin(_) => fetch(self.admin, load_admin),
        }
    }

    /// Fetches what will be needed next, once the first page has had its time.
    pub fn when_idle(self, admin: bool) {
        spawn_local(async move {
            TimeoutFuture::new(IDLE_MS).await;
            fetch(self.work, load_work);
            fetch(self.team, load_team);
            fetch(self.own, load_own);
            if admin {
                fetch(self.admin, load_admin);
            }
        });
    }

    fn state(self, page: &Lazy) -> RwSignal<State> {
        match page {
            Lazy::Work(_) => self.work,
            Lazy::Team(_) => self.team,
            Lazy::Own(_) => self.own,
            Lazy::Admin(_) => self.admin,
        }
    }
}

fn fetch<L: Future<Output = Result<(), SplitLoaderError>> + 'static>(
    state: RwSignal<State>,
    load: impl FnOnce() -> L,
) {
    if matches!(state.get_untracked(), State::Coming | State::There) {
        return;
    }
    state.set(State::Coming);
    let load = load();
    spawn_local(async move {
        let there = load.await.is_ok();
        state.set(if there { State::There } else { State::Failed });
    });
}

/// Shows a page as soon as its part is there.
pub fn show(page: Lazy) -> AnyView {
    let parts = use_session().parts;
    parts.need(&page);
    let state = parts.state(&page);
    let retry = page.clone();
    let retry = Callback::new(move |()| parts.need(&retry));
    (move || match state.get() {
        State::There => open(page.clone()).unwrap_or_else(|| failed(&ApiError::part_missing(), retry)),
        State::Failed => failed(&ApiError::part_missing(), retry),
        State::Absent | State::Coming => loading(),
    })
    .into_any()
}

/// The page of a part that is there. Its function awaits the part, so it answers at once.
fn open(page: Lazy) -> Option<AnyView> {
    match page {
        Lazy::Work(page) => work(page).now_or_never(),
        Lazy::Team(page) => team(page).now_or_never(),
        Lazy::Own(page) => own(page).now_or_never(),
        Lazy::Admin(page) => admin(page).now_or_never(),
    }?
    .ok()
}
