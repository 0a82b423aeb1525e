//! Whether a request comes from one of our own pages, or from a program that is no browser.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::base_url::BaseUrl;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Checks what a browser says about the page that sent the request; a program says nothing.
pub(super) fn is_own(base_url: &BaseUrl, headers: &HeaderMap) -> bool {
    let site_fits =
        headers.get_all(SEC_FETCH_SITE).all(|site| matches!(site.as_bytes(), b"same-origin" | b"none"));
    site_fits && own_origin(base_url, headers) != Some(false)
}

/// The same for a WebSocket: not every browser tells the site of its handshake rightly, but all tell
/// the origin, which then decides alone.
pub(super) fn is_own_socket(base_url: &BaseUrl, headers: &HeaderMap) -> bool {
    own_origin(base_url, headers).unwrap_or_else(|| is_own(base_url, headers))
}

/// Whether the origin is ours; nothing if none is sent.
fn own_origin(base_url: &BaseUrl, headers: &HeaderMap) -> Option<bool> {
    let host = headers.get(header::HOST).map(HeaderValue::to_str).and_then(Result::ok);
    let mut origins = headers.get_all(header::ORIGIN);
    match (origins.next()?.to_str(), origins.next()) {
        (Ok(origin), None) => Some(base_url.is_own_origin(origin, host)),
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::{is_own, is_own_socket};
    use crate::base_url::BaseUrl;

    fn both(headers: &[(&str, &str)]) -> (bool, bool) {
        let base_url = BaseUrl::parse("http://127.0.0.1:8080").expect("a base URL");
        let request = headers
            .iter()
            .fold(TestRequest::default(), |request, header| request.append_header(*header))
            .to_http_request();
        (is_own(&base_url, request.headers()), is_own_socket(&base_url, request.headers()))
    }

    #[test]
    fn other_sites_are_refused() {
        let own = ("Origin", "http://127.0.0.1:8080");
        assert_eq!(both(&[]), (true, true));
        assert_eq!(both(&[own]), (true, true));
        assert_eq!(both(&[own, ("Sec-Fetch-Site", "same-origin")]), (true, true));
        assert_eq!(both(&[("Sec-Fetch-Site", "none")]), (true, true));
        assert_eq!(both(&[own, ("Sec-Fetch-Site", "cross-site")]), (false, true));
        assert_eq!(both(&[("Sec-Fetch-Site", "same-site")]), (false, false));
        assert_eq!(both(&[("Origin", "null")]), (false, false));
        assert_eq!(both(&[("Origin", "")]), (false, false));
        assert_eq!(both(&[("Origin", "http://evil.example"), ("Host", "127.0.0.1:8080")]), (false, false));
        assert_eq!(both(&[own, ("Origin", "http://evil.example")]), (false, false));
    }
}
