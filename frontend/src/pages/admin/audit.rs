//! The audit trail: what was done to the organisation, and which confidential entries were opened. It holds no text.

use leptos::prelude::*;

use super::framed;
use crate::api::{self, AuditEvent, AuditFilter, AuditGuard, AuditState};
use crate::components::{Choice, Picker, Select, Source, empty, loaded, paged, person_link, time};
use crate::dates;
use crate::forms::{Complaints, given};
use crate::load::{Load, Paged};

/// The trail with its filters.
pub fn page() -> AnyView {
    framed(
        "Audit trail",
        "Every change and every reading of a confidential entry by somebody other than its parties. Ids only, never text. Your own visits are on it, too.",
        trail,
    )
}

/// The kinds of things that happen, as the filter offers them.
const KINDS: [(&str, &str); 13] = [
    ("", "Everything"),
    ("incident.open", "Entries opened with a reason"),
    ("person", "People"),
    ("team", "Teams"),
    ("venue", "Venues"),
    ("value", "Values"),
    ("policy.save", "Rules"),
    ("retention.save", "How long texts are kept"),
    ("session", "Signing in"),
    ("secondFactor", "Second factor"),
    ("token", "Access tokens"),
    ("export", "Exports"),
    ("audit", "Readings of this trail"),
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
    let options: Vec<_> = KINDS.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    view! {
        {loaded(Load::new(api::audit_state), |state| kept(&state))}
        <search class="filter-grid">
            <Picker id="audit-person" field="personId" label="By or about" source=Source::People chosen=person complaints=Complaints::new() />
            <Select
                id="audit-kind"
                label="What"
                options=Signal::stored(options)
                value=kind
                on_choose=Callback::new(move |k| kind.set(k))
            />
            {day("audit-since", "From", since)}
            {day("audit-until", "To", until)}
        </search>
        {paged(
            list,
            |e| e.id.inner().to_owned(),
            |e| row(&e),
            || empty("Nothing of that kind", "Nothing on the trail fits these filters.", None),
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
        AuditGuard::Rights => "The server itself has no right to change or delete a line of it.",
        AuditGuard::Triggers => "The database refuses to change or delete a line of it.",
        AuditGuard::None => {
            "Nothing in the database refuses a change of it at the moment: its triggers are gone. Please tell whoever runs the server."
        }
    };
    let class = if state.guard == AuditGuard::None { "panel panel-warning" } else { "hint" };
    view! {
        <p class=class>
            "Kept since " {dates::short(&state.since)} ". " {guard} " Each line is chained to the one before it; "
            <code>"upheld audit verify"</code> " on the server finds a changed byte."
        </p>
    }
    .into_any()
}

/// What was done, in words; the action itself where a newer server has one that this page does not know.
fn said(action: &str) -> &str {
    match action {
        "comment.write" => "wrote a comment",
        "decision.confirm" => "confirmed a decision about an own lapse",
        "decision.deliver" => "marked a decision as delivered",
        "decision.import" => "made a decision that was imported",
        "decision.record" => "recorded a decision",
        "decision.retract" => "withdrew a decision",
        "incident.ask" => "asked about an entry",
        "incident.import" => "logged an entry that was imported",
        "incident.log" => "logged an entry",
        "incident.pass" => "passed an entry on",
        "incident.reply" => "answered about an entry",
        "incident.takeOver" => "took an entry over",
        "incident.undo" => "took a fresh entry back",
        "incident.withdraw" => "withdrew an entry",
        "reaction.put" => "reacted to a recognition",
        "reaction.take" => "took a reaction back",
        "audit.read" => "read the audit trail",
        "identity.confirm" => "showed again who they are",
        "incident.open" => "opened an entry with a reason",
        "incident.readOpened" => "read an entry that was opened",
        "incident.readAbove" => "read an entry as a leader above",
        "incident.readFormer" => "read an entry as a former decider",
        "incident.follow" => "an entry followed the reporting line",
        "incident.merge" => "merged two logs of one event",
        "incident.handOver" => "handed an entry over",
        "incident.expire" => "the time of an entry was over",
        "incident.release" => "an entry lost its decider",
        "invite.accept" => "accepted the invite",
        "invite.make" => "made an invite link",
        "legalHold.set" => "put an entry under legal hold",
        "legalHold.end" => "ended a legal hold",
        "myData.export" => "exported their own data",
        "organisation.setUp" => "set the organisation up",
        "password.change" => "changed their password",
        "password.reset" => "chose another password with a link",
        "person.add" => "added a person",
        "person.update" => "changed the details of a person",
        "person.move" => "moved a person",
        "person.role" => "changed a role",
        "person.deactivate" => "deactivated a person",
        "person.reactivate" => "let a person in again",
        "person.preference" => "said how they like to be recognised",
        "person.erase" => "asked for the erasure of a person",
        "person.erased" => "a person was erased",
        "policy.save" => "changed the rules",
        "retention.save" => "changed how long texts are kept",
        "recoveryCodes.make" => "made new recovery codes",
        "secondFactor.start" => "began to set up the second factor",
        "secondFactor.on" => "turned the second factor on",
        "secondFactor.off" => "turned the second factor off",
        "session.start" => "signed in",
        "session.end" => "ended a session",
        "session.endOthers" => "ended all their other sessions",
        "signInLink.make" => "made a sign-in link",
        "team.save" => "saved a team",
        "token.create" => "made an access token",
        "token.revoke" => "revoked an access token",
        "value.save" => "saved a value",
        "venue.save" => "saved a venue",
        other => other,
    }
}

fn row(event: &AuditEvent) -> AnyView {
    let by = event.by.as_ref().map_or_else(|| "The server".into_any(), person_link);
    let same = event.by.as_ref().map(|p| &p.id) == event.about.as_ref().map(|p| &p.id);
    let about = event.about.as_ref().filter(|_| !same).map(|person| view! { ": " {person_link(person)} });
    let entry = event.incident.as_ref().map(|entry| {
        let title = entry.title.clone().unwrap_or_else(|| "an entry without text".to_owned());
        view! { ": " <a href=format!("/incidents/{}", entry.id.inner())>{title}</a> }
    });
    let until = event.until.as_ref().map(|at| view! { " · open until " {dates::long(at)} });
    view! {
        <div class="row audit-row">
            <p>{by} " " {said(&event.action).to_owned()} {about} {entry}</p>
            {event.reason.clone().map(|reason| view! { <p class="row-ending">"Why: " {reason}</p> })}
            <p class="byline">{time(&event.at)} " · " <code>{event.action.clone()}</code> {until}</p>
        </div>
    }
    .into_any()
}
