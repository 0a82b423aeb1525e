//! Getting in again, leaving, coming back, being erased.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use super::person_forms::{Advice, Saving};
use super::{first_id, team_options};
use crate::api::{
    self, CreateSignInLinkInput, DeactivatePersonInput, ErasePersonInput, Id, Member, MovePersonInput,
};
use crate::components::{Choice, Dialog, Picker, Secret, Select, Source, TextArea, refused, waiting};
use crate::forms::{Complaints, given};
use crate::load::{Load, Sending};
use crate::session::{use_session, use_signed_in};

/// A link for somebody who cannot get in any more.
pub(super) fn way_in(member: &Member) -> AnyView {
    let session = use_signed_in();
    if session.viewer.id == member.id {
        return ().into_any();
    }
    let identity = session.session.identity;
    let id = member.id.clone();
    let sending = Sending::new();
    let made = RwSignal::new(None::<String>);
    let make = move |_| {
        let input = CreateSignInLinkInput { person_id: id.clone() };
        let request = identity.confirmed(move || api::create_sign_in_link(input.clone()));
        sending.send(request, move |answer| made.set(Some(answer.link)));
    };
    view! {
        <section class="group" aria-labelledby="way-in">
            <h2 id="way-in">"Getting in"</h2>
            <p class="hint">"Whoever has forgotten the password gets a link from you, works out who it is, and chooses another. It works once, within half an hour. They see that you made it, and their second factor is still asked for."</p>
            {move || match made.get() {
                Some(link) => view! {
                    <Secret
                        note="Hand it over in person or where you are sure who reads it. It is shown only now."
                        secret=link
                        done=Callback::new(move |()| made.set(None))
                    />
                }
                    .into_any(),
                None => {
                    view! {
                        {refused(sending)}
                        <button class="button" type="button" on:click=make.clone()>{waiting(sending, "Make a sign-in link")}</button>
                    }
                        .into_any()
                }
            }}
        </section>
    }
    .into_any()
}

/// Deactivation, with where the duties go.
pub(super) fn leave(member: &Member, load: Load<Member>, advice: Advice) -> AnyView {
    if use_signed_in().viewer.id == member.id {
        return ().into_any();
    }
    let saving = Saving::new(load, advice);
    let open = RwSignal::new(false);
    let id = StoredValue::new(member.id.clone());
    let leads = member.is_leader;
    let next = member.manager.as_ref().map_or_else(|| "an admin".to_owned(), |m| m.name.clone());
    let next = StoredValue::new(next);
    let reports_to = RwSignal::new(Vec::<Choice>::new());
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = DeactivatePersonInput { person_id: id.get_value(), reports_to: first_id(reports_to) };
        let request = saving.session.identity.confirmed(move || api::deactivate_person(input.clone()));
        saving.send(request, "They are out. What was theirs to decide has gone up the line.");
    };
    view! {
        <section class="group" aria-labelledby="leave">
            <h2 id="leave">"Leaving"</h2>
            <p class="hint">"Ends every session at once. What they logged, decided and were recognised for stays."</p>
            <button class="button" type="button" on:click=move |_| open.set(true)>"Deactivate"</button>
            <Dialog id="deactivate" open=open title="Deactivate">
                <form on:submit=submit novalidate>
                    <p>"They are signed out everywhere at once and cannot get in again."</p>
                    <ul class="bullets">
                        <li>"What waits for their decision, confirmation or delivery goes to " {next.get_value()} ", and is marked so."</li>
                        <li>"The teams that they lead have no lead until you choose one."</li>
                        <li>"You can let them in again later."</li>
                    </ul>
                    {leads.then(|| {
                        view! {
                            <Picker
                                id="reports-to"
                                field="reportsTo"
                                label="Their reports go to"
                                hint="Left empty: to whom they report themselves."
                                source=Source::People
                                chosen=reports_to
                                complaints=saving.complaints
                            />
                        }
                    })}
                    {refused(saving.sending)}
                    <div class="actions">
                        <button class="button button-primary" type="submit">{waiting(saving.sending, "Deactivate")}</button>
                        <button class="button" type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                    </div>
                </form>
            </Dialog>
        </section>
    }
    .into_any()
}

/// Reactivation.
pub(super) fn come_back(member: &Member, load: Load<Member>, advice: Advice) -> AnyView {
    let saving = Saving::new(load, advice);
    let id = member.id.clone();
    let manager = RwSignal::new(Vec::<Choice>::new());
    let team = RwSignal::new(String::new());
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = MovePersonInput {
            person_id: id.clone(),
            manager_id: first_id(manager),
            team_id: given(&team.get_untracked()).map(Id::new),
        };
        let request = saving.session.identity.confirmed(move || api::reactivate_person(input.clone()));
        saving.send(
            request,
            "They are back, as a member. Make a sign-in link so that they can choose a password.",
        );
    };
    view! {
        <section class="group" aria-labelledby="come-back">
            <h2 id="come-back">"Coming back"</h2>
            <form class="narrow-form" on:submit=submit novalidate>
                <Picker id="back-manager" field="managerId" label="Reports to" source=Source::People chosen=manager complaints=saving.complaints />
                <Select id="back-team" label="Team" options=team_options() value=team on_choose=Callback::new(move |t| team.set(t)) />
                {saving.foot("Let them in again")}
            </form>
        </section>
    }
    .into_any()
}

/// Erasure of every text about a person.
pub(super) fn erase(member: &Member) -> AnyView {
    if use_signed_in().viewer.id == member.id {
        return ().into_any();
    }
    let open = RwSignal::new(false);
    let id = StoredValue::new(member.id.clone());
    let name = StoredValue::new(member.name.clone());
    view! {
        <section class="group" aria-labelledby="erase-title">
            <h2 id="erase-title">"Erasure"</h2>
            <p class="hint">"When a person who has left asks to be erased. Their name and every text by and about them are gone for good; sums and the audit trail, which hold no text, stay right."</p>
            <button class="button button-danger" type="button" on:click=move |_| open.set(true)>"Erase this person"</button>
            <Dialog id="erase" open=open title="Erase this person">
                <Erase id=id.get_value() name=name.get_value() open=open />
            </Dialog>
        </section>
    }
    .into_any()
}

#[component]
fn Erase(id: Id, name: String, open: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    let navigate = leptos_router::hooks::use_navigate();
    let reason = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = ErasePersonInput { person_id: id.clone(), reason: reason.get_untracked() };
        if !complaints.show(text::required("reason", &input.reason, text::REASON).map_err(Invalid::from)) {
            return;
        }
        let navigate = navigate.clone();
        let request = session.identity.confirmed(move || api::erase_person(input.clone()));
        sending.send(request, move |done| {
            session.toast(if done.complete {
                "Erased.".to_owned()
            } else {
                format!(
                    "Erased, but for {} held entries: the rest follows when the holds end.",
                    done.entries_held
                )
            });
            session.reload_directory();
            navigate("/admin/people", leptos_router::NavigateOptions::default());
        });
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p>"This cannot be undone. Of " <strong>{name}</strong> " nothing is left but “a person who was erased”. An entry under legal hold stays until the hold ends."</p>
            <TextArea
                field="reason"
                id="erase-reason"
                label="Why"
                hint="Please name nobody."
                value=reason
                complaints=complaints
                limit=text::REASON
            />
            {refused(sending)}
            <div class="actions">
                <button class="button button-danger" type="submit">{waiting(sending, "Erase for good")}</button>
                <button class="button" type="button" on:click=move |_| open.set(false)>"Cancel"</button>
            </div>
        </form>
    }
}
