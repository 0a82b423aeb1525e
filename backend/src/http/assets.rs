//! The frontend's files, which are inside the binary.

use std::borrow::Cow;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap},
    },
    web::Bytes,
};
use rust_embed::{Embed, EmbeddedFile};

use super::headers::Immutable;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/frontend/dist"]
struct Frontend;

/// Serves a file by its path, or the one page for every path of the application.
pub(super) async fn serve(request: HttpRequest) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    let path = request.path().trim_start_matches('/');
    let is_asset = path.starts_with("assets/");
    let name = if path.contains('.') || is_asset { path } else { "index.html" };
    if !is_plain(name) {
        return not_found();
    }
    let Some((file, compressed)) = find(name, accepts_brotli(request.headers())) else {
        return not_found();
    };
    let data = match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    };
    let mut response = HttpResponse::build(StatusCode::OK);
    response.content_type(kind(name)).insert_header((header::VARY, "Accept-Encoding"));
    if compressed {
        response.insert_header((header::CONTENT_ENCODING, "br"));
    }
    let mut response = response.body(data);
    if is_asset {
        response.extensions_mut().insert(Immutable);
    }
    response
}

fn find(name: &str, brotli: bool) -> Option<(EmbeddedFile, bool)> {
    let compressed = brotli.then(|| Frontend::get(&format!("{name}.br"))).flatten();
    compressed.map(|file| (file, true)).or_else(|| Frontend::get(name).map(|file| (file, false)))
}

/// Whether a path can name one of our files: no hidden one, no way out of the folder, no compressed twin.
fn is_plain(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    path.len() <= 200
        && !path.ends_with(".br")
        && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain))
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let weight = weight.trim().trim_start_matches("q=").parse::<f32>().unwrap_or(0.0);
            name.trim().eq_ignore_ascii_case("br") && weight > 0.0
        })
}

fn kind(name: &str) -> String {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let is_text = kind.type_() == "text" || matches!(kind.subtype().as_str(), "javascript" | "json");
    if is_text { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

fn not_found() -> HttpResponse {
    HttpResponse::NotFound()
        .content_type("text/plain; charset=utf-8")
        .body("There is nothing at this address.\n")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::{accepts_brotli, is_plain, kind};

    #[test]
    fn no_path_leads_out_of_the_folder() {
        assert!(is_plain("index.html") && is_plain("assets/app-1f_2.js"));
        for path in [
            "../Cargo.toml",
            "assets/../../x.rs",
            "assets/..%2fx",
            ".env",
            "assets/.x.js",
            "a//b.js",
            "assets/",
            "a\\b.js",
            "a\0.js",
            "/etc/passwd.txt",
            "index.html.br",
        ] {
            assert!(!is_plain(path), "{path}");
        }
    }

    #[test]
    fn brotli_is_for_those_who_take_it() {
        let takes = |value: &str| {
            let request = TestRequest::default().insert_header(("Accept-Encoding", value)).to_http_request();
            accepts_brotli(request.headers())
        };
        assert!(takes("gzip, deflate, br, zstd") && takes("br;q=0.5"));
        assert!(!takes("gzip") && !takes("br;q=0") && !takes("brotli"));
    }

    #[test]
    fn files_say_what_they_are() {
        assert_eq!(kind("a.js"), "text/javascript; charset=utf-8");
        assert_eq!(kind("a.wasm"), "application/wasm");
        assert_eq!(kind("a.css"), "text/css; charset=utf-8");
        assert_eq!(kind("a.svg"), "image/svg+xml");
        assert_eq!(kind("a.woff2"), "font/woff2");
    }
}
