//! One person: who they are, and the recognitions about them and by them.

use leptos::prelude::*;

use crate::api::{self, Id, PersonPage, RecognitionFilter, Role};
use crate::components::{PageTitle, RecognitionCard, empty, loaded_page, paged, person_link};
use crate::load::{Load, Paged};
use crate::words;

/// One person.
pub fn page(id: Id) -> AnyView {
    let load = Load::new(move || api::person(id.clone()));
    loaded_page(load, |person| about(&person))
}

fn about(person: &PersonPage) -> AnyView {
    let role = (person.role == Role::Admin).then_some("Admin");
    let line: Vec<String> =
        [person.title.clone(), person.team.as_ref().map(|t| t.name.clone()), role.map(str::to_owned)]
            .into_iter()
            .flatten()
            .collect();
    let received = RecognitionFilter { person_id: Some(person.id.clone()), ..RecognitionFilter::default() };
    let given = RecognitionFilter { leader_id: Some(person.id.clone()), ..RecognitionFilter::default() };
    view! {
        <PageTitle title=person.name.clone() />
        <p class="lead">{line.join(" · ")}</p>
        <dl class="facts">
            {person.manager.as_ref().map(|m| view! { <div class="fact"><dt>"Reports to"</dt><dd>{person_link(m)}</dd></div> })}
            <div class="fact">
                <dt>"Recognition"</dt>
                <dd>{words::preference(person.recognition_preference)}</dd>
            </div>
        </dl>
        {section("received", "Recognised for", received, "Not recognised in public yet")}
        {person.is_leader.then(|| section("given", "Recognised others", given, "Has not recognised anybody in public yet"))}
    }
    .into_any()
}

fn section(
    id: &'static str,
    title: &'static str,
    filter: RecognitionFilter,
    nothing: &'static str,
) -> AnyView {
    let list = Paged::new(move |after| api::recognitions(filter.clone(), after));
    view! {
        <section class="group" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {paged(
                list,
                |r| r.id.inner().to_owned(),
                |r| view! { <RecognitionCard recognition=r /> }.into_any(),
                move || empty(nothing, "What a leader recognises in public stands here for everybody.", None),
            )}
        </section>
    }
    .into_any()
}
