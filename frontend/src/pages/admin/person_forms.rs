//! What an admin changes about a person: details, reporting line, role.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use super::people::role_choice;
use super::{first_id, team_options};
use crate::api::{
    self, Id, Later, Member, MemberAnswer, MovePersonInput, RecognitionPreference, SetRoleInput,
    UpdatePersonInput,
};
use crate::components::{Choice, Picker, Select, Source, TextField, refused, waiting};
use crate::forms::{Complaints, given};
use crate::load::{Load, Sending};
use crate::session::{Session, use_session};
use crate::texts::admin as t;
use crate::words;

/// Something to look after, in the server's words.
pub(super) type Advice = RwSignal<Option<String>>;

/// A section with a form of its own that saves.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    pub(super) complaints: Complaints,
    pub(super) sending: Sending,
    pub(super) session: Session,
    advice: Advice,
    load: Load<Member>,
}

impl Saving {
    pub(super) fn new(load: Load<Member>, advice: Advice) -> Self {
        let saving = Self {
            complaints: Complaints::new(),
            sending: Sending::new(),
            session: use_session(),
            advice,
            load,
        };
        saving.sending.complain(saving.complaints);
        saving
    }

    /// Sends, says so and shows the person as they are now.
    pub(super) fn send(self, request: Later<MemberAnswer>, said: &'static str) {
        self.sending.send(request, move |answer| {
            self.load.change(|member| *member = answer.person);
            self.advice.set(answer.advice);
            self.session.toast(said);
        });
    }

    pub(super) fn foot(self, label: &'static str) -> AnyView {
        view! {
            {refused(self.sending)}
            <button class="button" type="submit">{waiting(self.sending, label)}</button>
        }
        .into_any()
    }
}

const PREFERENCES: [RecognitionPreference; 3] =
    [RecognitionPreference::Public, RecognitionPreference::AskFirst, RecognitionPreference::OneToOne];

fn key(preference: RecognitionPreference) -> String {
    upheld_domain::words::RecognitionPreference::from(preference).as_str().to_owned()
}

fn trimmed(text: RwSignal<String>) -> Option<String> {
    Some(text.with_untracked(|t| t.trim().to_owned()))
}

/// Name, title, address, preference.
pub(super) fn details(member: &Member, load: Load<Member>, advice: Advice) -> AnyView {
    let saving = Saving::new(load, advice);
    let id = member.id.clone();
    let name = RwSignal::new(member.name.clone());
    let title = RwSignal::new(member.title.clone().unwrap_or_default());
    let email = RwSignal::new(member.email.clone().unwrap_or_default());
    let preference = RwSignal::new(key(member.recognition_preference));
    let options: Vec<_> = PREFERENCES.iter().map(|p| (key(*p), words::preference(*p).to_owned())).collect();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let preference = preference.get_untracked();
        let input = UpdatePersonInput {
            person_id: id.clone(),
            name: trimmed(name),
            title: trimmed(title),
            email: trimmed(email),
            recognition_preference: PREFERENCES.into_iter().find(|p| key(*p) == preference),
        };
        let mut bad = Invalid::default();
        bad.check(text::required("name", input.name.as_deref().unwrap_or_default(), text::NAME));
        bad.check(text::bounded("title", input.title.as_deref().unwrap_or_default(), text::NAME));
        bad.check(text::email("email", input.email.as_deref().unwrap_or_default()));
        if saving.complaints.show(bad.into_result()) {
            let request = saving.session.identity.confirmed(move || api::update_person(input.clone()));
            saving.send(request, t::saved());
        }
    };
    view! {
        <section class="group" aria-labelledby="details">
            <h2 id="details">{t::details()}</h2>
            <form class="narrow-form" on:submit=submit novalidate>
                <TextField field="name" id="member-name" label=t::name() value=name complaints=saving.complaints />
                <TextField field="title" id="member-title" label=t::job_title() value=title complaints=saving.complaints optional=true />
                <TextField field="email" id="member-email" label=t::email() value=email complaints=saving.complaints kind="email" />
                <Select
                    id="member-preference"
                    label=t::details_recognition()
                    options=Signal::stored(options)
                    value=preference
                    on_choose=Callback::new(move |p| preference.set(p))
                />
                {saving.foot(t::details_save())}
            </form>
        </section>
    }
    .into_any()
}

/// Manager and team.
pub(super) fn line(member: &Member, load: Load<Member>, advice: Advice) -> AnyView {
    let saving = Saving::new(load, advice);
    let id = member.id.clone();
    let manager = RwSignal::new(member.manager.iter().map(Choice::from).collect::<Vec<_>>());
    let team = RwSignal::new(member.team.as_ref().map(|t| t.id.inner().to_owned()).unwrap_or_default());
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = MovePersonInput {
            person_id: id.clone(),
            manager_id: first_id(manager),
            team_id: given(&team.get_untracked()).map(Id::new),
        };
        let request = saving.session.identity.confirmed(move || api::move_person(input.clone()));
        saving.send(request, t::line_moved());
    };
    view! {
        <section class="group" aria-labelledby="line">
            <h2 id="line">{t::line()}</h2>
            <p class="hint">{t::line_hint()}</p>
            <form class="narrow-form" on:submit=submit novalidate>
                <Picker
                    id="member-manager"
                    field="managerId"
                    label=t::reports_to()
                    hint=t::line_manager_hint()
                    source=Source::People
                    chosen=manager
                    complaints=saving.complaints
                />
                <Select id="member-team" label=t::team() options=team_options() value=team on_choose=Callback::new(move |t| team.set(t)) />
                {saving.foot(t::line_send())}
            </form>
        </section>
    }
    .into_any()
}

/// Member or admin.
pub(super) fn role(member: &Member, load: Load<Member>, advice: Advice) -> AnyView {
    let saving = Saving::new(load, advice);
    let id = member.id.clone();
    let role = RwSignal::new(member.role);
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = SetRoleInput { person_id: id.clone(), role: role.get_untracked() };
        let request = saving.session.identity.confirmed(move || api::set_role(input.clone()));
        saving.send(request, t::role_saved());
    };
    view! {
        <section class="group" aria-labelledby="role-title">
            <h2 id="role-title">{t::role()}</h2>
            <form class="narrow-form" on:submit=submit novalidate>
                {role_choice("role", role, saving.complaints)}
                {saving.foot(t::role_save())}
            </form>
        </section>
    }
    .into_any()
}
