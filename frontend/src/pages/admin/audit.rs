//! The audit trail: what was done to the organisation, and which confidential entries were opened. It holds no text.

use leptos::prelude::*;

use super::framed;
use crate::api::{self, AuditEvent, AuditFilter, AuditGuard, AuditState};
use crate::components::{Choice, Picker, Select, Source, empty, loaded, paged, person_link, time};
use crate::dates;
use crate::forms::{Complaints, given};
use crate::load::{Load, Paged};
use crate::texts::{Text, admin as t};

/// The trail with its filters.
pub fn page() -> AnyView {
    framed(t::audit_title(), t::audit_lead(), trail)
}

/// The kinds of things that happen, as the filter offers them.
const KINDS: [(&str, Text); 13] = [
    ("", t::audit_kind_all),
    ("incident.open", t::audit_kind_opened),
    ("person", t::people_title),
    ("team", t::teams),
    ("venue", t::venues),
    ("value", t::audit_kind_values),
    ("policy.save", t::rules_title),
    ("retention.save", t::kept_title),
    ("session", t::audit_kind_sessions),
    ("secondFactor", t::audit_kind_second_factor),
    ("token", t::audit_kind_tokens),
    ("export", t::audit_kind_exports),
    ("audit", t::audit_kind_readings),
];

fn trail() -> AnyView {
    let person = RwSignal::new(Vec::<Choice>::new());
    let kind = RwSignal::new(String::new());
    let (since, until) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let filter = Memo::new(move |_| AuditFilter {
        person_id: person.with(|p| p.first().map(|p| p.id.clone())),
        action: given(&kind.get()),
        since: given(&since.get()).and_then(|day| dates::start_of_day(&day)),
        until: given(&until.get()).and_then(|day| dates::end_of_day(&day)),
    });
    let list = Paged::new(move |after| api::audit_events(filter.get_untracked(), after));
    Effect::new(move |before: Option<()>| {
        filter.track();
        if before.is_some() {
            list.restart();
        }
    });
    let options: Vec<_> = KINDS.iter().map(|(key, text)| ((*key).to_owned(), text().to_owned())).collect();
    view! {
        {loaded(Load::new(api::audit_state), |state| kept(&state))}
        <search class="filter-grid">
            <Picker id="audit-person" field="personId" label=t::audit_person() source=Source::People chosen=person complaints=Complaints::new() />
            <Select
                id="audit-kind"
                label=t::audit_kind()
                options=Signal::stored(options)
                value=kind
                on_choose=Callback::new(move |k| kind.set(k))
            />
            {day("audit-since", t::audit_since(), since)}
            {day("audit-until", t::audit_until(), until)}
        </search>
        {paged(
            list,
            |e| e.id.inner().to_owned(),
            |e| row(&e),
            || empty(t::audit_none(), t::audit_none_hint(), None),
        )}
    }
    .into_any()
}

fn day(id: &'static str, label: &'static str, value: RwSignal<String>) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input type="date" id=id prop:value=move || value.get() on:change=move |ev| value.set(event_target_value(&ev)) />
        </div>
    }
    .into_any()
}

fn kept(state: &AuditState) -> AnyView {
    let guard = match state.guard {
        AuditGuard::Rights => t::audit_guard_rights(),
        AuditGuard::Triggers => t::audit_guard_triggers(),
        AuditGuard::None => t::audit_guard_none(),
    };
    let class = if state.guard == AuditGuard::None { "panel panel-warning" } else { "hint" };
    view! {
        <p class=class>
            {t::audit_kept_before(dates::short(&state.since), guard)} <code>"upheld audit verify"</code> {t::audit_kept_after()}
        </p>
    }
    .into_any()
}

