//! What is kept how long, and why.

use leptos::prelude::*;

use crate::api::{self, Policy};
use crate::components::loaded;
use crate::load::Load;

/// The organisation's retention in plain words.
pub(super) fn kept() -> AnyView {
    view! {
        <section class="group" aria-labelledby="kept">
            <h2 id="kept">"What is kept, how long, and why"</h2>
            {loaded(Load::new(api::policy), |policy| table(&policy))}
        </section>
    }
    .into_any()
}

fn months(n: Option<i32>) -> String {
    match n {
        None => "stays".to_owned(),
        Some(1) => "1 month".to_owned(),
        Some(n) if n % 12 == 0 && n > 12 => format!("{} years", n / 12),
        Some(12) => "1 year".to_owned(),
        Some(n) => format!("{n} months"),
    }
}

fn table(policy: &Policy) -> AnyView {
    let r = &policy.retention;
    let rows = [
        ("Recognitions", months(r.recognition_months), "They belong to you and to everybody; you can show what you were recognised for."),
        ("Corrections", months(r.correction_months), "So that a repetition can be told from a first time. The text goes after that; that there was one stays in sums."),
        ("A correction in lists", months(Some(r.fold_after_months)), "Without a repetition it then folds away from the lists of everybody but you."),
        ("Closed without action", months(r.no_action_months), "So that the reason can be read by those who logged it."),
        ("Withdrawn or handed over", months(r.stub_months), "Only a stub without text is left of these, and then it goes too."),
        ("Not decided yet", "until it is".to_owned(), "Silence has to stay visible."),
        ("The audit trail", "stays".to_owned(), "It holds ids and no text, so that nobody can change unseen what was done."),
        ("Sessions", "until they end".to_owned(), "To show you where you are signed in, and to let you end it."),
    ]
    .into_iter()
    .map(|(what, long, why)| view! { <tr><th scope="row">{what}</th><td>{long}</td><td>{why}</td></tr> })
    .collect_view();
    view! {
        <div class="scroll">
            <table class="kept">
                <thead><tr><th scope="col">"What"</th><th scope="col">"How long"</th><th scope="col">"Why"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="hint">"Counted from the end of an entry. An entry under a legal hold is kept until the hold ends. When you leave and ask for it, your name and every text by and about you are erased."</p>
    }
    .into_any()
}
