//! Questions and replies, in the order in which they were said.

use leptos::prelude::*;
use upheld_domain::{Invalid, text};

use crate::api::{self, Incident, Question, Reply, ReplyInput};
use crate::components::{TextArea, person_link, refused, time, waiting};
use crate::forms::Complaints;
use crate::load::{Load, Sending};

/// The thread with the form to answer; nothing where there is neither.
pub fn talk(incident: &Incident, load: Load<Incident>) -> AnyView {
    let may_reply = incident.may("reply");
    if incident.questions.is_empty() && incident.replies.is_empty() && !may_reply {
        return ().into_any();
    }
    let mut said: Vec<(String, AnyView)> = Vec::new();
    said.extend(incident.questions.iter().map(|q| (q.at.0.clone(), question(q))));
    said.extend(incident.replies.iter().map(|r| (r.at.0.clone(), reply(r))));
    said.sort_by(|a, b| a.0.cmp(&b.0));
    let lines = said.into_iter().map(|(_, line)| view! { <li>{line}</li> }).collect_view();
    let id = incident.id.clone();
    view! {
        <section class="group" aria-labelledby="talk-title">
            <h2 id="talk-title">"Questions and replies"</h2>
            <ul class="thread">{lines}</ul>
            {may_reply.then(|| view! { <ReplyForm id=id load=load /> })}
        </section>
    }
    .into_any()
}

fn question(q: &Question) -> AnyView {
    let whom = q.asked_of.as_ref().map_or_else(|| "the person who logged it".into_any(), person_link);
    view! {
        <div class="said said-question">
            <p class="byline">{person_link(&q.asked_by)} " asked " {whom} " · " {time(&q.at)}</p>
            <p class="pre">{q.text.clone()}</p>
        </div>
    }
    .into_any()
}

fn reply(r: &Reply) -> AnyView {
    let author = r.author.as_ref().map_or_else(|| "The person who logged it".into_any(), person_link);
    view! {
        <div class="said">
            <p class="byline">{author} " · " {time(&r.at)}</p>
            <p class="pre">{r.text.clone()}</p>
        </div>
    }
    .into_any()
}

#[component]
fn ReplyForm(id: api::Id, load: Load<Incident>) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let complaints = Complaints::new();
    let sending = Sending::new();
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let input = ReplyInput { incident_id: id.clone(), text: words.get_untracked() };
        if complaints.show(text::required("text", &input.text, text::REPLY).map_err(Invalid::from)) {
            sending.send(api::reply_to_incident(input), move |_| load.again());
        }
    };
    sending.complain(complaints);
    view! {
        <form on:submit=submit novalidate>
            <TextArea
                field="text"
                id="reply"
                label="Your side"
                hint="The leader who decides and the leaders above read it."
                value=words
                complaints=complaints
                limit=text::REPLY
            />
            {refused(sending)}
            <button class="button" type="submit">{waiting(sending, "Reply")}</button>
        </form>
    }
}
