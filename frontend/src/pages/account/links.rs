//! One-time links that an admin made for the viewer: with one, somebody could choose the viewer's password.

use leptos::prelude::*;

use crate::api::SignInLink;
use crate::components::{Glyph, icon, person_link, time};

/// The links of the last months; nothing where there are none.
pub(super) fn links(list: &[SignInLink]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let rows = list
        .iter()
        .map(|link| {
            let used = match &link.used_at {
                Some(at) => view! { "used " {time(at)} }.into_any(),
                None => "never used".into_any(),
            };
            view! { <li>{person_link(&link.made_by)} " made one " {time(&link.made_at)} ", " {used}</li> }
        })
        .collect_view();
    view! {
        <section class="group" aria-labelledby="links">
            <h2 id="links">"Sign-in links made for you"</h2>
            <p class="hint">"An admin makes one when you cannot get in any more. Whoever holds it can choose your password, so you are told of each."</p>
            <ul class="plain">{rows}</ul>
            <p class="with-icon hint">{icon(Glyph::Warning)} <span>"If you did not ask for it, talk to the admin, and change your password."</span></p>
        </section>
    }
    .into_any()
}
