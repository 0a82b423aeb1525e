//! The browser side of Upheld.

mod api;
mod app;
mod components;
mod dates;
mod forms;
mod load;
mod pages;
mod session;
mod words;

fn main() {
    app::run();
}
