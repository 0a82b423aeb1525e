//! A leader's reinforcement history: how that leader reinforces the values over time. Counts, no score, no target.

mod chart;
mod tables;

use leptos::prelude::*;

use self::chart::chart;
use self::tables::{by_value, figures};
use crate::api::{self, Date, History, HistoryDecision, Id, Report};
use crate::components::{PageTitle, Select, empty, kind_mark, loaded, paged, people_links, time};
use crate::load::{Load, Paged};
use crate::session::{SignedIn, use_signed_in};
use crate::{dates, words};

const PERIODS: [(&str, &str); 3] = [("3", "3 months"), ("6", "6 months"), ("12", "12 months")];

/// My own history.
pub fn own() -> AnyView {
    page(use_signed_in().viewer.id)
}

/// A leader's history.
pub fn page(leader: Id) -> AnyView {
    let SignedIn { viewer, .. } = use_signed_in();
    let months = RwSignal::new("12".to_owned());
    let since = move || {
        months.get_untracked().parse::<u32>().ok().map(|n| Date(dates::months_ago(n.saturating_sub(1))))
    };
    let until = || Some(Date(dates::today()));
    let (asked, listed) = (leader.clone(), leader.clone());
    let load = Load::new(move || api::history(asked.clone(), since(), until()));
    let list = Paged::new(move |after| api::history_decisions(listed.clone(), since(), until(), after));
    let choose = Callback::new(move |value| {
        months.set(value);
        load.again();
        list.restart();
    });
    let options: Vec<_> = PERIODS.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    let own = leader == viewer.id;
    view! {
        {move || title(load, own)}
        <div class="filter-bar">
            <Select id="period" label="Period" options=Signal::stored(options) value=months on_choose=choose />
            <Leaders viewer=viewer.id leader=leader />
        </div>
        {loaded(load, |history| picture(&history))}
        <section class="group" aria-labelledby="decisions">
            <h2 id="decisions">"The decisions"</h2>
            {paged(list, |d| d.id.inner().to_owned(), |d| decision_row(&d), nothing_decided)}
        </section>
    }
    .into_any()
}

fn nothing_decided() -> AnyView {
    empty(
        "No decisions in this period",
        "What you decide stands here, public and 1:1 alike.",
        Some(("/queue", "See what waits")),
    )
}

fn title(load: Load<History>, own: bool) -> AnyView {
    const LEAD: &str = "What came, what was done about it, and where nobody has looked. Both kinds, both places; no score and no target.";
    if own {
        return view! { <PageTitle title="My reinforcement history" lead=LEAD /> }.into_any();
    }
    if load.state.with(|s| matches!(s, Some(Err(_)))) {
        return view! { <PageTitle title="Reinforcement history" /> }.into_any();
    }
    let name = load.ready().map(|h| h.leader.name);
    name.map(|name| view! { <PageTitle title=format!("{name}: reinforcement history") tab="Reinforcement history" lead=LEAD /> })
        .into_any()
}

/// A leader of leaders looks at theirs, too.
#[component]
fn Leaders(viewer: Id, leader: Id) -> impl IntoView {
    let me = viewer.clone();
    let load = Load::new(move || api::reports(viewer.clone()));
    let navigate = StoredValue::new_local(leptos_router::hooks::use_navigate());
    let choose = Callback::new(move |id: String| {
        navigate.with_value(|go| go(&format!("/history/{id}"), leptos_router::NavigateOptions::default()));
    });
    let chosen = leader.into_inner();
    move || {
        let leaders: Vec<Report> =
            load.ready().unwrap_or_default().into_iter().filter(|r| r.is_leader).collect();
        let own = std::iter::once((me.inner().to_owned(), "My own".to_owned()));
        let options: Vec<_> =
            own.chain(leaders.iter().map(|r| (r.id.inner().to_owned(), r.name.clone()))).collect();
        (!leaders.is_empty()).then(|| {
            view! { <Select id="leader" label="Leader" options=Signal::stored(options) value=Signal::stored(chosen.clone()) on_choose=choose /> }
        })
    }
}

fn picture(history: &History) -> AnyView {
    let heard = if history.not_heard_from.is_empty() {
        "Everybody who reports to this leader was recognised in the last 30 days.".into_any()
    } else {
        people_links(&history.not_heard_from)
    };
    view! {
        {chart(&history.by_month)}
        {figures(history)}
        {by_value(&history.by_value)}
        <section class="group" aria-labelledby="unheard">
            <h2 id="unheard">"Not heard from"</h2>
            <p class="hint">"Direct reports without a recognition from this leader in the last 30 days."</p>
            <p>{heard}</p>
        </section>
    }
    .into_any()
}

fn decision_row(d: &HistoryDecision) -> AnyView {
    let title = d.incident.title.clone().unwrap_or_else(|| "An entry without text".to_owned());
    let values = words::join(d.incident.values.iter().map(|v| v.name.as_str()));
    let place = d.venue.as_ref().map(|v| format!(" in {}", v.name)).unwrap_or_default();
    let how = match d.handling {
        Some(handling) => format!("{} {}{place}", words::outcome(d.outcome), words::handling(handling)),
        None => words::outcome(d.outcome).to_owned(),
    };
    let reach = d.reach.map(|r| format!(" · reached {}", words::reach(r)));
    let stands = match (&d.retracted_at, &d.delivered_at) {
        (Some(_), _) => " · withdrawn later",
        (None, None) if d.handling.is_some() => " · not yet delivered",
        _ => "",
    };
    view! {
        <article class="row">
            <div class="row-marks">{kind_mark(d.incident.kind)}</div>
            <h3 class="row-title"><a href=format!("/incidents/{}", d.incident.id.inner())>{title}</a></h3>
            <p class="byline">{how} {reach} {stands}</p>
            <p class="byline">{values} " · decided " {time(&d.decided_at)}</p>
        </article>
    }
    .into_any()
}
