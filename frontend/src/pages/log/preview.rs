//! "Who will see this", from the same code that will write it.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::Draft;
use crate::api::{self, ApiError, Onlooker};
use crate::components::{Glyph, icon, onlookers};

const DEBOUNCE_MS: u32 = 250;

/// The panel beside the form.
#[component]
pub fn Preview(draft: Draft) -> impl IntoView {
    let asked = Memo::new(move |_| draft.preview());
    let answer = RwSignal::new(None::<Result<Vec<Onlooker>, ApiError>>);
    let turn = StoredValue::new(0_u32);
    Effect::new(move || {
        let input = asked.get();
        let mine = turn.try_update_value(|n| {
            *n += 1;
            *n
        });
        let Some(input) = input else {
            answer.set(None);
            return;
        };
        spawn_local(async move {
            TimeoutFuture::new(DEBOUNCE_MS).await;
            if turn.try_get_value() != mine {
                return;
            }
            let result = api::preview_audience(input).await;
            if turn.try_get_value() == mine {
                answer.try_set(Some(result));
            }
        });
    });
    view! {
        <aside class="aside" aria-labelledby="preview-title">
            <h2 id="preview-title" class="with-icon">{icon(Glyph::Eye)} <span>"Who will see this"</span></h2>
            <div aria-live="polite">
                {move || match answer.get() {
                    None => view! { <p class="hint">"Choose what happened and whom it is about: then you see here who will read this entry, and from when."</p> }.into_any(),
                    Some(Err(error)) => view! { <p class="hint">{error.message}</p> }.into_any(),
                    Some(Ok(list)) => onlookers(&list),
                }}
            </div>
            <p class="hint">"Nobody else sees it. This list comes from the code that enforces it, and is kept with the entry."</p>
        </aside>
    }
}
