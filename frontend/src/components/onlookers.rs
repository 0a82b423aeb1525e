//! Who sees an entry, in sentences.

use leptos::prelude::*;

use crate::api::Onlooker;
use crate::{dates, words};

/// The list of those who see an entry: who, why, from when and how much.
pub fn onlookers(list: &[Onlooker]) -> AnyView {
    let rows = list
        .iter()
        .map(|o| {
            let several = (o.people > 1).then(|| format!(" ({})", words::people(o.people)));
            let later = o.since.clone().filter(|at| dates::millis(at) > js_sys::Date::now());
            let until = o.until.as_ref().map(|at| {
                let long = dates::long(at);
                view! { ", until " <time datetime=at.0.clone()>{long}</time> }
            });
            view! {
                <li>
                    <p class="onlooker-who"><strong>{o.who.clone()}</strong> {several}</p>
                    <p class="onlooker-why">{o.why.clone()}</p>
                    <p class="onlooker-sees">
                        "sees " {o.sees.clone()}
                        {later.map(|at| view! { ", from " <time datetime=at.0>{dates::long(&at)}</time> })}
                        {until}
                    </p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="onlookers">{rows}</ul> }.into_any()
}
