//! The heading of a page: names the tab, and takes the focus when one comes from another page.

use std::cell::RefCell;

use leptos::html::H1;
use leptos::prelude::*;

thread_local! {
    /// The path whose heading last had the focus; `None` until the first page is shown.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Names the browser's tab.
fn set_title(title: &str) {
    document().set_title(&format!("{title} · Upheld"));
}

/// Whether the heading takes the focus: after a change of page, or when the focused element has gone.
fn takes_focus() -> bool {
    let path = window().location().pathname().unwrap_or_default();
    let first = LAST.with(|last| last.borrow().is_none());
    let moved = LAST.with(|last| last.borrow().as_deref() != Some(path.as_str()));
    LAST.with(|last| *last.borrow_mut() = Some(path));
    let lost = document().active_element().is_none_or(|e| e.tag_name() == "BODY");
    !first && (moved || lost)
}

/// The heading of a page.
#[component]
pub fn PageTitle(
    /// The heading, and the tab's name unless `tab` gives another.
    #[prop(into)]
    title: String,
    /// One sentence that says what the page is for.
    #[prop(optional)]
    lead: &'static str,
    /// The tab's name where the heading is confidential: browsers write it into their history and session files.
    #[prop(optional)]
    tab: &'static str,
) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    set_title(if tab.is_empty() { &title } else { tab });
    Effect::new(move || {
        if heading.get().is_some() {
            request_animation_frame(move || {
                if let Some(element) = heading.try_get_untracked().flatten()
                    && takes_focus()
                {
                    let _ = element.focus();
                }
            });
        }
    });
    view! {
        <div class="page-title">
            <h1 node_ref=heading tabindex="-1">{title}</h1>
            {(!lead.is_empty()).then(|| view! { <p class="lead">{lead}</p> })}
        </div>
    }
}
