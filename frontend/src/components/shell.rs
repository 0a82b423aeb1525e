//! The frame of every signed-in screen: a sidebar from 900 px on, below that a bar at the bottom and a menu.

use leptos::prelude::*;
use leptos_router::components::A;

use super::dialog::Dialog;
use super::icon::{Glyph, icon};
use super::theme::ThemeSwitch;
use crate::identity::IdentityDialog;
use crate::session::{Session, use_session};
use crate::{api, api::Role, words};

#[derive(Clone, Copy)]
struct Item {
    href: &'static str,
    label: &'static str,
    glyph: Glyph,
}

const fn item(href: &'static str, label: &'static str, glyph: Glyph) -> Item {
    Item { href, label, glyph }
}

const FEED: Item = item("/", "Feed", Glyph::Feed);
const LOG: Item = item("/log", "Log", Glyph::Log);
const DECIDE: Item = item("/queue", "Decide", Glyph::Decide);
const ENTRIES: Item = item("/entries", "My entries", Glyph::Entries);
const NOTICES: Item = item("/notices", "Notices", Glyph::Notices);
const HISTORY: Item = item("/history", "History", Glyph::History);
const MEETINGS: Item = item("/meetings", "Meetings", Glyph::Meetings);
const ONE_TO_ONES: Item = item("/one-to-ones", "1:1s", Glyph::OneToOne);
const TOPICS: Item = item("/topics", "Topics", Glyph::Topics);
const VALUES: Item = item("/values", "Values", Glyph::Values);
const ADMIN: Item = item("/admin/people", "Admin", Glyph::Admin);
const MY_DATA: Item = item("/my-data", "My data", Glyph::Data);
const WHO_SEES: Item = item("/who-can-see-what", "Who can see what", Glyph::Eye);
const ACCOUNT: Item = item("/account", "Account", Glyph::Account);

fn link(item: Item, session: Session, menu: RwSignal<bool>) -> AnyView {
    let count = move || session.waiting.get().filter(|n| *n > 0 && item.href == DECIDE.href);
    view! {
        <li>
            <A href=item.href exact=item.href == "/" on:click=move |_| menu.set(false)>
                {icon(item.glyph)}
                <span>{item.label}</span>
                {move || {
                    count().map(|n| {
                        view! { <span class="count">{n} <span class="visually-hidden">" waiting"</span></span> }
                    })
                }}
            </A>
        </li>
    }
    .into_any()
}

fn links(items: &[Item], session: Session, menu: RwSignal<bool>) -> AnyView {
    items.iter().map(|i| link(*i, session, menu)).collect_view().into_any()
}

/// Leaves, and forgets what was read.
fn sign_out(session: Session) {
    leptos::task::spawn_local(async move {
        match api::sign_out().await {
            Ok(_) => session.left(),
            Err(error) => session.toast(error.message),
        }
    });
}

/// The frame: navigation beside the page while somebody is signed in, and the page alone otherwise.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let session = use_session();
    let signed_in = Memo::new(move |_| session.viewer.with(Option::is_some));
    view! {
        <a class="skip-link" href="#main" rel="external" on:click=move |ev| skip(&ev)>"Skip to the content"</a>
        <div class="shell" class:shell-plain=move || !signed_in.get()>
            <Show when=move || signed_in.get()>
                <Navigation />
            </Show>
            <main id="main" tabindex="-1">{children()}</main>
        </div>
        <IdentityDialog />
        <div class="toast" role="status" hidden=move || session.toast_text.with(String::is_empty)>
            {move || session.toast_text.get()}
        </div>
        <div class="visually-hidden" aria-live="polite">{move || session.announcement.get()}</div>
    }
}

/// Moves to the content without changing the address, which belongs to the router.
fn skip(ev: &leptos::ev::MouseEvent) {
    ev.prevent_default();
    crate::forms::focus_on("#main");
}

#[component]
fn Navigation() -> impl IntoView {
    let session = use_session();
    let menu = RwSignal::new(false);
    let viewer = move || session.viewer.get();
    let all = move || {
        let decides = viewer().is_some_and(|v| v.decides());
        let leads = viewer().is_some_and(|v| v.is_leader);
        let admin = viewer().is_some_and(|v| v.role == Role::Admin);
        [
            FEED,
            LOG,
            DECIDE,
            ENTRIES,
            NOTICES,
            MEETINGS,
            ONE_TO_ONES,
            TOPICS,
            HISTORY,
            VALUES,
            WHO_SEES,
            MY_DATA,
            ACCOUNT,
            ADMIN,
        ]
        .into_iter()
        .filter(|i| {
            (decides || i.href != DECIDE.href)
                && (leads || ![HISTORY.href, ONE_TO_ONES.href].contains(&i.href))
                && (admin || i.href != ADMIN.href)
        })
        .collect::<Vec<_>>()
    };
    let bar = move || {
        let fourth = if viewer().is_some_and(|v| v.decides()) { DECIDE } else { NOTICES };
        links(&[FEED, LOG, ENTRIES, fourth], session, menu)
    };
    view! {
        <header class="sidebar">
            <p class="brand"><a href="/">"Upheld"</a></p>
            <p class="organisation">{move || session.with_directory(|d| d.organisation.name.clone())}</p>
            <nav aria-label="Main"><ul class="nav">{move || links(&all(), session, menu)}</ul></nav>
            <div class="sidebar-foot">{move || who(session)}</div>
        </header>
        <nav class="bottom-bar" aria-label="Main, short">
            <ul>
                {bar}
                <li>
                    <button
                        type="button"
                        aria-haspopup="dialog"
                        aria-expanded=move || menu.get().to_string()
                        on:click=move |_| menu.set(true)
                    >
                        {icon(Glyph::Menu)}
                        <span>"Menu"</span>
                    </button>
                </li>
            </ul>
        </nav>
        <Dialog id="menu" open=menu title="Menu">
            <nav aria-label="All pages"><ul class="nav">{move || links(&all(), session, menu)}</ul></nav>
            <ThemeSwitch name="theme-menu" />
            {move || who(session)}
        </Dialog>
    }
}

fn who(session: Session) -> AnyView {
    session
        .viewer
        .get()
        .map(|viewer| {
            let path = format!("/people/{}", viewer.id.inner());
            let line = words::join([viewer.title.as_deref().unwrap_or_default()].into_iter().filter(|t| !t.is_empty()));
            view! {
                <p class="me"><a href=path>{viewer.name}</a> <span class="hint">{line}</span></p>
                <button class="button button-quiet" type="button" on:click=move |_| sign_out(session)>"Sign out"</button>
            }
        })
        .into_any()
}
