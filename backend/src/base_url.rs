//! The address at which people reach this server: the base of every link and the origin of its pages.

use std::{fmt, net::SocketAddr};

/// `http://host[:port]` or `https://host[:port]`, in lower case, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    https: bool,
    authority: String,
}

impl BaseUrl {
    /// Reads an address; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<BaseUrl, &'static str> {
        let text = text.trim().to_ascii_lowercase();
        let (https, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err("does not begin with http:// or https://"),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.is_empty() {
            return Err("names no host");
        }
        if authority.contains(['/', '?', '#']) {
            return Err("has a path; Upheld lives at the root of its host");
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        if !authority.chars().all(plain) {
            return Err("has characters that no host name has");
        }
        Ok(BaseUrl { https, authority: without_default_port(https, authority) })
    }

    /// The address of a server that listens here and was given no other.
    pub(crate) fn of(listen: SocketAddr) -> BaseUrl {
        let authority = match listen.ip().is_unspecified() {
            true => format!("localhost:{}", listen.port()),
            false => listen.to_string(),
        };
        BaseUrl { https: false, authority: without_default_port(false, &authority) }
    }

    /// Whether people reach the server over TLS.
    pub(crate) fn https(&self) -> bool {
        self.https
    }

    /// Whether a page of this origin is one of ours, asked at this `Host`.
    pub(crate) fn is_own_origin(&self, origin: &str, host: Option<&str>) -> bool {
        let Ok(origin) = BaseUrl::parse(origin) else { return false };
        if origin == *self {
            return true;
        }
        // A TLS proxy in front of a server that does not know its public address is still its own
        // origin; the other way round (a plain page against a TLS server) it is not.
        let scheme_fits = origin.https || !self.https;
        let host = host.map(|host| without_default_port(origin.https, &host.to_ascii_lowercase()));
        scheme_fits && host.as_deref() == Some(origin.authority.as_str())
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

fn without_default_port(https: bool, authority: &str) -> String {
    let default = if https { ":443" } else { ":80" };
    authority.strip_suffix(default).unwrap_or(authority).to_owned()
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    fn base(text: &str) -> BaseUrl {
        BaseUrl::parse(text).expect("a base URL")
    }

    #[test]
    fn base_urls_are_an_origin_and_nothing_more() {
        assert_eq!(base("HTTPS://Upheld.example:443/").to_string(), "https://upheld.example");
        assert_eq!(base("http://127.0.0.1:8080").to_string(), "http://127.0.0.1:8080");
        for wrong in
            ["", "upheld.example", "ftp://a", "http://", "https://a/b", "https://a?b", "https://u@a", "null"]
        {
            assert!(BaseUrl::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(BaseUrl::of(([0, 0, 0, 0], 80).into()).to_string(), "http://localhost");
        assert_eq!(BaseUrl::of(([127, 0, 0, 1], 81).into()).to_string(), "http://127.0.0.1:81");
    }

    #[test]
    fn only_the_own_origin_passes() {
        let plain = base("http://127.0.0.1:8080");
        assert!(plain.is_own_origin("http://127.0.0.1:8080", None));
        assert!(plain.is_own_origin("http://localhost:8080", Some("localhost:8080")));
        assert!(plain.is_own_origin("https://team.example", Some("team.example")));
        assert!(!plain.is_own_origin("http://localhost:8081", Some("localhost:8080")));
        assert!(!plain.is_own_origin("http://evil.example", Some("127.0.0.1:8080")));
        assert!(!plain.is_own_origin("null", Some("null")));
        assert!(!plain.is_own_origin("", Some("")));

        let public = base("https://team.example");
        assert!(public.is_own_origin("https://team.example", Some("inner:8080")));
        assert!(public.is_own_origin("https://TEAM.example:443", None));
        assert!(!public.is_own_origin("http://team.example", Some("team.example")));
        assert!(!public.is_own_origin("https://team.example.evil.example", Some("team.example")));
    }
}
