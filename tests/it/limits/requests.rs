//! Methods, content types, origins, sizes and slowness.

use std::time::Duration;

use serde_json::{Value, json};

use super::{answer, connect, write};
use crate::harness::{Answer, Client, Group, Server, canary, on_each_engine, upheld};

/// A mutation as one string of JSON, with a title to look for.
async fn body(by: &Client<'_>, title: &str) -> String {
    let input = upheld(by).about("larch").set("title", title).input().await;
    let document = "mutation($input: LogIncidentInput!) { logIncident(input: $input) { incident { id } } }";
    json!({"query": document, "variables": {"input": input}}).to_string()
}

async fn was_written(by: &Client<'_>, title: &str) -> bool {
    by.all("myIncidents", "title").await.iter().any(|i| i["title"] == title)
}

#[tokio::test]
async fn only_post_asks() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        for method in ["GET", "PUT", "PATCH", "DELETE", "HEAD", "TRACE"] {
            let path = "/graphql?query=%7Bviewer%7Bid%7D%7D";
            let answer = Answer::of(moss.request(method, path).send().await.expect("an answer")).await;
            assert_eq!(answer.status, 405, "{method}");
            assert!(!answer.text.contains("\"data\":{"), "{method}: {}", answer.text);
        }
        let title = canary("title");
        let body = body(&moss, &title).await;
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let request = moss
                .request(method, "/graphql")
                .header("content-type", "application/json")
                .body(body.clone());
            assert_eq!(request.send().await.expect("an answer").status().as_u16(), 405, "{method}");
        }
        assert!(!was_written(&moss, &title).await);
    })
    .await;
}

#[tokio::test]
async fn only_json_is_read() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let title = canary("title");
        let body = body(&moss, &title).await;
        for content_type in [
            None,
            Some("text/plain"),
            Some("text/plain; application/json"),
            Some("application/x-www-form-urlencoded"),
            Some("multipart/form-data; boundary=x"),
            Some("image/png"),
            Some("application/graphql"),
            Some("application/jsonp"),
            Some("application/json-patch+json"),
            Some("application/xml"),
            Some("*/*"),
            Some(""),
        ] {
            let mut request = moss.request("POST", "/graphql").body(body.clone());
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            assert_eq!(request.send().await.expect("an answer").status().as_u16(), 415, "{content_type:?}");
        }
        let operations = "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n";
        let form = format!("{operations}{body}\r\n--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{{}}\r\n--x--\r\n");
        let request = moss.request("POST", "/graphql").header("content-type", "multipart/form-data; boundary=x");
        assert_eq!(request.body(form).send().await.expect("an answer").status().as_u16(), 415);
        assert!(!was_written(&moss, &title).await);
        let request = moss.request("POST", "/graphql").header("content-type", "application/json; charset=utf-8");
        assert_eq!(request.body(body).send().await.expect("an answer").status().as_u16(), 200);
    })
    .await;
}

