//! After sending: what happens next, and the way back while there is one.

use leptos::prelude::*;

use crate::api::{self, IncidentIdInput, IncidentStub};
use crate::components::{Glyph, PageTitle, icon, refused, waiting};
use crate::dates;
use crate::load::Sending;
use crate::session::use_session;

/// "m:ss".
fn clock(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u32;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Thanks, the undo with the time left, and the ways on.
#[component]
pub fn Sent(incident: IncidentStub, title: String, again: Callback<()>) -> impl IntoView {
    let session = use_session();
    let sending = Sending::new();
    let until = incident.undo_until.as_ref().map_or(0.0, dates::millis);
    let left = RwSignal::new((until - js_sys::Date::now()) / 1_000.0);
    let ticking = set_interval_with_handle(
        move || {
            left.try_set((until - js_sys::Date::now()) / 1_000.0);
        },
        std::time::Duration::from_secs(1),
    );
    if let Ok(ticking) = ticking {
        on_cleanup(move || ticking.clear());
    }
    let path = format!("/incidents/{}", incident.id.inner());
    let id = StoredValue::new(incident.id);
    let undo = move |_| {
        let input = IncidentIdInput { incident_id: id.get_value() };
        sending.send(api::withdraw_incident(input), move |_| {
            session.toast("Taken back. Nothing of it is left.");
            again.run(());
        });
    };
    view! {
        <div class="narrow sent">
            <PageTitle title="Sent" />
            <p class="with-icon">{icon(Glyph::Check)} <strong>{title}</strong></p>
            <p>"The leader who decides on it sees it now. You see under My entries what becomes of it."</p>
            {refused(sending)}
            <Show when=move || { left.get() > 0.0 }>
                <p>
                    <button class="button" type="button" on:click=undo>{waiting(sending, "Undo")}</button>
                    <span class="hint" role="timer">" " {move || clock(left.get())} " left"</span>
                </p>
            </Show>
            <div class="actions">
                <a class="button button-primary" href=path>"Look at the entry"</a>
                <button class="button" type="button" on:click=move |_| again.run(())>"Log another"</button>
            </div>
        </div>
    }
}
