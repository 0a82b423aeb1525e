//! Who a request comes from: the cookie of a browser or the token of a program.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};
use upheld_store::{StoreError, Viewer};

use super::{App, network};
use crate::graphql::{Client, CookieChange};

/// A signed token has a few hundred characters; anything longer is not ours.
const MAX_CREDENTIAL: usize = 2048;
const MAX_DEVICE_NAME: usize = 200;
const DEVICE_AGE: time::Duration = time::Duration::days(400);
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The names of our cookies. The prefix makes the browser refuse one that another host has set, but it
/// exists only over TLS.
struct Names {
    session: &'static str,
    device: &'static str,
}

fn names(https: bool) -> Names {
    match https {
        true => Names { session: "__Host-upheld", device: "__Host-upheld_device" },
        false => Names { session: "upheld_session", device: "upheld_device" },
    }
}

/// What a request shows to be let in.
#[derive(Debug, PartialEq, Eq)]
enum Credential<'a> {
    None,
    Session(&'a str),
    Token(&'a str),
}

/// The person behind a request, if any; looked up on every request, so that signing out works at once.
pub(super) async fn viewer(app: &App, headers: &HeaderMap) -> Result<Option<Viewer>, StoreError> {
    match credential(headers, app.base_url.https()) {
        Credential::None => Ok(None),
        Credential::Session(jwt) => app.store.viewer_from_cookie(jwt).await,
        Credential::Token(token) => app.store.viewer_from_token(token).await,
    }
}

/// What the API knows about who asks.
pub(super) fn client(app: &App, request: &HttpRequest, viewer: Option<Viewer>) -> Client {
    let headers = request.headers();
    let device = headers.get(header::USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let device =
        device.unwrap_or_default().chars().filter(|c| !c.is_control()).take(MAX_DEVICE_NAME).collect();
    Client {
        viewer,
        network: network::of(request, &app.trusted_proxies),
        device,
        device_token: cookie(headers, names(app.base_url.https()).device).map(str::to_owned),
    }
}

/// A program's token wins over a cookie, even a wrong one: whoever sends it means it.
fn credential(headers: &HeaderMap, https: bool) -> Credential<'_> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        return bearer(value).map_or(Credential::None, Credential::Token);
    }
    cookie(headers, names(https).session).map_or(Credential::None, Credential::Session)
}

fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= MAX_CREDENTIAL)
        .then_some(token)
}

/// The value of a cookie. Two different ones of the same name are none: one of them was planted.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = None;
    let pairs = headers
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    for (_, value) in pairs.filter(|(key, _)| *key == name) {
        if found.is_some_and(|found| found != value) {
            return None;
        }
        found = Some(value);
    }
    found.filter(|value| !value.is_empty() && value.len() <= MAX_CREDENTIAL)
}

/// Does to the browser's cookies what signing in or out asked for.
pub(super) fn apply(change: CookieChange, https: bool, response: &mut HttpResponse) {
    let names = names(https);
    match change {
        CookieChange::Set { session, device, expires_in } => {
            add(response, &ours(names.session, session, age(expires_in), https));
            add(response, &ours(names.device, device, DEVICE_AGE, https));
        }
        CookieChange::Clear => {
            add(response, &ours(names.session, String::new(), time::Duration::ZERO, https));
            // The back button must not show what the next person at this machine may not see.
            let clear = HeaderValue::from_static("\"cache\", \"storage\"");
            response.headers_mut().insert(CLEAR_SITE_DATA, clear);
        }
    }
}

fn ours(name: &'static str, value: String, max_age: time::Duration, https: bool) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(https)
        .max_age(max_age)
        .finish()
}

fn age(duration: Duration) -> time::Duration {
    time::Duration::seconds(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}

fn add(response: &mut HttpResponse, cookie: &Cookie<'_>) {
    if let Err(error) = response.add_cookie(cookie) {
        tracing::error!(%error, "a cookie could not be set");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::{HttpResponse, http::header, test::TestRequest};

    use super::{Credential, apply, credential};
    use crate::graphql::CookieChange;

    fn read(https: bool, headers: &[(&str, &str)], check: impl Fn(Credential<'_>)) {
        let request =
            headers.iter().fold(TestRequest::default(), |request, header| request.append_header(*header));
        check(credential(request.to_http_request().headers(), https));
    }

    #[test]
    fn cookies_and_tokens_are_read() {
        let cookie = ("Cookie", "a=b; upheld_session=one.two.three; upheld_sessions=c");
        read(false, &[cookie], |found| assert_eq!(found, Credential::Session("one.two.three")));
        read(true, &[cookie], |found| assert_eq!(found, Credential::None));
        read(true, &[("Cookie", "__Host-upheld=x=")], |found| assert_eq!(found, Credential::Session("x=")));
        let token = ("Authorization", "bearer  upheld_abc");
        read(false, &[cookie, token], |found| assert_eq!(found, Credential::Token("upheld_abc")));
        let basic = ("Authorization", "Basic dXNlcg==");
        read(false, &[cookie, basic], |found| assert_eq!(found, Credential::None));
    }

    #[test]
    fn strange_cookies_are_none() {
        let long = format!("upheld_session={}", "a".repeat(70_000));
        for value in
            ["", "upheld_session", "upheld_session=", "upheld_session=a; upheld_session=b", long.as_str()]
        {
            read(false, &[("Cookie", value)], |found| assert_eq!(found, Credential::None));
        }
        let twice = [("Cookie", "upheld_session=a"), ("Cookie", "upheld_session=b")];
        read(false, &twice, |found| assert_eq!(found, Credential::None));
    }

    #[test]
    fn set_cookies_are_closed_to_scripts_and_other_sites() {
        let mut response = HttpResponse::Ok().finish();
        let expires_in = Duration::from_secs(60);
        apply(CookieChange::Set { session: "s".into(), device: "d".into(), expires_in }, true, &mut response);
        let set: Vec<_> = response
            .headers()
            .get_all(header::SET_COOKIE)
            .map(|value| value.to_str().expect("text"))
            .collect();
        assert_eq!(
            set,
            [
                "__Host-upheld=s; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=60",
                "__Host-upheld_device=d; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=34560000",
            ]
        );

        let mut response = HttpResponse::Ok().finish();
        apply(CookieChange::Clear, false, &mut response);
        let set = response.headers().get(header::SET_COOKIE).expect("a cookie");
        assert_eq!(set, "upheld_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
        assert!(response.headers().contains_key("clear-site-data"));
    }
}