/// What was done, in words; the action itself where a newer server has one that this page does not know.
fn said(action: &str) -> &str {
    match action {
        "comment.write" => t::did_comment_write(),
        "decision.confirm" => t::did_decision_confirm(),
        "decision.deliver" => t::did_decision_deliver(),
        "decision.import" => t::did_decision_import(),
        "decision.record" => t::did_decision_record(),
        "decision.retract" => t::did_decision_retract(),
        "incident.ask" => t::did_incident_ask(),
        "incident.import" => t::did_incident_import(),
        "incident.log" => t::did_incident_log(),
        "incident.pass" => t::did_incident_pass(),
        "incident.reply" => t::did_incident_reply(),
        "incident.takeOver" => t::did_incident_take_over(),
        "incident.undo" => t::did_incident_undo(),
        "incident.withdraw" => t::did_incident_withdraw(),
        "reaction.put" => t::did_reaction_put(),
        "reaction.take" => t::did_reaction_take(),
        "audit.read" => t::did_audit_read(),
        "identity.confirm" => t::did_identity_confirm(),
        "incident.open" => t::did_incident_open(),
        "incident.readOpened" => t::did_incident_read_opened(),
        "incident.readAbove" => t::did_incident_read_above(),
        "incident.readFormer" => t::did_incident_read_former(),
        "incident.follow" => t::did_incident_follow(),
        "incident.merge" => t::did_incident_merge(),
        "incident.handOver" => t::did_incident_hand_over(),
        "incident.expire" => t::did_incident_expire(),
        "incident.release" => t::did_incident_release(),
        "invite.accept" => t::did_invite_accept(),
        "invite.make" => t::did_invite_make(),
        "legalHold.set" => t::did_legal_hold_set(),
        "legalHold.end" => t::did_legal_hold_end(),
        "myData.export" => t::did_my_data_export(),
        "organisation.setUp" => t::did_organisation_set_up(),
        "password.change" => t::did_password_change(),
        "password.reset" => t::did_password_reset(),
        "person.add" => t::did_person_add(),
        "person.update" => t::did_person_update(),
        "person.move" => t::did_person_move(),
        "person.role" => t::did_person_role(),
        "person.deactivate" => t::did_person_deactivate(),
        "person.reactivate" => t::did_person_reactivate(),
        "person.preference" => t::did_person_preference(),
        "person.erase" => t::did_person_erase(),
        "person.erased" => t::did_person_erased(),
        "policy.save" => t::did_policy_save(),
        "retention.save" => t::did_retention_save(),
        "recoveryCodes.make" => t::did_recovery_codes_make(),
        "secondFactor.start" => t::did_second_factor_start(),
        "secondFactor.on" => t::did_second_factor_on(),
        "secondFactor.off" => t::did_second_factor_off(),
        "session.start" => t::did_session_start(),
        "session.end" => t::did_session_end(),
        "session.endOthers" => t::did_session_end_others(),
        "signInLink.make" => t::did_sign_in_link_make(),
        "team.save" => t::did_team_save(),
        "token.create" => t::did_token_create(),
        "token.revoke" => t::did_token_revoke(),
        "value.save" => t::did_value_save(),
        "venue.save" => t::did_venue_save(),
        other => other,
    }
}

fn row(event: &AuditEvent) -> AnyView {
    let by = event.by.as_ref().map_or_else(|| t::audit_by_server().into_any(), person_link);
    let same = event.by.as_ref().map(|p| &p.id) == event.about.as_ref().map(|p| &p.id);
    let about = event.about.as_ref().filter(|_| !same).map(|person| view! { ": " {person_link(person)} });
    let entry = event.incident.as_ref().map(|entry| {
        let title = entry.title.clone().unwrap_or_else(|| t::audit_entry_without_text().to_owned());
        view! { ": " <a href=format!("/incidents/{}", entry.id.inner())>{title}</a> }
    });
    let until = event.until.as_ref().map(|at| view! { " · " {t::audit_open_until(dates::long(at))} });
    view! {
        <div class="row audit-row">
            <p>{by} " " {said(&event.action).to_owned()} {about} {entry}</p>
            {event.reason.clone().map(|reason| view! { <p class="row-ending">{t::audit_why()} {reason}</p> })}
            <p class="byline">{time(&event.at)} " · " <code>{event.action.clone()}</code> {until}</p>
        </div>
    }
    .into_any()
}
