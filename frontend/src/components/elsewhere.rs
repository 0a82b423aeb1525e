//! What does not belong in this tool, and where it belongs, in the organisation's own words.

use leptos::prelude::*;

use crate::session::use_session;

/// The sentence, with what the organisation has set.
pub fn elsewhere() -> AnyView {
    let session = use_session();
    let set = move || {
        session.with_directory(|d| {
            (d.organisation.hand_over_text.clone(), d.organisation.hand_over_link.clone())
        })
    };
    view! {
        <div class="hint elsewhere">
            <p>"Harassment, discrimination, safety, law and health do not belong here, but where people are trained for them."</p>
            {move || {
                set().map(|(text, link)| {
                    view! {
                        {text.map(|text| view! { <p class="pre">{text}</p> })}
                        {link.map(|link| {
                            let href = link.clone();
                            view! {
                                <p><a class="break" href=href rel="noreferrer noopener external" target="_blank">{link}</a></p>
                            }
                        })}
                    }
                })
            }}
        </div>
    }
    .into_any()
}
