//! What every answer carries.

use std::collections::BTreeSet;

use serde_json::json;

use crate::harness::{Answer, Group, Server, on_each_engine};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; manifest-src 'self'; \
    require-trusted-types-for 'script'";

fn directives(policy: &str) -> BTreeSet<String> {
    policy
        .split(';')
        .map(|d| d.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|d| !d.is_empty())
        .collect()
}

fn check(what: &str, answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{what}");
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{what}: no policy"));
    assert_eq!(directives(policy), directives(POLICY), "{what}");
    assert_eq!(answer.header("access-control-allow-origin"), None, "{what}");
    for telling in ["server", "x-powered-by"] {
        assert_eq!(answer.header(telling), None, "{what}");
    }
}

#[tokio::test]
async fn on_every_route() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let nobody = server.anonymous();
        let posted = [
            ("an answer", moss.answer("{ viewer { name } }", json!({})).await),
            ("a refusal", nobody.answer("{ organisation { name } }", json!({})).await),
            ("nonsense", moss.answer("{", json!({})).await),
            ("too much", moss.post(&json!({"query": "x".repeat(300_000)})).await),
        ];
        for (what, answer) in &posted {
            check(what, answer);
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
        }
        for (path, status) in [
            ("/", 200),
            ("/sign-in", 200),
            ("/incident/x", 200),
            ("/graphql", 405),
            ("/healthz", 200),
            ("/readyz", 200),
            ("/assets/nothing.js", 404),
            ("/nothing.png", 404),
            ("/demo.db", 404),
            ("/../Cargo.toml", 404),
            ("/%2e%2e/Cargo.toml", 404),
            ("/.git/config", 404),
        ] {
            let answer = Answer::of(nobody.request("GET", path).send().await.expect("an answer")).await;
            check(path, &answer);
            // The client tidies `..` away itself, so that such a path may also arrive as another one.
            if !path.contains("..") && !path.contains("%2e") {
                assert_eq!(answer.status, status, "{path}");
            }
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
            assert!(
                !answer.text.contains("[package]") && !answer.text.starts_with("SQLite format"),
                "{path}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_runs_nothing_inline() {
    on_each_engine(Group::Work, async |server: &Server| {
        let nobody = server.anonymous();
        let page = Answer::of(nobody.request("GET", "/").send().await.expect("an answer")).await;
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        for banned in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            "javascript:",
            "src=\"http",
            "src=\"//",
            "href=\"http",
        ] {
            assert!(!page.text.contains(banned), "{banned} in the page");
        }
        for script in page.text.split("<script").skip(1) {
            let (tag, content) = script.split_once('>').expect("a whole tag");
            assert!(tag.contains("src="), "an inline script");
            assert!(content.starts_with("</script>"), "an inline script");
        }
    })
    .await;
}

#[tokio::test]
async fn assets_are_cached_for_good_and_packed() {
    on_each_engine(Group::Work, async |server: &Server| {
        let nobody = server.anonymous();
        let page = Answer::of(nobody.request("GET", "/").send().await.expect("an answer")).await;
        let mut seen = 0;
        for path in page.text.split('"').filter(|p| p.starts_with("/assets/")) {
            let request = nobody.request("GET", path).header("accept-encoding", "br");
            let asset = Answer::of(request.send().await.expect("an answer")).await;
            assert_eq!(asset.status, 200, "{path}");
            assert!(asset.header("cache-control").unwrap().contains("immutable"), "{path}");
            assert_eq!(asset.header("x-content-type-options"), Some("nosniff"), "{path}");
            seen += 1;
        }
        // A server built without the frontend has a page that names no assets.
        println!("{seen} assets");
    })
    .await;
}
