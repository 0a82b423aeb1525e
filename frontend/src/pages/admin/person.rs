//! One person, as an admin looks after them.

use leptos::prelude::*;

use super::{framed, person_ends, person_forms};
use crate::api::{self, Id, Member};
use crate::components::loaded;
use crate::load::Load;
use crate::texts::admin as t;

/// One person.
pub fn page(id: Id) -> AnyView {
    framed(t::person_title(), "", move || {
        let load = Load::new(move || api::member(id.clone()));
        let advice = RwSignal::new(None);
        view! {
            {move || advice.get().map(|text: String| view! { <p class="panel panel-warning" role="status">{text}</p> })}
            {loaded(load, move |member| sections(&member, load, advice))}
        }
        .into_any()
    })
}

fn sections(member: &Member, load: Load<Member>, advice: person_forms::Advice) -> AnyView {
    let facts: Vec<String> =
        [member.title.clone(), member.team.as_ref().map(|t| t.name.clone())].into_iter().flatten().collect();
    let active = member.active;
    view! {
        <div class="person-head">
            <p class="person-name"><a href=format!("/people/{}", member.id.inner())>{member.name.clone()}</a></p>
            <p class="byline">{facts.join(" · ")}</p>
            {(!active).then(|| view! { <p class="panel panel-quiet">{t::person_has_left()}</p> })}
        </div>
        {person_forms::details(member, load, advice)}
        {active.then(|| person_forms::line(member, load, advice))}
        {active.then(|| person_forms::role(member, load, advice))}
        {active.then(|| person_ends::way_in(member))}
        {if active { person_ends::leave(member, load, advice) } else { person_ends::come_back(member, load, advice) }}
        {(!active).then(|| person_ends::erase(member))}
    }
    .into_any()
}
