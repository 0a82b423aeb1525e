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
use crate::texts::admin as t;

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
            <h2 id="way-in">{t::way_in()}</h2>
            <p class="hint">{t::way_in_hint()}</p>
            {move || match made.get() {
                Some(link) => view! {
                    <Secret
                        note=t::way_in_note()
                        secret=link
                        done=Callback::new(move |()| made.set(None))
                    />
                }
                    .into_any(),
                None => {
                    view! {
                        {refused(sending)}
                        <button class="button" type="button" on:click=make.clone()>{waiting(sending, t::way_in_make())}</button>
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
    let next = member.manager.as_ref().map_or_else(|| t::leave_an_admin().to_owned(), |m| m.name.clone());
    let next = StoredValue::new(next);
    let reports_to = RwSignal::new(Vec::<Choice>::new());
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = DeactivatePersonInput { person_id: id.get_value(), reports_to: first_id(reports_to) };
        let request = saving.session.identity.confirmed(move || api::deactivate_person(input.clone()));
        saving.send(request, t::leave_done());
    };
    view! {
        <section class="group" aria-labelledby="leave">
            <h2 id="leave">{t::leave()}</h2>
            <p class="hint">{t::leave_hint()}</p>
            <button class="button" type="button" on:click=move |_| open.set(true)>{t::deactivate()}</button>
            <Dialog id="deactivate" open=open title=t::deactivate()>
                <form on:submit=submit novalidate>
                    <p>{t::leave_at_once()}</p>
                    <ul class="bullets">
                        <li>{t::leave_goes_to(next.get_value())}</li>
                        <li>{t::leave_teams()}</li>
                        <li>{t::leave_back()}</li>
                    </ul>
                    {leads.then(|| {
                        view! {
                            <Picker
                                id="reports-to"
                                field="reportsTo"
                                label=t::leave_reports_to()
                                hint=t::leave_reports_to_hint()
                                source=Source::People
                                chosen=reports_to
                                complaints=saving.complaints
                            />
                        }
                    })}
                    {refused(saving.sending)}
                    <div class="actions">
                        <button class="button button-primary" type="submit">{waiting(saving.sending, t::deactivate())}</button>
                        <button class="button" type="button" on:click=move |_| open.set(false)>{t::cancel()}</button>
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
        saving.send(request, t::back_done());
    };
    view! {
        <section class="group" aria-labelledby="come-back">
            <h2 id="come-back">{t::back()}</h2>
            <form class="narrow-form" on:submit=submit novalidate>
                <Picker id="back-manager" field="managerId" label=t::reports_to() source=Source::People chosen=manager complaints=saving.complaints />
                <Select id="back-team" label=t::team() options=team_options() value=team on_choose=Callback::new(move |t| team.set(t)) />
                {saving.foot(t::back_send())}
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
            <h2 id="erase-title">{t::erase()}</h2>
            <p class="hint">{t::erase_hint()}</p>
            <button class="button button-danger" type="button" on:click=move |_| open.set(true)>{t::erase_person()}</button>
            <Dialog id="erase" open=open title=t::erase_person()>
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
                t::erased().to_owned()
            } else {
                t::erased_but(i64::from(done.entries_held))
            });
            session.reload_directory();
            navigate("/admin/people", leptos_router::NavigateOptions::default());
        });
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p>{t::erase_warning_before()} <strong>{name}</strong> {t::erase_warning_after()}</p>
            <TextArea
                field="reason"
                id="erase-reason"
                label=t::why()
                hint=t::name_nobody()
                value=reason
                complaints=complaints
                limit=text::REASON
            />
            {refused(sending)}
            <div class="actions">
                <button class="button button-danger" type="submit">{waiting(sending, t::erase_send())}</button>
                <button class="button" type="button" on:click=move |_| open.set(false)>{t::cancel()}</button>
            </div>
        </form>
    }
}
