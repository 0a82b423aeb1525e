//! What a page shows while it loads, when it has loaded and when that failed; and lists that load more.
//!
//! Answers can arrive after their page is gone, so everything here writes with `try_set`.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{ApiError, Code, Later, Page};
use crate::forms::Complaints;

type AskPage<T> = Box<dyn Fn(Option<String>) -> Later<Page<T>> + Send + Sync>;

/// One thing that is loaded, and can be loaded again without emptying the page meanwhile.
pub struct Load<T: Send + Sync + 'static> {
    /// What has arrived; `None` while the first answer is awaited.
    pub state: RwSignal<Option<Result<T, ApiError>>>,
    turn: StoredValue<u32>,
    ask: StoredValue<Box<dyn Fn() -> Later<T> + Send + Sync>>,
}

impl<T: Send + Sync + 'static> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Load<T> {}

impl<T: Clone + Send + Sync + 'static> Load<T> {
    /// Loads now.
    pub fn new(ask: impl Fn() -> Later<T> + Send + Sync + 'static) -> Self {
        let load = Self {
            state: RwSignal::new(None),
            turn: StoredValue::new(0),
            ask: StoredValue::new(Box::new(ask)),
        };
        load.again();
        load
    }

    /// Loads once more; what is shown stays until the answer is there.
    pub fn again(self) {
        let Some(turn) = self.turn.try_update_value(|n| {
            *n += 1;
            *n
        }) else {
            return;
        };
        let Some(answer) = self.ask.try_with_value(|ask| ask()) else { return };
        spawn_local(async move {
            let answer = answer.await;
            // A newer question makes this answer stale.
            if self.turn.try_get_value() == Some(turn) {
                self.state.try_set(Some(answer));
            }
        });
    }

    /// Starts over: the skeleton shows until the answer is there.
    pub fn retry(self) {
        self.state.try_set(None);
        self.again();
    }

    /// Changes what has arrived, by what a mutation answered.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        self.state.try_update(|state| {
            if let Some(Ok(value)) = state {
                change(value);
            }
        });
    }

    /// What has arrived without an error.
    pub fn ready(self) -> Option<T> {
        self.state.get().and_then(Result::ok)
    }
}

/// A list that loads page by page.
pub struct Paged<T: Send + Sync + 'static> {
    /// What has arrived so far.
    pub items: RwSignal<Vec<T>>,
    /// Where the next page begins.
    pub next: RwSignal<Option<String>>,
    /// Whether a page is on its way.
    pub busy: RwSignal<bool>,
    /// Whether the first page has arrived.
    pub begun: RwSignal<bool>,
    /// Why the last page did not arrive.
    pub error: RwSignal<Option<ApiError>>,
    turn: StoredValue<u32>,
    ask: StoredValue<AskPage<T>>,
}

impl<T: Send + Sync + 'static> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Paged<T> {}

impl<T: Clone + Send + Sync + 'static> Paged<T> {
    /// Loads the first page now.
    pub fn new(ask: impl Fn(Option<String>) -> Later<Page<T>> + Send + Sync + 'static) -> Self {
        let list = Self {
            items: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            busy: RwSignal::new(false),
            begun: RwSignal::new(false),
            error: RwSignal::new(None),
            turn: StoredValue::new(0),
            ask: StoredValue::new(Box::new(ask)),
        };
        list.fetch(None);
        list
    }

    /// Starts the list over.
    pub fn restart(self) {
        self.begun.try_set(false);
        self.fetch(None);
    }

    /// Loads the first page again and replaces what is shown by it when it is there.
    pub fn refresh(self) {
        self.fetch(None);
    }

    /// Loads the next page, when there is one.
    pub fn more(self) {
        if let Some(next) = self.next.get_untracked() {
            self.fetch(Some(next));
        }
    }

    fn fetch(self, after: Option<String>) {
        let Some(turn) = self.turn.try_update_value(|n| {
            *n += 1;
            *n
        }) else {
            return;
        };
        self.busy.try_set(true);
        self.error.try_set(None);
        let appends = after.is_some();
        let Some(answer) = self.ask.try_with_value(|ask| ask(after)) else { return };
        spawn_local(async move {
            let answer = answer.await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(page) => {
                    let next = page.next();
                    self.items.try_update(|items| {
                        if !appends {
                            items.clear();
                        }
                        items.extend(page.nodes);
                    });
                    self.next.try_set(next);
                    self.begun.try_set(true);
                }
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            }
            self.busy.try_set(false);
        });
    }
}

/// Runs a mutation once at a time: what a button that sends something needs.
#[derive(Clone, Copy)]
pub struct Sending {
    /// Whether it is on its way.
    pub busy: RwSignal<bool>,
    /// What the server said against it, where no field shows that.
    pub error: RwSignal<Option<ApiError>>,
}

impl Sending {
    /// Nothing is on its way.
    #[must_use]
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), error: RwSignal::new(None) }
    }

    /// Shows beside the fields of a form what the server says against them.
    pub fn complain(self, complaints: Complaints) {
        Effect::new(move || {
            if let Some(error) = self.error.get() {
                complaints.show_answer(&error);
            }
        });
    }

    /// Sends, unless something is on its way already, and hands the answer over while the page still exists.
    pub fn send<T: 'static>(self, request: Later<T>, done: impl FnOnce(T) + 'static) {
        self.run(Box::pin(async move {
            let answer = request.await?;
            Ok(Box::new(move || done(answer)) as Box<dyn FnOnce()>)
        }));
    }

    /// Not generic: every button shares it.
    fn run(self, request: Later<Box<dyn FnOnce()>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = request.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(done) => done(),
                // Who closes the dialog that asks who they are knows that nothing was done.
                Err(error) if error.code == Code::Cancelled => {}
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            }
        });
    }
}
