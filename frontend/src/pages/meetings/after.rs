//! After the meeting: one pass to tick what was talked about, what came of it, who decides, and what was said.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use super::next::kind;
use crate::api::{
    self, Code, FinishMeetingInput, Id, MarkDeliveredInput, Meeting, TalkedPointInput, TalkedTopicInput,
    WaitingEntry,
};
use crate::components::{Select, TextArea, refused, waiting};
use crate::forms::{Complaints, given};
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::texts::meetings as t;

/// Something that can be ticked, with what came of it.
#[derive(Clone)]
struct Item {
    id: Id,
    point: bool,
    label: String,
    ticked: RwSignal<bool>,
    note: RwSignal<String>,
    decides: RwSignal<String>,
}

fn item(id: &Id, point: bool, label: String) -> Item {
    Item {
        id: id.clone(),
        point,
        label,
        ticked: RwSignal::new(false),
        note: RwSignal::new(String::new()),
        decides: RwSignal::new(String::new()),
    }
}

/// The form.
pub fn form(meeting: &Meeting, said: RwSignal<Vec<Id>>, done: Callback<()>) -> AnyView {
    let session = use_session();
    let Some(venue) = meeting.venue.as_ref().map(|v| v.id.clone()) else { return ().into_any() };
    let people = Load::new(|| Box::pin(async { api::people_page(None, 100).await.map(|page| page.nodes) }));
    let options = Signal::derive(move || {
        let people = people.ready().unwrap_or_default();
        std::iter::once((String::new(), t::decides_none().to_owned()))
            .chain(people.into_iter().map(|p| (p.id.inner().to_owned(), p.name)))
            .collect::<Vec<_>>()
    });
    let mut items: Vec<Item> =
        meeting.topics.iter().map(|topic| item(&topic.id, false, topic.text.clone())).collect();
    items.extend(meeting.points.iter().map(|p| item(&p.id, true, format!("{}: {}", kind(p.kind), p.text))));
    let value = meeting.value.as_ref().map(|v| (v.id.clone(), v.name.clone()));
    let talked = RwSignal::new(true);
    let note = RwSignal::new(String::new());
    let key = StoredValue::new(api::new_key());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let (chosen, examples) =
        (items.clone(), meeting.examples.iter().map(|r| r.id.clone()).collect::<Vec<_>>());
    let (value_id, of_venue) = (value.as_ref().map(|(id, _)| id.clone()), venue.clone());
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let ticked: Vec<&Item> = chosen.iter().filter(|i| i.ticked.get_untracked()).collect();
        let about_value = value_id.clone().filter(|_| talked.get_untracked());
        let mut bad = Invalid::default();
        bad.check(text::bounded("note", &note.get_untracked(), text::MEETING_NOTE));
        if ticked.is_empty() && about_value.is_none() && given(&note.get_untracked()).is_none() {
            bad.add("note", t::nothing());
        }
        if !complaints.show(bad.into_result()) {
            return;
        }
        let came =
            |i: &Item| (given(&i.note.get_untracked()), given(&i.decides.get_untracked()).map(Id::new));
        let topics = ticked.iter().filter(|i| !i.point).map(|i| {
            let (note, decides_id) = came(i);
            TalkedTopicInput { topic_id: i.id.clone(), note, decides_id }
        });
        let points = ticked.iter().filter(|i| i.point).map(|i| {
            let (note, decides_id) = came(i);
            TalkedPointInput { point_id: i.id.clone(), note, decides_id }
        });
        let input = FinishMeetingInput {
            key: key.get_value(),
            venue_id: of_venue.clone(),
            example_ids: if about_value.is_some() { examples.clone() } else { Vec::new() },
            value_id: about_value,
            topics: topics.collect(),
            points: points.collect(),
            note: given(&note.get_untracked()),
        };
        sending.send(api::finish_meeting(input), move |_| {
            session.toast(t::finished());
            done.run(());
        });
    };
    Effect::new(move || {
        if sending.error.with(|e| e.as_ref().is_some_and(|e| e.code != Code::Unavailable)) {
            key.set_value(api::new_key());
        }
    });
    sending.complain(complaints);
    let rows = items.iter().enumerate().map(|(n, i)| row(n, i, options)).collect_view();
    let to_say = meeting
        .waiting
        .iter()
        .filter(|e| e.decision.as_ref().is_some_and(|d| said.with_untracked(|said| !said.contains(&d.id))))
        .map(|entry| to_mark(entry, venue.clone()))
        .collect_view();
    view! {
        <form class="after-meeting" on:submit=submit novalidate>
            <p class="hint">{t::after_lead()}</p>
            {to_say}
            {value.map(|(_, name)| tick("talked-value".into(), t::talked_value(name), talked))}
            <ul class="talked-list">{rows}</ul>
            <TextArea field="note" id="meeting-note" label=t::whole_note() value=note complaints=complaints limit=text::MEETING_NOTE rows="2" optional=true />
            {refused(sending)}
            <button class="button button-primary" type="submit">{waiting(sending, t::finish())}</button>
        </form>
    }
    .into_any()
}

fn tick(id: String, label: String, value: RwSignal<bool>) -> AnyView {
    view! {
        <div class="check">
            <input
                type="checkbox"
                id=id.clone()
                prop:checked=move || value.get()
                on:change=move |ev| value.set(event_target_checked(&ev))
            />
            <div><label for=id>{label}</label></div>
        </div>
    }
    .into_any()
}

fn row(n: usize, i: &Item, people: Signal<Vec<(String, String)>>) -> AnyView {
    let (ticked, note, decides) = (i.ticked, i.note, i.decides);
    let id = format!("talked-{n}");
    let (note_id, decides_id) = (format!("{id}-note"), format!("{id}-decides"));
    view! {
        <li>
            {tick(id, i.label.clone(), ticked)}
            <Show when=move || ticked.get()>
                <div class="came-fields">
                    <div class="field">
                        <label for=note_id.clone()>{t::note()}</label>
                        <textarea
                            id=note_id.clone()
                            rows="2"
                            prop:value=move || note.get()
                            on:input=move |ev| note.set(event_target_value(&ev))
                        ></textarea>
                    </div>
                    <Select id=decides_id.clone() label=t::decides() options=people value=decides on_choose=Callback::new(move |id| decides.set(id)) />
                </div>
            </Show>
        </li>
    }
    .into_any()
}

/// A decision that waited to be said here: a button that it was.
fn to_mark(entry: &WaitingEntry, venue: Id) -> Option<AnyView> {
    let session = use_session();
    let decision = entry.decision.clone()?;
    let done = RwSignal::new(false);
    let sending = Sending::new();
    let id = decision.id.clone();
    let click = move |_| {
        let input =
            MarkDeliveredInput { decision_id: id.clone(), delivered_at: None, venue_id: Some(venue.clone()) };
        sending.send(api::mark_delivered(input), move |_| {
            done.set(true);
            session.toast(t::said_done());
        });
    };
    Some(
        view! {
            <div class="to-mark">
                <blockquote class="wording">{decision.wording}</blockquote>
                <button class="button" type="button" disabled=move || done.get() on:click=click>{waiting(sending, t::said())}</button>
                {refused(sending)}
            </div>
        }
        .into_any(),
    )
}
