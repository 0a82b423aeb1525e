//! The organisation's rules: times, what does not belong here, how long texts are kept.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use super::framed;
use crate::api::{self, Policy, Retention, SavePolicyInput, SaveRetentionInput};
use crate::components::{TextArea, TextField, loaded, refused, waiting};
use crate::forms::Complaints;
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::texts::admin as t;

/// The rules.
pub fn page() -> AnyView {
    framed(t::rules_title(), t::rules_lead(), || {
        let load = Load::new(api::policy);
        loaded(load, move |policy| sections(&policy, load))
    })
}

fn sections(policy: &Policy, load: Load<Policy>) -> AnyView {
    view! {
        {times(policy, load)}
        {retention(&policy.retention, load)}
    }
    .into_any()
}

/// A whole number, or a complaint.
fn number(field: &'static str, text: RwSignal<String>, bad: &mut Invalid) -> i32 {
    let number = text.with_untracked(|t| t.trim().parse::<i32>().ok());
    if number.is_none() {
        bad.add(field, t::rules_whole_number());
    }
    number.unwrap_or_default()
}

/// A whole number, or nothing, or a complaint.
fn number_or_none(field: &'static str, text: RwSignal<String>, bad: &mut Invalid) -> Option<i32> {
    if text.with_untracked(|t| t.trim().is_empty()) { None } else { Some(number(field, text, bad)) }
}

fn saved(load: Load<Policy>) -> impl Fn(Policy) {
    let session = use_session();
    move |now| {
        load.change(|policy| *policy = now);
        session.toast(t::rules_saved());
        session.reload_directory();
    }
}

fn times(policy: &Policy, load: Load<Policy>) -> AnyView {
    let identity = use_session().identity;
    let of = |n: i32| RwSignal::new(n.to_string());
    let (hours, silent, sees) =
        (of(policy.hours_to_decide), of(policy.silent_after_days), of(policy.subject_sees_after_hours));
    let hand_over = RwSignal::new(policy.hand_over_text.clone().unwrap_or_default());
    let link = RwSignal::new(policy.hand_over_link.clone().unwrap_or_default());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let done = StoredValue::new_local(saved(load));
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let mut bad = Invalid::default();
        let input = SavePolicyInput {
            hours_to_decide: Some(number("hoursToDecide", hours, &mut bad)),
            silent_after_days: Some(number("silentAfterDays", silent, &mut bad)),
            subject_sees_after_hours: Some(number("subjectSeesAfterHours", sees, &mut bad)),
            hand_over_text: Some(hand_over.get_untracked()),
            hand_over_link: Some(link.get_untracked().trim().to_owned()),
        };
        bad.check(text::bounded("handOverText", &hand_over.get_untracked(), text::REASON));
        if let Some(link) = input.hand_over_link.as_deref().filter(|l| !l.is_empty()) {
            bad.check(text::link("handOverLink", link));
        }
        if complaints.show(bad.into_result()) {
            let request = identity.confirmed(move || api::save_policy(input.clone()));
            sending.send(request, move |answer| done.with_value(|d| d(answer.organisation)));
        }
    };
    sending.complain(complaints);
    view! {
        <form class="narrow-form" on:submit=submit novalidate>
            <fieldset class="section">
                <legend>{t::rules_times()}</legend>
                <TextField field="hoursToDecide" label=t::rules_hours() hint=t::rules_hours_hint() value=hours complaints=complaints kind="number" />
                <TextField
                    field="silentAfterDays"
                    label=t::rules_silence()
                    hint=t::rules_silence_hint()
                    value=silent
                    complaints=complaints
                    kind="number"
                />
                <TextField
                    field="subjectSeesAfterHours"
                    label=t::rules_sees()
                    hint=t::rules_sees_hint()
                    value=sees
                    complaints=complaints
                    kind="number"
                />
            </fieldset>
            <fieldset class="section">
                <legend>{t::rules_elsewhere()}</legend>
                <p class="hint">{t::rules_elsewhere_hint()}</p>
                <TextArea field="handOverText" label=t::rules_elsewhere_text() value=hand_over complaints=complaints limit=text::REASON optional=true />
                <TextField field="handOverLink" label=t::rules_elsewhere_link() value=link complaints=complaints kind="url" optional=true />
            </fieldset>
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, t::rules_save())}</button>
        </form>
    }
    .into_any()
}

fn retention(now: &Retention, load: Load<Policy>) -> AnyView {
    let identity = use_session().identity;
    let of = |n: Option<i32>| RwSignal::new(n.map(|n| n.to_string()).unwrap_or_default());
    let recognition = of(now.recognition_months);
    let correction = of(now.correction_months);
    let no_action = of(now.no_action_months);
    let stub = of(now.stub_months);
    let fold = of(Some(now.fold_after_months));
    let complaints = Complaints::new();
    let sending = Sending::new();
    let done = StoredValue::new_local(saved(load));
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let mut bad = Invalid::default();
        let input = SaveRetentionInput {
            recognition_months: number_or_none("recognitionMonths", recognition, &mut bad),
            correction_months: number_or_none("correctionMonths", correction, &mut bad),
            no_action_months: number_or_none("noActionMonths", no_action, &mut bad),
            stub_months: number_or_none("stubMonths", stub, &mut bad),
            fold_after_months: number("foldAfterMonths", fold, &mut bad),
        };
        if complaints.show(bad.into_result()) {
            let request = identity.confirmed(move || api::save_retention(input.clone()));
            sending.send(request, move |answer| done.with_value(|d| d(answer.organisation)));
        }
    };
    sending.complain(complaints);
    view! {
        <form class="narrow-form" on:submit=submit novalidate>
            <fieldset class="section">
                <legend>{t::kept_title()}</legend>
                <p class="hint">{t::kept_hint()}</p>
                <TextField field="recognitionMonths" label=t::kept_recognitions() value=recognition complaints=complaints kind="number" optional=true />
                <TextField field="correctionMonths" label=t::kept_corrections() value=correction complaints=complaints kind="number" optional=true />
                <TextField field="noActionMonths" label=t::kept_no_action() value=no_action complaints=complaints kind="number" optional=true />
                <TextField field="stubMonths" label=t::kept_stubs() hint=t::kept_stubs_hint() value=stub complaints=complaints kind="number" optional=true />
                <TextField
                    field="foldAfterMonths"
                    label=t::kept_fold()
                    hint=t::kept_fold_hint()
                    value=fold
                    complaints=complaints
                    kind="number"
                />
            </fieldset>
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, t::kept_save())}</button>
        </form>
    }
    .into_any()
}
