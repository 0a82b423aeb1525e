//! What else the viewer may do with an entry, each in a dialog of its own.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::text::{self, Limit};
use upheld_domain::{FieldError, Invalid};

use super::deliver::deliver;
use crate::api::{
    self, AskInput, DecisionIdInput, Id, Incident, IncidentIdInput, IncidentReasonInput, Later, PassInput,
    RetractDecisionInput,
};
use crate::components::{Choice, Dialog, Picker, Source, TextArea, elsewhere, refused, waiting};
use crate::dates;
use crate::forms::Complaints;
use crate::load::{Load, Sending};
use crate::session::{Session, use_signed_in};

/// What an action needs: the entry, how to read it afresh, and the state of its dialog.
#[derive(Clone, Copy)]
pub(super) struct Act {
    pub(super) incident: StoredValue<Incident>,
    load: Load<Incident>,
    pub(super) session: Session,
    pub(super) open: RwSignal<bool>,
    pub(super) complaints: Complaints,
    sending: Sending,
}

impl Act {
    fn new(incident: StoredValue<Incident>, load: Load<Incident>) -> Self {
        let act = Self {
            incident,
            load,
            session: use_signed_in().session,
            open: RwSignal::new(false),
            complaints: Complaints::new(),
            sending: Sending::new(),
        };
        act.sending.complain(act.complaints);
        act
    }

    fn id(self) -> Id {
        self.incident.with_value(|i| i.id.clone())
    }

    pub(super) fn decision_id(self) -> Option<Id> {
        self.incident.with_value(|i| i.decision.as_ref().map(|d| d.id.clone()))
    }

    /// Sends, says so, closes and reads the entry afresh.
    pub(super) fn send<T: 'static>(self, request: Later<T>, said: &'static str) {
        self.sending.send(request, move |_| {
            self.open.set(false);
            self.session.toast(said);
            self.session.count_waiting();
            self.load.again();
        });
    }

    pub(super) fn button(self, label: &'static str, primary: bool) -> AnyView {
        let class = if primary { "button button-primary" } else { "button" };
        view! { <button class=class type="button" on:click=move |_| self.open.set(true)>{label}</button> }
            .into_any()
    }

    pub(super) fn foot(self, label: &'static str) -> AnyView {
        view! {
            {refused(self.sending)}
            <div class="actions">
                <button class="button button-primary" type="submit">{waiting(self.sending, label)}</button>
                <button class="button" type="button" on:click=move |_| self.open.set(false)>"Cancel"</button>
            </div>
        }
        .into_any()
    }
}

/// The buttons, as `viewerMay` allows them.
#[component]
pub fn Actions(
    incident: StoredValue<Incident>,
    load: Load<Incident>,
    revising: RwSignal<bool>,
) -> impl IntoView {
    let may = move |what: &str| incident.with_value(|i| i.may(what));
    let act = move || Act::new(incident, load);
    let any = incident.with_value(|i| {
        i.viewer_may.iter().any(|a| !matches!(a.as_str(), "decide" | "correctOwnLapse" | "reply"))
    });
    view! {
        <div class="actions incident-actions" hidden=!any>
            {may("markDelivered").then(|| deliver(act()))}
            {may("confirm").then(|| confirm(act()))}
            {may("revise").then(|| {
                view! {
                    <button
                        class="button"
                        type="button"
                        aria-expanded=move || revising.get().to_string()
                        on:click=move |_| revising.update(|r| *r = !*r)
                    >
                        "Revise the decision"
                    </button>
                }
            })}
            {may("ask").then(|| ask(act()))}
            {may("pass").then(|| pass(act()))}
            {may("takeOver").then(|| take_over(act()))}
            {may("handOver").then(|| hand_over(act()))}
            {may("retract").then(|| retract(act()))}
            {may("withdraw").then(|| withdraw(act()))}
        </div>
    }
}

/// A dialog that asks for one text and sends it.
fn one_text(
    act: Act,
    (id, title, note): (&'static str, &'static str, &'static str),
    (field, label, limit): (&'static str, &'static str, Limit),
    submit_label: &'static str,
    extra: impl Fn() -> AnyView + Send + Sync + 'static,
    send: impl Fn(Act, String) + Copy + Send + Sync + 'static,
) -> AnyView {
    let value = RwSignal::new(String::new());
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let text = value.get_untracked();
        if act.complaints.show(text::required(field, &text, limit).map_err(Invalid::from)) {
            send(act, text);
        }
    };
    let extra = StoredValue::new(extra);
    view! {
        {act.button(title, false)}
        <Dialog id=id open=act.open title=title>
            <form on:submit=submit novalidate>
                <p>{note}</p>
                {extra.with_value(|e| e())}
                <TextArea field=field id=format!("{id}-text") label=label value=value complaints=act.complaints limit=limit />
                {act.foot(submit_label)}
            </form>
        </Dialog>
    }
    .into_any()
}

