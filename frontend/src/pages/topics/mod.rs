//! What everybody and each team must be aligned on: business context, strategy and goals, and what is being discounted.

mod chart;
mod forms;

use leptos::prelude::*;

use crate::api::{self, Attention, DateTime, Id, Role, Topic, TopicKind, Viewer};
use crate::components::{Dialog, Glyph, PageTitle, empty, icon, loaded};
use crate::dates;
use crate::load::Load;
use crate::session::use_signed_in;
use crate::texts::topics as t;

pub use chart::progress;

/// The page.
pub fn page() -> AnyView {
    let viewer = use_signed_in().viewer;
    let writes = viewer.decides();
    let retired = RwSignal::new(false);
    let load = Load::new(move || api::topics(retired.get_untracked()));
    let adding = RwSignal::new(false);
    let saved = Callback::new(move |()| {
        adding.set(false);
        load.again();
    });
    view! {
        <PageTitle title=t::title() lead=t::lead() />
        <div class="actions">
            {writes.then(|| {
                view! {
                    <button class="button" type="button" on:click=move |_| adding.set(true)>{t::add()}</button>
                    <Dialog id="add-topic" open=adding title=t::form_new()>{forms::topic(None, saved)}</Dialog>
                }
            })}
            <label class="inline-check">
                <input
                    type="checkbox"
                    prop:checked=move || retired.get()
                    on:change=move |ev| {
                        retired.set(event_target_checked(&ev));
                        load.again();
                    }
                />
                <span>{t::show_retired()}</span>
            </label>
        </div>
        {loaded(load, move |topics| groups(&topics, writes, load))}
    }
    .into_any()
}

/// Whether the viewer writes a topic: of a team its lead and that lead's manager, of everybody who is at the top; admins.
fn may_write(viewer: &Viewer, topic: &Topic) -> bool {
    let me = |id: &Id| *id == viewer.id;
    viewer.role == Role::Admin
        || match &topic.team {
            None => viewer.is_leader && viewer.manager.is_none(),
            Some(team) => team
                .lead
                .as_ref()
                .is_some_and(|lead| me(&lead.id) || lead.manager.as_ref().is_some_and(|above| me(&above.id))),
        }
}

fn groups(topics: &[Topic], writes: bool, load: Load<Vec<Topic>>) -> AnyView {
    if topics.is_empty() {
        return empty(t::none_title(), t::none_text(), None);
    }
    [
        (TopicKind::BusinessContext, t::context()),
        (TopicKind::Strategy, t::strategy()),
        (TopicKind::Goal, t::goals()),
    ]
    .into_iter()
    .map(|(kind, title)| {
        let cards: Vec<AnyView> =
            topics.iter().filter(|topic| topic.kind == kind).map(|topic| card(topic, writes, load)).collect();
        (!cards.is_empty()).then(|| {
            view! { <section class="group"><h2>{title}</h2><ul class="grid topics">{cards}</ul></section> }
        })
    })
    .collect_view()
    .into_any()
}

/// Whether a topic is alive: a shape, a word and a colour.
pub fn attention_mark(attention: Attention) -> AnyView {
    let (class, glyph, word) = match attention {
        Attention::Alive => ("mark mark-upheld", Glyph::Check, t::alive()),
        Attention::RarelyDiscussed => ("mark mark-overdue", Glyph::Overdue, t::rarely()),
        Attention::Discounted => ("mark mark-silent", Glyph::Silent, t::discounted()),
    };
    view! { <span class=class>{icon(glyph)} <span>{word}</span></span> }.into_any()
}

fn why(topic: &Topic) -> Option<String> {
    match topic.attention {
        Attention::Alive => None,
        Attention::RarelyDiscussed => Some(t::rarely_why().to_owned()),
        Attention::Discounted => Some(t::discounted_why(i64::from(topic.cycle_days))),
    }
}

fn ago(at: &DateTime, words: String) -> AnyView {
    view! { <time datetime=at.0.clone() title=dates::long(at)>{words}</time> }.into_any()
}

/// What was done about a topic, in a line.
pub fn course(topic: &Topic) -> AnyView {
    let talked = match &topic.last_discussed_at {
        Some(at) => ago(at, t::last_talk(dates::relative(at))),
        None => t::never_talked().into_any(),
    };
    let checked = (topic.kind == TopicKind::Goal).then(|| match topic.check_ins.last() {
        Some(last) => view! { " · " {ago(&last.at, t::last_check_in(dates::relative(&last.at)))} }.into_any(),
        None => view! { " · " {t::no_check_in()} }.into_any(),
    });
    view! {
        <p class="hint course-line">
            {t::discussed(i64::from(topic.discussed))} " · " {t::mentioned(i64::from(topic.mentioned))} " · " {talked} {checked}
        </p>
    }
    .into_any()
}

fn card(topic: &Topic, writes: bool, load: Load<Vec<Topic>>) -> AnyView {
    let checking = RwSignal::new(false);
    let changing = RwSignal::new(false);
    let saved = Callback::new(move |()| {
        checking.set(false);
        changing.set(false);
        load.again();
    });
    let goal = topic.kind == TopicKind::Goal;
    let id = topic.id.inner().to_owned();
    let (checked, changed) = (topic.clone(), topic.clone());
    let whose = topic.team.as_ref().map_or_else(|| t::everybodys().to_owned(), |team| team.name.clone());
    view! {
        <li class="card topic" class:topic-discounted=topic.attention == Attention::Discounted class:retired=topic.retired>
            <p class="topic-head">
                <span class="hint">{whose}</span>
                {if topic.retired { view! { <span class="mark">{t::retired()}</span> }.into_any() } else { attention_mark(topic.attention) }}
            </p>
            <p class="topic-text">{topic.text.clone()}</p>
            {goal.then(|| progress(topic))}
            {course(topic)}
            {why(topic).map(|why| view! { <p class="topic-why">{why}</p> })}
            {writes.then(|| {
                let changes = may_write(&use_signed_in().viewer, topic);
                view! {
                    <div class="actions">
                        {goal.then(|| {
                            view! {
                                <button class="button" type="button" on:click=move |_| checking.set(true)>{t::check_in()}</button>
                                <Dialog id=format!("check-in-{id}") open=checking title=t::check_in_title()>
                                    {forms::check_in(&checked, saved)}
                                </Dialog>
                            }
                        })}
                        {changes.then(|| {
                            view! {
                                <button class="button button-quiet" type="button" on:click=move |_| changing.set(true)>{t::change()}</button>
                                <Dialog id=format!("topic-{id}") open=changing title=t::form_change()>
                                    {forms::topic(Some(&changed), saved)}
                                </Dialog>
                            }
                        })}
                    </div>
                }
            })}
        </li>
    }
    .into_any()
}
