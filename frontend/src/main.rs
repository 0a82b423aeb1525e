//! The browser side of Upheld.
#![expect(unreachable_pub, reason = "a binary has no outside; `pub` here says: for other modules")]

mod api;
mod app;
mod components;
mod dates;
mod forms;
mod identity;
mod load;
mod pages;
mod parts;
mod session;
mod texts;
mod words;

fn main() {
    app::run();
}