fn ask(act: Act) -> AnyView {
    let people: Vec<(Id, String)> = act.incident.with_value(|i| {
        let subjects = i.subjects.iter().map(|s| (s.id.clone(), s.name.clone()));
        let reporter = i.reporter.iter().map(|p| (p.id.clone(), format!("{}, who logged it", p.name)));
        subjects.chain(reporter).collect()
    });
    let whom = RwSignal::new(String::new());
    let options: Vec<(String, String)> = std::iter::once((String::new(), "Choose".to_owned()))
        .chain(people.into_iter().map(|(id, name)| (id.into_inner(), name)))
        .collect();
    let select = move || {
        let wrong = act.complaints.of("personId");
        view! {
            <crate::components::Select
                id="ask-whom"
                label="Whom do you ask?"
                options=Signal::stored(options.clone())
                value=whom
                on_choose=Callback::new(move |id| whom.set(id))
            />
            <crate::components::Complaint id="personId-error".to_owned() text=wrong />
        }
        .into_any()
    };
    one_text(
        act,
        (
            "ask",
            "Ask",
            "The clock pauses until the answer, for seven days at most. A person you ask for their side sees the text of the entry from now on.",
        ),
        ("question", "Your question", text::QUESTION),
        "Ask",
        select,
        move |act, question| {
            let person = whom.get_untracked();
            if person.is_empty() {
                act.complaints.show(Err(FieldError::new("personId", "Please choose whom you ask.").into()));
                return;
            }
            let input = AskInput { incident_id: act.id(), person_id: Id::new(person), question };
            act.send(api::ask_about_incident(input), "Asked.");
        },
    )
}

fn pass(act: Act) -> AnyView {
    let to = RwSignal::new(Vec::<Choice>::new());
    let picker = move || {
        view! {
            <Picker
                id="pass-to"
                field="toPersonId"
                label="To whom (optional)"
                hint="Another leader who was there. Left empty, the next leader up decides."
                source=Source::People
                chosen=to
                complaints=act.complaints
            />
        }
        .into_any()
    };
    one_text(
        act,
        (
            "pass",
            "Pass it on",
            "When you are involved yourself, or another leader was there. You keep a stub without the text.",
        ),
        ("reason", "Why", text::REASON),
        "Pass it on",
        picker,
        move |act, reason| {
            let to_person_id = to.with_untracked(|t| t.first().map(|t| t.id.clone()));
            act.send(
                api::pass_incident(PassInput { incident_id: act.id(), reason, to_person_id }),
                "Passed on.",
            );
        },
    )
}

fn nothing() -> AnyView {
    ().into_any()
}

fn take_over(act: Act) -> AnyView {
    one_text(
        act,
        (
            "take-over",
            "Take it over",
            "You decide instead of the leader below you. This is recorded, and the leader sees it.",
        ),
        ("reason", "Why", text::REASON),
        "Take it over",
        nothing,
        |act, reason| {
            let input = IncidentReasonInput { incident_id: act.id(), reason };
            act.send(api::take_over_incident(input), "You decide now.");
        },
    )
}

fn hand_over(act: Act) -> AnyView {
    one_text(
        act,
        (
            "hand-over",
            "Not for this tool",
            "Handing it over erases the text here for good; only a stub stays. Bring it to people operations, a trusted person, the works council or the authorities yourself first.",
        ),
        ("reason", "Where it belongs", text::REASON),
        "Hand over and erase",
        elsewhere,
        |act, reason| {
            let input = IncidentReasonInput { incident_id: act.id(), reason };
            act.send(api::hand_over_incident(input), "Handed over. The text is erased here.");
        },
    )
}

fn retract(act: Act) -> AnyView {
    one_text(
        act,
        (
            "retract",
            "Withdraw the decision",
            "The same people who read it read that it was withdrawn. Its wording disappears everywhere.",
        ),
        ("reason", "Why", text::REASON),
        "Withdraw it",
        nothing,
        |act, reason| {
            if let Some(decision_id) = act.decision_id() {
                act.send(api::retract_decision(RetractDecisionInput { decision_id, reason }), "Withdrawn.");
            }
        },
    )
}

/// A dialog that asks nothing but whether.
fn sure(
    act: Act,
    (id, title, note): (&'static str, &'static str, &'static str),
    primary: bool,
    send: impl Fn(Act) + Copy + Send + Sync + 'static,
) -> AnyView {
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        send(act);
    };
    view! {
        {act.button(title, primary)}
        <Dialog id=id open=act.open title=title>
            <form on:submit=submit novalidate><p>{note}</p> {act.foot(title)}</form>
        </Dialog>
    }
    .into_any()
}

fn withdraw(act: Act) -> AnyView {
    let traceless = act
        .incident
        .with_value(|i| i.undo_until.as_ref().is_some_and(|t| dates::millis(t) > js_sys::Date::now()));
    let note = if traceless {
        "Within ten minutes of sending, nothing of it is left."
    } else {
        "The text is erased. A stub stays that says that there was an entry."
    };
    sure(act, ("withdraw", "Take it back", note), false, |act| {
        act.send(api::withdraw_incident(IncidentIdInput { incident_id: act.id() }), "Taken back.");
    })
}

fn confirm(act: Act) -> AnyView {
    let note = "A leader corrects an own lapse in public. With your word it counts, and can be delivered.";
    sure(act, ("confirm", "Confirm it", note), true, |act| {
        if let Some(decision_id) = act.decision_id() {
            act.send(api::confirm_decision(DecisionIdInput { decision_id }), "Confirmed.");
        }
    })
}
