//! What belongs to one request: who asks, from where, and what becomes of the cookies.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use upheld_store::Viewer;

/// Who asks and from where.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// Who has signed in.
    pub viewer: Option<Viewer>,
    /// The address that the request came from.
    pub network: IpAddr,
    /// The browser, as it calls itself; at most 200 characters.
    pub device: String,
    /// The cookie of a device that signed in before.
    pub device_token: Option<String>,
}

/// What the schema needs to know of the server.
#[derive(Debug, Clone)]
pub(crate) struct ApiSettings {
    /// Introspection is on for everybody.
    pub development: bool,
    /// The server's own address, for links.
    pub base_url: String,
}

/// What becomes of the cookies.
#[derive(Debug, Clone)]
pub(crate) enum CookieChange {
    /// Somebody has signed in.
    Set {
        /// The session.
        session: String,
        /// The device.
        device: String,
        /// How long the session lasts.
        expires_in: Duration,
    },
    /// Somebody has signed out.
    Clear,
}

/// Where a mutation leaves its cookie change.
#[derive(Debug, Clone, Default)]
pub(crate) struct CookieJar(Arc<Mutex<Option<CookieChange>>>);

impl CookieJar {
    pub(crate) fn put(&self, change: CookieChange) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }

    pub(crate) fn take(&self) -> Option<CookieChange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
