//! Where one is signed in.

use leptos::prelude::*;

use crate::api::{self, Account, EndSessionInput, Session};
use crate::components::{refused, time, waiting};
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::words;

/// All own sessions, each of which can be ended.
pub(super) fn sessions(list: Vec<Session>, load: Load<Account>) -> AnyView {
    let session = use_session();
    let others = list.iter().filter(|s| !s.current).count();
    let rows = list.into_iter().map(|s| row(&s, load)).collect_view();
    let sending = Sending::new();
    let end = move |_| {
        sending.send(api::end_other_sessions(), move |left| {
            load.change(|account| account.sessions = left.sessions);
            session.toast("Ended everywhere but here.");
        });
    };
    view! {
        <section class="group" aria-labelledby="sessions">
            <h2 id="sessions">"Where you are signed in"</h2>
            <ul class="list">{rows}</ul>
            {(others > 0).then(|| {
                view! {
                    {refused(sending)}
                    <button class="button" type="button" on:click=end>{waiting(sending, "End all others")}</button>
                }
            })}
        </section>
    }
    .into_any()
}

fn row(row: &Session, load: Load<Account>) -> AnyView {
    let sending = Sending::new();
    let id = row.id.clone();
    let end = move |_| {
        sending.send(api::end_session(EndSessionInput { session_id: id.clone() }), move |left| {
            load.change(|account| account.sessions = left.sessions);
        });
    };
    let device = words::device(&row.device);
    let label = format!("End the session of {device}");
    view! {
        <li class="line">
            <div>
                <p><strong>{device}</strong> {row.current.then_some(" (this one)")}</p>
                <p class="hint">"since " {time(&row.started_at)} ", last seen " {time(&row.last_seen_at)}</p>
                {refused(sending)}
            </div>
            {(!row.current).then(|| {
                view! { <button class="button" type="button" aria-label=label on:click=end>{waiting(sending, "End it")}</button> }
            })}
        </li>
    }
    .into_any()
}
