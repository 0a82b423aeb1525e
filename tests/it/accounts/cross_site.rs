//! A8: of all requests that a page of another site can make a browser send, none writes.

use serde_json::json;

use super::holds;
use crate::harness::{Group, Server, canary, on_each_engine};

const CONTENT_TYPES: [Option<&str>; 9] = [
    Some("application/json"),
    None,
    Some("text/plain"),
    Some("text/plain; charset=application/json"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=x"),
    Some("image/png"),
    Some("application/graphql"),
    Some("application/json; charset=utf-16"),
];

#[tokio::test]
async fn every_content_type_by_method_and_origin() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let victim = server.own_session("rowan").await;
        let longer = format!("{}.evil.example", server.base());
        let origins = [Some(server.base()), Some("https://evil.example"), Some("null"), Some(&longer), None];
        let (mut sent, mut meant_to_write) = (0, Vec::new());
        for method in ["GET", "POST", "PUT"] {
            for content_type in CONTENT_TYPES {
                for origin in origins {
                    let name = canary("token");
                    let document = format!("mutation {{ createApiToken(input: {{name: \"{name}\"}}) {{ expiresAt }} }}");
                    let body = match content_type {
                        Some(form) if form.starts_with("multipart") => format!(
                            "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{{}}\r\n--x--\r\n",
                            json!({"query": document})
                        ),
                        Some("application/graphql") => document.clone(),
                        Some("application/x-www-form-urlencoded") => {
                            format!("query={}", document.replace(' ', "+").replace('"', "%22"))
                        }
                        _ => json!({"query": document}).to_string(),
                    };
                    let path = format!("/graphql?query={}", document.replace(' ', "%20").replace('"', "%22"));
                    let path = if method == "GET" { path.as_str() } else { "/graphql" };
                    let mut request = victim.request(method, path).body(body);
                    for (header, value) in [("content-type", content_type), ("origin", origin)] {
                        if let Some(value) = value {
                            request = request.header(header, value);
                        }
                    }
                    let status = request.send().await.expect("an answer").status().as_u16();
                    let ours = origin.is_none() || origin == Some(server.base());
                    let may = method == "POST" && content_type == Some("application/json") && ours;
                    let expected = match (method, may, ours) {
                        ("POST", true, _) => 200,
                        ("POST", false, false) => 403,
                        ("POST", false, true) => 415,
                        _ => 405,
                    };
                    assert_eq!(status, expected, "{method} {content_type:?} {origin:?}");
                    if may {
                        meant_to_write.push(name);
                    }
                    sent += 1;
                }
            }
        }
        let listed = victim.ok("{ apiTokens { name } }", json!({})).await;
        let listed = listed["apiTokens"].as_array().unwrap();
        println!("{sent} requests, {} writes, all of them our own", listed.len());
        assert_eq!((sent, listed.len(), meant_to_write.len()), (135, 2, 2), "{listed:?}");
        assert!(listed.iter().all(|t| meant_to_write.iter().any(|n| t["name"] == n.as_str())));
        assert!(holds(&victim).await);
    })
    .await;
}