#[tokio::test]
async fn another_origin_is_refused() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let title = canary("title");
        let body = body(&moss, &title).await;
        let other_port = server.base().replace("127.0.0.1:", "127.0.0.1:1");
        let longer = format!("{}.evil.example", server.base());
        for (header, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", ""),
            ("origin", "http://127.0.0.1"),
            ("origin", &other_port),
            ("origin", &longer),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "nonsense"),
        ] {
            let request = moss
                .request("POST", "/graphql")
                .header("content-type", "application/json")
                .header(header, value);
            let status = request.body(body.clone()).send().await.expect("an answer").status().as_u16();
            assert_eq!(status, 403, "{header}: {value}");
        }
        assert!(!was_written(&moss, &title).await);
        for (header, value) in
            [("origin", server.base()), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none")]
        {
            let request = moss
                .request("POST", "/graphql")
                .header(header, value)
                .json(&json!({"query": "{ viewer { name } }"}));
            let answer = Answer::of(request.send().await.expect("an answer")).await;
            assert_eq!(answer.json(), json!({"data": {"viewer": {"name": "Moss"}}}), "{header}: {value}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    })
    .await;
}

#[tokio::test]
async fn no_batches_and_no_other_shapes() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let one = json!({"query": "{ viewer { name } }"});
        let bodies = [
            json!([one]),
            json!([]),
            Value::from(vec![one.clone(); 1_000]),
            json!("x"),
            json!(1),
            json!(null),
            json!({}),
        ];
        for body in bodies {
            let answer = moss.post(&body).await;
            assert!((400..500).contains(&answer.status) || answer.result().is_err(), "{}", answer.text);
            assert!(!answer.text.contains("Moss"), "{}", answer.text);
        }
        for broken in
            ["", "{", "{\"query\":", "\u{feff}{}", "{\"query\":\"{ viewer { name } }\"} trailing", "\0"]
        {
            let request =
                moss.request("POST", "/graphql").header("content-type", "application/json").body(broken);
            let answer = Answer::of(request.send().await.expect("an answer")).await;
            assert!((400..500).contains(&answer.status), "{broken}: {}", answer.status);
        }
        let invalid = moss
            .request("POST", "/graphql")
            .header("content-type", "application/json")
            .body(vec![b'"', 0xff, b'"']);
        assert!((400..500).contains(&invalid.send().await.expect("an answer").status().as_u16()));
    })
    .await;
}

#[tokio::test]
async fn a_body_of_more_than_256_kib_is_refused_while_it_streams() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        for size in [256 * 1024 + 1, 1024 * 1024] {
            let padding = "x".repeat(size);
            let answer = moss.post(&json!({"query": "{ viewer { id } }", "variables": {"x": padding}})).await;
            assert_eq!(answer.status, 413, "{size}");
        }
        let fits = moss.post(&json!({"query": "{ viewer { name } }", "variables": {"x": "x".repeat(200 * 1024)}})).await;
        assert_eq!(fits.status, 200);
        let long = moss.answer(&format!("{{ viewer {{ name }} }} #{}", "x".repeat(17 * 1024)), json!({})).await;
        assert!(long.result().is_err(), "a document of more than 16 KiB");

        let mut stream = connect(server).await;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            server.address()
        );
        assert!(write(&mut stream, head.as_bytes()).await);
        let chunk = format!("{:x}\r\n{}\r\n", 16 * 1024, "x".repeat(16 * 1024));
        let mut sent = 0;
        // It is never finished: the refusal must come from counting, not from the end.
        while sent < 64 && write(&mut stream, chunk.as_bytes()).await {
            sent += 1;
        }
        let said = answer(&mut stream, Duration::from_secs(5)).await;
        assert!(said.starts_with("HTTP/1.1 413") || said.is_empty(), "{said}");
        server.assert_well();
    })
    .await;
}

#[tokio::test]
async fn a_length_that_lies_is_refused_at_once() {
    on_each_engine(Group::Work, async |server: &Server| {
        let mut stream = connect(server).await;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n{{",
            server.address()
        );
        assert!(write(&mut stream, head.as_bytes()).await);
        let said = answer(&mut stream, Duration::from_secs(5)).await;
        assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_slow_body_and_a_slow_head_run_out_of_time() {
    on_each_engine(Group::Work, async |server: &Server| {
        let mut body = connect(server).await;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
            server.address()
        );
        assert!(write(&mut body, head.as_bytes()).await);
        let mut slow_head = connect(server).await;
        assert!(write(&mut slow_head, b"POST /graphql HTTP/1.1\r\nHost: x\r\n").await);
        let (body_said, head_said) =
            tokio::join!(answer(&mut body, Duration::from_secs(15)), answer(&mut slow_head, Duration::from_secs(10)));
        for said in [body_said, head_said] {
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
        }
        server.assert_well();
    })
    .await;
}

#[tokio::test]
async fn a_packed_body_is_not_unpacked() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        for encoding in ["gzip", "br", "deflate", "zstd"] {
            let request = moss
                .request("POST", "/graphql")
                .header("content-type", "application/json")
                .header("content-encoding", encoding)
                .body(vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
            let status = request.send().await.expect("an answer").status().as_u16();
            assert!((400..500).contains(&status), "{encoding}: {status}");
        }
    })
    .await;
}
