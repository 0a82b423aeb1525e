//! Something that is shown once: a link, a token, codes; to copy or to print before one goes on.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

/// A text that is shown once, one line or several.
#[component]
pub fn Secret(
    /// What it is, and that it is shown only now.
    note: &'static str,
    /// The text itself.
    #[prop(into)]
    secret: String,
    /// Whether it can be printed, too.
    #[prop(optional)]
    print: bool,
    /// Called once the person has it.
    done: Callback<()>,
) -> impl IntoView {
    let said = RwSignal::new("");
    let lines = secret
        .lines()
        .map(|line| view! { <li><code class="secret">{line.to_owned()}</code></li> })
        .collect_view();
    let copy = move |_| {
        let copying = window().navigator().clipboard().write_text(&secret);
        spawn_local(async move {
            let copied = JsFuture::from(copying).await.is_ok();
            said.try_set(if copied {
                "Copied."
            } else {
                "The browser does not allow it. Please mark the text and copy it."
            });
        });
    };
    view! {
        <div class="panel secret-panel">
            <p role="status">{note}</p>
            <ul class="secret-lines">{lines}</ul>
            <div class="actions">
                <button class="button" type="button" on:click=copy>"Copy"</button>
                {print.then(|| {
                    view! {
                        <button
                            class="button"
                            type="button"
                            on:click=move |_| {
                                let _ = window().print();
                            }
                        >
                            "Print"
                        </button>
                    }
                })}
                <button class="button button-primary" type="button" on:click=move |_| done.run(())>"I have it"</button>
            </div>
            <p class="hint" role="status">{move || said.get()}</p>
        </div>
    }
}
