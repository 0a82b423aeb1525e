//! Writing a topic, and saying where a goal stands.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use crate::api::{self, CheckInInput, Id, SaveTopicInput, Topic, TopicKind};
use crate::components::{Check, Choices, RadioOption, Select, TextArea, TextField, refused, waiting};
use crate::dates;
use crate::forms::{Complaints, given};
use crate::load::Sending;
use crate::session::use_session;
use crate::texts::topics as t;

const KINDS: [TopicKind; 3] = [TopicKind::BusinessContext, TopicKind::Strategy, TopicKind::Goal];
const CYCLE_DAYS: i32 = 14;

/// Where a goal stands today.
pub fn check_in(topic: &Topic, saved: Callback<()>) -> AnyView {
    let session = use_session();
    let id = topic.id.clone();
    let unit = topic.unit.clone().unwrap_or_default();
    let value = RwSignal::new(String::new());
    let note = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let mut bad = Invalid::default();
        let number = dates::parse_number(&value.get_untracked());
        if number.is_none() {
            bad.add("value", t::value_bad());
        }
        bad.check(text::bounded("note", &note.get_untracked(), text::CHECK_IN));
        if !complaints.show(bad.into_result()) {
            return;
        }
        let Some(value) = number else { return };
        let input = CheckInInput { topic_id: id.clone(), value, note: given(&note.get_untracked()) };
        sending.send(api::check_in(input), move |_| {
            session.toast(t::checked_in());
            saved.run(());
        });
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <p>{topic.text.clone()}</p>
            <p class="hint">{unit}</p>
            <TextField field="value" label=t::value() value=value complaints=complaints />
            <TextArea field="note" label=t::note() value=note complaints=complaints limit=text::CHECK_IN rows="2" optional=true />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, t::check_in())}</button>
        </form>
    }
    .into_any()
}

fn teams() -> Signal<Vec<(String, String)>> {
    let session = use_session();
    Signal::derive(move || {
        let teams = session.with_directory(|d| {
            d.teams.iter().map(|team| (team.id.inner().to_owned(), team.name.clone())).collect::<Vec<_>>()
        });
        std::iter::once((String::new(), t::team_all().to_owned())).chain(teams.unwrap_or_default()).collect()
    })
}

/// Writes a topic, or changes one.
pub fn topic(topic: Option<&Topic>, saved: Callback<()>) -> AnyView {
    let session = use_session();
    let id = topic.map(|topic| topic.id.clone());
    let fixed = topic.map(|topic| topic.kind);
    let number = |n: Option<f64>| RwSignal::new(n.map(|n| n.to_string()).unwrap_or_default());
    let kind = RwSignal::new(fixed.and_then(|kind| KINDS.iter().position(|k| *k == kind)));
    let team = RwSignal::new(String::new());
    let words = RwSignal::new(topic.map(|topic| topic.text.clone()).unwrap_or_default());
    let unit = RwSignal::new(topic.and_then(|topic| topic.unit.clone()).unwrap_or_default());
    let (baseline, target) =
        (number(topic.and_then(|topic| topic.baseline)), number(topic.and_then(|topic| topic.target)));
    let cycle = RwSignal::new(topic.map_or(CYCLE_DAYS, |topic| topic.cycle_days).to_string());
    let retired = RwSignal::new(topic.is_some_and(|topic| topic.retired));
    let complaints = Complaints::new();
    let sending = Sending::new();
    let is_goal = move || kind.get() == Some(2);
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let mut bad = Invalid::default();
        let chosen = kind.get_untracked().map(|n| KINDS[n]);
        if chosen.is_none() {
            bad.add("kind", t::kind_missing());
        }
        bad.check(text::required("text", &words.get_untracked(), text::TOPIC));
        let goal = chosen == Some(TopicKind::Goal);
        let (from, to) =
            (dates::parse_number(&baseline.get_untracked()), dates::parse_number(&target.get_untracked()));
        if goal {
            bad.check(text::required("unit", &unit.get_untracked(), text::UNIT));
            for (field, number) in [("baseline", from), ("target", to)] {
                if number.is_none() {
                    bad.add(field, t::number_bad());
                }
            }
        }
        let days = cycle.get_untracked().trim().parse::<i32>().ok();
        if days.is_none() {
            bad.add("cycleDays", t::number_bad());
        }
        if !complaints.show(bad.into_result()) {
            return;
        }
        let Some(kind) = chosen else { return };
        let input = SaveTopicInput {
            id: id.clone(),
            kind,
            team_id: given(&team.get_untracked()).map(Id::new),
            text: words.get_untracked(),
            unit: given(&unit.get_untracked()).filter(|_| goal),
            baseline: from.filter(|_| goal),
            target: to.filter(|_| goal),
            cycle_days: days,
            retired: Some(retired.get_untracked()),
        };
        sending.send(api::save_topic(input), move |_| {
            session.toast(t::saved());
            saved.run(());
        });
    };
    sending.complain(complaints);
    let options = || {
        let option = |label, hint| RadioOption { label, hint, glyph: None };
        vec![
            option(t::kind_context(), t::kind_context_hint()),
            option(t::kind_strategy(), t::kind_strategy_hint()),
            option(t::kind_goal(), t::kind_goal_hint()),
        ]
    };
    let changes = topic.is_some();
    view! {
        <form on:submit=submit novalidate>
            {(!changes).then(|| {
                view! {
                    <Choices
                        field="kind"
                        legend=t::kind()
                        options=options()
                        chosen=kind
                        on_choose=Callback::new(move |n| kind.set(Some(n)))
                        complaints=complaints
                    />
                    <Select id="topic-team" label=t::team() options=teams() value=team on_choose=Callback::new(move |id| team.set(id)) />
                }
            })}
            <TextArea field="text" label=t::text() value=words complaints=complaints limit=text::TOPIC rows="3" />
            <Show when=is_goal>
                <TextField field="unit" label=t::unit() value=unit complaints=complaints />
                <TextField field="baseline" label=t::baseline() value=baseline complaints=complaints />
                <TextField field="target" label=t::target() value=target complaints=complaints />
            </Show>
            <TextField field="cycleDays" label=t::cycle() hint=t::cycle_hint() value=cycle complaints=complaints />
            {changes.then(|| view! { <Check id="topic-retired" label=t::retire() hint=t::retire_hint() value=retired /> })}
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, t::save())}</button>
        </form>
    }
    .into_any()
}
