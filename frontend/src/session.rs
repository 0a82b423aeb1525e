//! Who is signed in. [`SignedIn`] is made only when somebody is, and only signed-in screens are given one.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::live::Live;
use crate::api::{self, ApiError, Directory, Role, Viewer, Welcome};
use crate::identity::Identity;
use crate::parts::Parts;

const TOAST_MS: u32 = 6_000;

/// The state of the whole app; lives at its root.
#[derive(Clone, Copy)]
pub struct Session {
    /// The signed-in person; `None` when signed out.
    pub viewer: RwSignal<Option<Viewer>>,
    /// What the server says before anybody is signed in; `None` until it has answered.
    pub welcome: RwSignal<Option<Result<Welcome, ApiError>>>,
    /// The organisation's values, venues and teams.
    pub directory: RwSignal<Option<Result<Directory, ApiError>>>,
    /// How many entries wait in the decision queue; `None` while unknown.
    pub waiting: RwSignal<Option<usize>>,
    /// The live feed.
    pub live: Live,
    /// What of the app has been fetched.
    pub parts: Parts,
    /// Showing once more who one is.
    pub identity: Identity,
    /// What assistive technology is told.
    pub announcement: RwSignal<String>,
    /// What everybody is told for a few seconds.
    pub toast_text: RwSignal<String>,
}

/// A signed-in person's session: what a signed-in screen holds.
#[derive(Clone)]
pub struct SignedIn {
    /// Who it is.
    pub viewer: Viewer,
    /// The app's state.
    pub session: Session,
}

impl Session {
    /// Asks the server who is signed in.
    #[must_use]
    pub fn start() -> Self {
        let session = Self {
            viewer: RwSignal::new(None),
            welcome: RwSignal::new(None),
            directory: RwSignal::new(None),
            waiting: RwSignal::new(None),
            live: Live::new(),
            parts: Parts::new(),
            identity: Identity::new(),
            announcement: RwSignal::new(String::new()),
            toast_text: RwSignal::new(String::new()),
        };
        api::on_signed_out(move || session.left());
        session.boot();
        session
    }

    /// Asks who is signed in: at the start, after signing in, and again when the server could not be reached.
    pub fn boot(self) {
        self.welcome.set(None);
        spawn_local(async move {
            match api::boot().await {
                Ok(api::Boot { viewer, welcome }) => {
                    if let Some(viewer) = viewer {
                        self.entered(viewer);
                    }
                    self.welcome.set(Some(Ok(welcome)));
                }
                Err(error) => self.welcome.set(Some(Err(error))),
            }
        });
    }

    fn entered(self, viewer: Viewer) {
        let decides = viewer.decides();
        self.parts.when_idle(viewer.role == Role::Admin);
        self.viewer.set(Some(viewer));
        self.live.start();
        self.reload_directory();
        if decides {
            self.count_waiting();
        }
    }

    /// Nobody is signed in any more. What was read is forgotten.
    pub fn left(self) {
        self.live.stop();
        self.viewer.set(None);
        self.directory.set(None);
        self.waiting.set(None);
    }

    /// Reads values, venues and teams afresh.
    pub fn reload_directory(self) {
        spawn_local(async move {
            self.directory.set(Some(api::directory().await));
        });
    }

    /// Counts afresh what waits for the viewer's decision.
    pub fn count_waiting(self) {
        spawn_local(async move {
            if let Ok(page) = api::decision_queue(None).await {
                self.waiting.set(Some(page.nodes.len()));
            }
        });
    }

    /// Tells assistive technology something.
    pub fn announce(self, text: impl Into<String>) {
        self.announcement.set(text.into());
    }

    /// Tells everybody something for a few seconds.
    pub fn toast(self, text: impl Into<String>) {
        let text = text.into();
        self.toast_text.set(text.clone());
        spawn_local(async move {
            TimeoutFuture::new(TOAST_MS).await;
            // A newer one has its own time.
            if self.toast_text.with_untracked(|now| *now == text) {
                self.toast_text.set(String::new());
            }
        });
    }

    /// The values, venues and teams, when they are there.
    pub fn with_directory<T>(self, read: impl FnOnce(&Directory) -> T) -> Option<T> {
        self.directory.with(|d| d.as_ref().and_then(|d| d.as_ref().ok()).map(read))
    }
}

/// The app's state.
#[must_use]
pub fn use_session() -> Session {
    expect_context()
}

/// The session of the signed-in person; only for screens inside the guard of `app`.
#[must_use]
pub fn use_signed_in() -> SignedIn {
    expect_context()
}
