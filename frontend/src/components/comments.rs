//! The comments of a recognition: loaded when opened.

use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use super::field::TextArea;
use super::icon::{Glyph, icon};
use super::loaded::{paged, refused, waiting};
use super::marks::{person_link, time};
use crate::api::{self, Comment, CommentInput, Id};
use crate::forms::Complaints;
use crate::load::{Paged, Sending};

/// A disclosure with the comments and a form to add one.
#[component]
pub fn Comments(
    /// The recognition.
    id: Id,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let id = StoredValue::new(id);
    view! {
        <details class="comments" on:toggle=move |_| opened.set(true)>
            <summary>{icon(Glyph::Note)} <span>"Comments"</span></summary>
            <Show when=move || opened.get()>
                <Thread id=id.get_value() />
            </Show>
        </details>
    }
}

#[component]
fn Thread(id: Id) -> impl IntoView {
    let asked = id.clone();
    let list = Paged::new(move |after| api::comments(asked.clone(), after));
    let text_value = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let field_id = format!("comment-{}", id.inner());
    let send = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let text = text_value.get_untracked();
        if !complaints.show(text::required("text", &text, text::COMMENT).map_err(Invalid::from)) {
            return;
        }
        let input = CommentInput { recognition_id: id.clone(), text };
        sending.send(api::comment(input), move |_| {
            text_value.set(String::new());
            list.refresh();
        });
    };
    sending.complain(complaints);
    view! {
        {paged(list, |c| c.id.inner().to_owned(), |c| comment_row(&c), || view! { <p class="hint">"No comments yet."</p> }.into_any())}
        <form class="comment-form" on:submit=send>
            <TextArea
                field="text"
                id=field_id
                label="Add a comment"
                value=text_value
                complaints=complaints
                limit=text::COMMENT
                rows="2"
            />
            {refused(sending)}
            <button class="button" type="submit">{waiting(sending, "Comment")}</button>
        </form>
    }
}

fn comment_row(comment: &Comment) -> AnyView {
    view! {
        <div class="comment">
            <p class="byline">{person_link(&comment.author)} " · " {time(&comment.at)}</p>
            <p class="pre">{comment.text.clone()}</p>
        </div>
    }
    .into_any()
}
