//! A native `<dialog>`: the browser keeps the focus inside and gives it back.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Glyph, icon};

/// A dialog that is open while `open` says so.
#[component]
pub fn Dialog(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    title: &'static str,
    /// Wide enough for two things side by side.
    #[prop(optional)]
    wide: bool,
    /// What it holds; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let children = StoredValue::new(children);
    Effect::new(move || {
        let Some(dialog) = element.get() else { return };
        if open.get() {
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
        } else if dialog.open() {
            dialog.close();
        }
    });
    let heading = format!("{id}-title");
    view! {
        <dialog node_ref=element class="dialog" class:dialog-wide=wide id=id aria-labelledby=heading on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2 id=heading.clone()>{title}</h2>
                <button class="icon-button" type="button" aria-label="Close" on:click=move |_| open.set(false)>
                    {icon(Glyph::Close)}
                </button>
            </div>
            <Show when=move || open.get()>{children.with_value(|c| c())}</Show>
        </dialog>
    }
}
