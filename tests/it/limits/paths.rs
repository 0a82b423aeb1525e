//! A hundred paths and fifty headers that lead elsewhere in other servers, as bytes on the connection.

use std::time::Duration;

use super::{connect, write};
use crate::harness::{Group, Server, on_each_engine};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

/// What comes back for a head, whole.
async fn said(server: &Server, head: &str) -> String {
    let mut stream = connect(server).await;
    assert!(write(&mut stream, format!("{head}Connection: close\r\n\r\n").as_bytes()).await);
    let mut bytes = Vec::new();
    let _ =
        timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await.expect("an answer in time");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn status(answer: &str) -> u16 {
    // Who asks whether to go on is told so before the answer.
    let answer = answer.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(answer);
    answer.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(400)
}

fn paths() -> Vec<String> {
    let climbs = [
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..\\",
        "..%5c",
        "%252e%252e%252f",
        "..;/",
        "....//",
        "%c0%ae%c0%ae/",
        ".%00./",
        "..%c0%af",
        "\u{ff0e}\u{ff0e}/",
    ];
    let files = ["etc/passwd", "Cargo.toml", "data/demo.db", ".git/config"];
    let mut all = Vec::new();
    for climb in climbs {
        for file in files {
            all.push(format!("/assets/{}{file}", climb.repeat(6)));
            all.push(format!("/{}{file}", climb.repeat(3)));
        }
    }
    let names = [
        "/.env",
        "/.git/HEAD",
        "/.htaccess",
        "/demo.db",
        "/demo.db-wal",
        "/upheld.db",
        "/data/upheld.db",
        "/Cargo.lock",
        "/assets/",
        "/assets",
        "/assets//etc/passwd",
        "/assets/.hidden.js",
        "/assets/a.js.br",
        "/index.html.br",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "/%0d%0aSet-Cookie:%20a=b",
        "/%0aLocation:%20//evil.example",
        "/sign-in?next=//evil.example",
        "/sign-in?next=javascript:alert(1)",
        "/graphql/../demo.db",
        "/graphql%00",
        "/metrics",
        "/debug",
        "/server-status",
        "/actuator/env",
        "/a.b/../../x.y",
        "/~root",
        "/*.js",
        "/%",
    ];
    all.extend(names.map(str::to_owned));
    all
}

#[tokio::test]
async fn a_hundred_paths_lead_to_no_file() {
    on_each_engine(Group::Work, async |server: &Server| {
        let paths = paths();
        assert!(paths.len() >= 100, "{}", paths.len());
        for path in paths {
            let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", server.address());
            let answer = said(server, &head).await;
            assert!([200, 400, 404, 405].contains(&status(&answer)), "{path}: {answer}");
            for content in ["root:x:", "[package]", "SQLite format", "repositoryformatversion", "[[package]]"]
            {
                assert!(!answer.contains(content), "{path} shows a file: {content}");
            }
            let head = answer.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
            assert!(!head.contains("\nlocation:") && !head.contains("\nset-cookie:"), "{path}: {head}");
            // Only the one page is answered for a path of the application.
            if status(&answer) == 200 {
                assert!(head.contains("text/html"), "{path}: {head}");
            }
        }
        server.assert_well();
    })
    .await;
}

const HEADERS: [&str; 52] = [
    "Host: evil.example",
    "Host: 127.0.0.1@evil.example",
    "Host: evil.example:80",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Server: evil.example",
    "X-Host: evil.example",
    "X-HTTP-Host-Override: evil.example",
    "Forwarded: host=evil.example;proto=https;for=127.0.0.1",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Scheme: https",
    "X-Forwarded-Port: 444",
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-For: ' OR 1=1 --",
    "X-Forwarded-For: 1.1.1.1, 2.2.2.2, ::1, unknown, _x",
    "X-Real-IP: 127.0.0.1",
    "True-Client-IP: 127.0.0.1",
    "CF-Connecting-IP: 127.0.0.1",
    "Client-IP: 127.0.0.1",
    "X-Original-URL: /graphql",
    "X-Rewrite-URL: /graphql",
    "X-HTTP-Method-Override: POST",
    "X-HTTP-Method: DELETE",
    "X-Method-Override: POST",
    "X-User-ID: 1",
    "X-Remote-User: hazel@upheld.example",
    "Remote-User: hazel@upheld.example",
    "X-Authenticated-User: hazel@upheld.example",
    "Authorization: Basic aGF6ZWw6dXBoZWxkLWRlbW8=",
    "Authorization: Bearer null",
    "Authorization: Bearer undefined",
    "Authorization: Bearer",
    "Authorization: bearer \u{7f}",
    "Cookie: upheld_session=null",
    "Cookie: upheld_session=; upheld_session=admin",
    "Cookie: role=ADMIN; admin=true",
    "Cookie: =; ;;;=",
    "Range: bytes=0-18446744073709551615",
    "Range: bytes=0-0,1-1,2-2",
    "If-None-Match: *",
    "If-Modified-Since: x",
    "Accept: ../../etc/passwd",
    "Accept-Encoding: br;q=nan, gzip;q=-1, *;q=1e999",
    "Accept-Language: ${jndi:ldap://127.0.0.1:9/x}",
    "User-Agent: () { :; }; echo x",
    "User-Agent: {{7*7}}<script>alert(1)</script>",
    "Referer: javascript:alert(1)",
    "X-Request-Id: forged-by-the-client",
    "Upgrade: h2c",
    "Expect: 100-continue",
    "TE: trailers",
    "Content-Length: 0",
    "Transfer-Encoding: xchunked",
];

#[tokio::test]
async fn fifty_headers_change_nothing() {
    on_each_engine(Group::Work, async |server: &Server| {
        for header in HEADERS {
            let host = if header.starts_with("Host:") { String::new() } else { format!("Host: {}\r\n", server.address()) };
            for path in ["/sign-in", "/graphql", "/healthz"] {
                let answer = said(server, &format!("GET {path} HTTP/1.1\r\n{host}{header}\r\n")).await;
                let what = format!("{path} with {header}: {answer}");
                assert!(status(&answer) < 500 && !(300..400).contains(&status(&answer)), "{what}");
                assert!(!answer.contains("evil.example") && !answer.contains("forged-by-the-client"), "{what}");
                assert!(!answer.contains("\"data\":{") && !answer.to_lowercase().contains("\nlocation:"), "{what}");
                assert!(path != "/graphql" || [400, 405].contains(&status(&answer)), "{what}");
            }
        }
        // Who one is, no header says but the session's.
        for header in HEADERS.iter().filter(|h| !h.starts_with("Host") && !h.starts_with("Content-Length")) {
            let body = "{\"query\":\"{ viewer { name } }\"}";
            let head = format!(
                "POST /graphql HTTP/1.1\r\nHost: {}\r\n{header}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{body}",
                server.address(), body.len()
            );
            let mut stream = connect(server).await;
            assert!(write(&mut stream, head.as_bytes()).await);
            let mut bytes = Vec::new();
            let _ = timeout(Duration::from_secs(15), stream.read_to_end(&mut bytes)).await;
            let answer = String::from_utf8_lossy(&bytes);
            assert!(!answer.contains("\"name\":"), "{header}: {answer}");
        }
        server.assert_well();
    })
    .await;
}

/// Two ideas of where a message ends are how one request hides in another.
#[tokio::test]
async fn a_message_has_one_length() {
    on_each_engine(Group::Work, async |server: &Server| {
        let hidden = "POST /graphql HTTP/1.1\r\nHost: x\r\n\r\n";
        for lengths in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 60",
            "Content-Length: 5\r\nContent-Length: 60",
            "Content-Length: +5",
            "Content-Length: 5, 5",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding: \u{b}chunked",
        ] {
            let mut stream = connect(server).await;
            let head = format!(
                "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{lengths}\r\n\r\n0\r\n\r\n{hidden}",
                server.address()
            );
            assert!(write(&mut stream, head.as_bytes()).await);
            let mut bytes = vec![0; 16 * 1024];
            let read = timeout(Duration::from_secs(15), stream.read(&mut bytes)).await.expect("an answer or an end");
            let answer = String::from_utf8_lossy(&bytes[..read.unwrap_or(0)]).into_owned();
            assert!(answer.is_empty() || (400..500).contains(&status(&answer)), "{lengths}: {answer}");
            assert!(!answer.contains("\"data\":{"), "{lengths}: {answer}");
        }
        server.assert_well();
    })
    .await;
}
