//! Other logs that may be of the same event: side by side, and merged when the decider says that they are.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::api::{self, Incident, Lookalike, MergeIncidentsInput};
use crate::components::{Dialog, person_link, refused, state_mark, time, waiting};
use crate::load::{Load, Sending};
use crate::session::use_session;
use crate::{dates, words};

/// The offer; nothing where nothing looks alike.
pub(super) fn duplicates(incident: &Incident, list: Vec<Lookalike>, load: Load<Incident>) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let count = list.len();
    let lead = if count == 1 {
        "Another entry may be about the same event.".to_owned()
    } else {
        format!("{count} other entries may be about the same event.")
    };
    let rows = list.into_iter().map(|other| row(incident, &other, load)).collect_view();
    view! {
        <section class="panel duplicates" aria-labelledby="duplicates">
            <h2 id="duplicates">"Logged twice?"</h2>
            <p>{lead} " Only you see this: those who logged them do not learn of each other."</p>
            <ul class="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(incident: &Incident, other: &Lookalike, load: Load<Incident>) -> AnyView {
    let open = RwSignal::new(false);
    let title = other.title.clone().unwrap_or_else(|| "An entry without text".to_owned());
    let label = format!("Compare with {title}");
    let id = format!("compare-{}", other.id.inner());
    let (this, that) = (StoredValue::new(incident.clone()), StoredValue::new(other.clone()));
    view! {
        <li class="line">
            <div>
                <p><a href=format!("/incidents/{}", other.id.inner())>{title}</a> " " {state_mark(other.state)}</p>
                <p class="hint">"logged " {time(&other.logged_at)} {other.reporter.as_ref().map(|p| view! { " by " {person_link(p)} })}</p>
            </div>
            <button class="button" type="button" aria-label=label on:click=move |_| open.set(true)>"Compare"</button>
            <Dialog id=id open=open title="Are they the same event?" wide=true>
                <Compare this=this.get_value() that=that.get_value() open=open load=load />
            </Dialog>
        </li>
    }
    .into_any()
}

struct Side {
    head: &'static str,
    title: String,
    facts: Vec<(&'static str, String)>,
    texts: [(&'static str, String); 3],
}

impl Side {
    fn of_this(i: &Incident) -> Self {
        Self {
            head: "This entry",
            title: i.title.clone().unwrap_or_default(),
            facts: facts(
                i.occurred_on.as_ref().map(dates::day),
                i.venue.as_ref().map(|v| v.name.clone()),
                words::join(i.values.iter().map(|v| v.name.as_str())),
                i.reporter.as_ref().map(|p| p.name.clone()),
            ),
            texts: texts(i.situation.as_ref(), i.behaviour.as_ref(), i.impact.as_ref()),
        }
    }

    fn of_that(i: &Lookalike) -> Self {
        Self {
            head: "The other",
            title: i.title.clone().unwrap_or_default(),
            facts: facts(
                i.occurred_on.as_ref().map(dates::day),
                i.venue.as_ref().map(|v| v.name.clone()),
                words::join(i.values.iter().map(|v| v.name.as_str())),
                i.reporter.as_ref().map(|p| p.name.clone()),
            ),
            texts: texts(i.situation.as_ref(), i.behaviour.as_ref(), i.impact.as_ref()),
        }
    }

    fn show(self) -> AnyView {
        let facts = self
            .facts
            .into_iter()
            .map(|(label, value)| view! { <div class="fact"><dt>{label}</dt><dd>{value}</dd></div> })
            .collect_view();
        let texts = self
            .texts
            .into_iter()
            .map(|(label, text)| view! { <h4>{label}</h4> <p class="pre">{text}</p> })
            .collect_view();
        view! {
            <div class="compare-side">
                <p class="hint">{self.head}</p>
                <h3>{self.title}</h3>
                <dl class="facts">{facts}</dl>
                {texts}
            </div>
        }
        .into_any()
    }
}

fn facts(
    day: Option<String>,
    venue: Option<String>,
    values: String,
    reporter: Option<String>,
) -> Vec<(&'static str, String)> {
    [("When", day), ("Where", venue), ("Values", Some(values)), ("Logged by", reporter)]
        .into_iter()
        .filter_map(|(label, value)| value.filter(|v| !v.is_empty()).map(|v| (label, v)))
        .collect()
}

fn texts(
    situation: Option<&String>,
    behaviour: Option<&String>,
    impact: Option<&String>,
) -> [(&'static str, String); 3] {
    let of = |text: Option<&String>| text.cloned().unwrap_or_default();
    [("Situation", of(situation)), ("Behaviour", of(behaviour)), ("Impact", of(impact))]
}

#[component]
fn Compare(this: Incident, that: Lookalike, open: RwSignal<bool>, load: Load<Incident>) -> impl IntoView {
    let session = use_session();
    let navigate = leptos_router::hooks::use_navigate();
    let sending = Sending::new();
    let (this_id, that_id) = (this.id.clone(), that.id.clone());
    // The undecided one is merged into the other; where both are undecided, the other into this one.
    let keeps_this = that.viewer_may.iter().any(|a| a == "merge");
    let may = keeps_this || this.may("merge");
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let input = if keeps_this {
            MergeIncidentsInput { incident_id: that_id.clone(), into_id: this_id.clone() }
        } else {
            MergeIncidentsInput { incident_id: this_id.clone(), into_id: that_id.clone() }
        };
        let (navigate, survivor) = (navigate.clone(), input.into_id.clone());
        sending.send(api::merge_incidents(input), move |_| {
            open.set(false);
            session.toast("Merged.");
            session.count_waiting();
            if keeps_this {
                load.again();
            } else {
                navigate(
                    &format!("/incidents/{}", survivor.inner()),
                    leptos_router::NavigateOptions::default(),
                );
            }
        });
    };
    let stays = if keeps_this {
        "The other is merged into this one, and you decide once."
    } else {
        "This one is merged into the other, which stays."
    };
    view! {
        <form on:submit=submit novalidate>
            <div class="compare">{Side::of_this(&this).show()} {Side::of_that(&that).show()}</div>
            {if may {
                view! {
                    <p>{stays} " Each person who logged it keeps their own text and sees what becomes of it. This cannot be undone."</p>
                    {refused(sending)}
                    <div class="actions">
                        <button class="button button-primary" type="submit">{waiting(sending, "The same event: merge")}</button>
                        <button class="button" type="button" on:click=move |_| open.set(false)>"Two events"</button>
                    </div>
                }
                    .into_any()
            } else {
                view! { <p class="hint">"They cannot be merged: one is decided already, or they are not about the same people."</p> }
                    .into_any()
            }}
        </form>
    }
}
