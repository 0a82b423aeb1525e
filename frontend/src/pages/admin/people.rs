//! Everybody in the organisation, to look after.

use gloo_timers::future::TimeoutFuture;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use upheld_domain::{Invalid, text};

use super::{first_id, framed, team_options};
use crate::api::{self, AddPersonInput, Id, Member, Role};
use crate::components::{
    Choice, Choices, Dialog, Glyph, Picker, RadioOption, Secret, Select, Source, TextField, empty, icon,
    paged, refused, waiting,
};
use crate::forms::{Complaints, given};
use crate::load::{Paged, Sending};
use crate::texts::admin as t;

const TYPING_MS: u32 = 250;

/// The list with search.
pub fn page() -> AnyView {
    framed(t::people_title(), t::people_lead(), list)
}

fn list() -> AnyView {
    let search = RwSignal::new(String::new());
    let list = Paged::new(move |after| api::members(given(&search.get_untracked()), after));
    let typed = move |ev| {
        let text = event_target_value(&ev);
        search.set(text.clone());
        spawn_local(async move {
            TimeoutFuture::new(TYPING_MS).await;
            if search.try_with_untracked(|now| *now == text) == Some(true) {
                list.refresh();
            }
        });
    };
    let adding = RwSignal::new(false);
    view! {
        <div class="toolbar">
            <div class="search-field">
                {icon(Glyph::Search)}
                <label class="visually-hidden" for="people-search">{t::people_search()}</label>
                <input id="people-search" type="search" placeholder=t::people_search_example() prop:value=move || search.get() on:input=typed />
            </div>
            <button class="button button-primary" type="button" on:click=move |_| adding.set(true)>{t::people_add()}</button>
        </div>
        <Dialog id="add-person" open=adding title=t::people_add()>
            <Add open=adding list=list />
        </Dialog>
        {paged(
            list,
            |m| m.id.inner().to_owned(),
            |m| row(&m),
            || empty(t::people_none(), t::people_none_hint(), None),
        )}
    }
    .into_any()
}

fn row(member: &Member) -> AnyView {
    let role = match (member.role, member.is_leader) {
        (Role::Admin, true) => t::people_admin_leads(),
        (Role::Admin, false) => t::people_admin(),
        (Role::Member, true) => t::people_leads(),
        (Role::Member, false) => "",
    };
    let facts: Vec<String> = [
        member.title.clone(),
        member.team.as_ref().map(|t| t.name.clone()),
        member.manager.as_ref().map(|m| t::people_reports_to(&m.name)),
        Some(role.to_owned()),
    ]
    .into_iter()
    .flatten()
    .filter(|s| !s.is_empty())
    .collect();
    view! {
        <div class="row" class:retired=!member.active>
            <h2 class="row-title">
                <a href=format!("/admin/people/{}", member.id.inner())>{member.name.clone()}</a>
                {(!member.active).then(t::people_has_left)}
            </h2>
            <p class="byline">{facts.join(" · ")}</p>
        </div>
    }
    .into_any()
}

/// Member or admin, as radio buttons.
pub(super) fn role_choice(id: &'static str, role: RwSignal<Role>, complaints: Complaints) -> AnyView {
    let options = vec![
        RadioOption { label: t::role_member(), hint: t::role_member_hint(), glyph: None },
        RadioOption { label: t::role_admin(), hint: t::role_admin_hint(), glyph: None },
    ];
    view! {
        <Choices
            field=id
            legend=t::role()
            options=options
            chosen=Signal::derive(move || Some(usize::from(role.get() == Role::Admin)))
            on_choose=Callback::new(move |i| role.set(if i == 1 { Role::Admin } else { Role::Member }))
            complaints=complaints
        />
    }
    .into_any()
}

#[component]
fn Add(open: RwSignal<bool>, list: Paged<Member>) -> impl IntoView {
    let text_field = || RwSignal::new(String::new());
    let (name, email, title, team) = (text_field(), text_field(), text_field(), text_field());
    let manager = RwSignal::new(Vec::<Choice>::new());
    let role = RwSignal::new(Role::Member);
    let made = RwSignal::new(None::<String>);
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = AddPersonInput {
            name: name.get_untracked().trim().to_owned(),
            email: email.get_untracked().trim().to_owned(),
            title: given(&title.get_untracked()),
            team_id: given(&team.get_untracked()).map(Id::new),
            manager_id: first_id(manager),
            role: Some(role.get_untracked()),
        };
        let mut bad = Invalid::default();
        bad.check(text::required("name", &input.name, text::NAME));
        bad.check(text::email("email", &input.email));
        if complaints.show(bad.into_result()) {
            let grave = crate::session::use_session().identity;
            let request = grave.confirmed(move || api::add_person(input.clone()));
            sending.send(request, move |added| {
                made.set(Some(added.invite_link));
                list.refresh();
            });
        }
    };
    sending.complain(complaints);
    move || {
        match made.get() {
        Some(link) => view! {
            <Secret
                note=t::people_added()
                secret=link
                done=Callback::new(move |()| open.set(false))
            />
        }
        .into_any(),
        None => view! {
            <form on:submit=submit novalidate>
                <TextField field="name" id="new-name" label=t::name() value=name complaints=complaints />
                <TextField field="email" id="new-email" label=t::email() hint=t::people_email_hint() value=email complaints=complaints kind="email" />
                <TextField field="title" id="new-title" label=t::job_title() value=title complaints=complaints optional=true />
                <Picker
                    id="new-manager"
                    field="managerId"
                    label=t::reports_to()
                    hint=t::people_manager_hint()
                    source=Source::People
                    chosen=manager
                    complaints=complaints
                />
                <Select id="new-team" label=t::team() options=team_options() value=team on_choose=Callback::new(move |t| team.set(t)) />
                {role_choice("role", role, complaints)}
                {refused(sending)}
                <div class="actions">
                    <button class="button button-primary" type="submit">{waiting(sending, t::people_add_send())}</button>
                    <button class="button" type="button" on:click=move |_| open.set(false)>{t::cancel()}</button>
                </div>
            </form>
        }
        .into_any(),
    }
    }
}
