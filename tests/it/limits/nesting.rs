//! Deep, wide and long documents. The parser recurses: one that is too deep would end the process.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Client, Group, Server, on_each_engine};

const REFUSED: [&str; 2] = ["TOO_COMPLEX", "BAD_USER_INPUT"];

/// Sends the document; it is refused in words, soon, and the server lives.
async fn refused(by: &Client<'_>, what: &str, document: &str, variables: Value) {
    let began = Instant::now();
    let answer = by.answer(document, variables).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{what} took {:?}", began.elapsed());
    assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.text);
    if answer.status != 413 {
        let refusal = answer.result().expect_err(what);
        assert!(REFUSED.contains(&refusal.code.as_str()), "{what}: {refusal:?}");
    }
    by.server.assert_well();
}

#[tokio::test]
async fn nesting_of_every_kind_is_counted_before_the_parser() {
    on_each_engine(Group::Work, async |server: &Server| {
        for by in [server.anonymous(), server.person("moss").await] {
            for levels in [70, 200, 1_000, 1_600, 5_000, 8_000, 50_000, 200_000] {
                let (open, close) = (|s: &str| s.repeat(levels), |s: &str| s.repeat(levels));
                let documents = [
                    ("selections", format!("{}a{}", open("{a"), close("}"))),
                    ("selections that never end", open("{a")),
                    (
                        "lists in an argument",
                        format!("{{ person(id: {}1{}) {{ id }} }}", open("["), close("]")),
                    ),
                    ("lists that never end", format!("{{ person(id: {}", open("["))),
                    (
                        "objects in an argument",
                        format!("{{ person(id: {}1{}) {{ id }} }}", open("{a:"), close("}")),
                    ),
                    (
                        "a default",
                        format!("query($v: [ID] = {}1{}) {{ viewer {{ id }} }}", open("["), close("]")),
                    ),
                    ("a type", format!("query($v: {}ID{}) {{ viewer {{ id }} }}", open("["), close("]"))),
                    (
                        "a directive",
                        format!("{{ viewer @include(if: {}1{}) {{ id }} }}", open("["), close("]")),
                    ),
                    ("mixed", format!("{{ person(id: {}1{}) {{ id }} }}", open("[{a:"), close("}]"))),
                    ("fragments", format!("{{ {} id {} }}", open("... { "), close("}"))),
                ];
                for (what, document) in documents {
                    refused(&by, &format!("{what}, {levels} deep"), &document, json!({})).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn ten_levels_of_a_wrong_document_are_refused_too() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        for document in [
            format!("{}a{}", "{a".repeat(10), "}".repeat(10)),
            format!("{{ person(id: {}1{}) {{ id }} }}", "[".repeat(10), "]".repeat(10)),
        ] {
            refused(&moss, "ten levels", &document, json!({})).await;
        }
    })
    .await;
}

#[tokio::test]
async fn brackets_in_texts_and_comments_are_no_nesting() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let brackets = "[".repeat(90);
        let document = format!("{{ people(search: \"{brackets}\") {{ nodes {{ id }} }} }} # {brackets}");
        assert!(moss.query(&document, json!({})).await.is_ok());
        let document = format!("{{ people(search: \"\"\"{brackets}\"\"\") {{ nodes {{ id }} }} }}");
        assert!(moss.query(&document, json!({})).await.is_ok());
        // A quote in a comment opens no text, and an escaped one closes none.
        let hidden = format!(
            "# \"\n{{ people(search: \"\\\"\") {{ nodes {{ id }} }} person(id: {}",
            "[".repeat(5_000)
        );
        refused(&moss, "behind a quote", &hidden, json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn deep_variables_do_no_harm() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        for levels in [100, 5_000, 100_000] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let value = format!("{}1{}", open.repeat(levels), close.repeat(levels));
                let body = format!(r#"{{"query":"query($v: String) {{ people(search: $v) {{ nodes {{ id }} }} }}","variables":{{"v":{value}}}}}"#);
                let request = moss.request("POST", "/graphql").header("content-type", "application/json").body(body);
                let response = request.send().await.expect("an answer");
                assert!(response.status().as_u16() < 500, "{levels}");
                assert!(!response.text().await.unwrap().contains("\"data\":{\"people\""), "{levels}");
                server.assert_well();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn aliases_fields_and_directives_are_counted() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let many = |n: usize, field: &str| (0..n).map(|i| format!("a{i}:{field} ")).collect::<String>();
        refused(&moss, "10,000 aliases", &format!("{{ {} }}", many(10_000, "venues{id}")), json!({})).await;
        refused(&moss, "as many aliases as fit", &format!("{{ {} }}", many(900, "venues{id}")), json!({})).await;
        let page = "recognitions(first:100){nodes{subjects{reports(first:100){nodes{reports(first:100){nodes{id}}}}}}}";
        refused(&moss, "pages of pages of pages", &format!("{{ {page} }}"), json!({})).await;
        refused(&moss, "many pages", &format!("{{ {} }}", many(100, "recognitions(first:100){nodes{id wording}}")), json!({}))
            .await;
        let directives = |n: usize| format!("{{ viewer {} {{ id }} }}", "@include(if: true) ".repeat(n));
        refused(&moss, "1,000 directives", &directives(1_000), json!({})).await;
        refused(&moss, "11 directives", &directives(11), json!({})).await;
        let spread: String = (0..500).map(|_| "...F ").collect();
        let wide = format!("fragment F on Query {{ venues {{ id name }} teams {{ id }} }} {{ {spread} }}");
        let answer = moss.answer(&wide, json!({})).await;
        assert!(answer.status < 500);
        let chain: String = (0..200).map(|n| format!("fragment F{n} on Person {{ id ...F{} }} ", n + 1)).collect();
        refused(&moss, "a chain of fragments", &format!("{chain} fragment F200 on Person {{ id }} {{ viewer {{ ...F0 }} }}"), json!({}))
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_path_is_at_most_twelve_deep() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let path = |managers: usize| {
            format!("{{ viewer {{ {} id {} }} }}", "manager { ".repeat(managers), "} ".repeat(managers))
        };
        assert!(moss.query(&path(8), json!({})).await.is_ok());
        refused(&moss, "15 deep", &path(15), json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn introspection_is_for_admins() {
    use crate::harness::Engine;
    use crate::harness::Place;
    for engine in Engine::all() {
        let server = Server::start(&Place::new(engine).into(), &["--demo", "--demo-fresh"]);
        let moss = server.person("moss").await;
        for document in
            ["{ __schema { queryType { name } } }", "{ __type(name: \"Person\") { name fields { name } } }"]
        {
            for by in [&moss, &server.anonymous()] {
                let answer = by.answer(document, json!({})).await;
                assert!(!answer.text.contains("\"name\":"), "{}", answer.text);
            }
            assert!(server.person("hazel").await.query(document, json!({})).await.is_ok());
        }
        assert_eq!(moss.ok("{ __typename }", json!({})).await, json!({"__typename": "Query"}));
        let answer = moss.answer("{ viewer { id } }", json!({})).await;
        assert_eq!(answer.header("server-timing"), None, "the count is for development");
        let typo = moss.err("{ viewr { id } }", json!({})).await;
        assert!(!typo.message.contains("viewer"), "no suggestions: {}", typo.message);
        server.assert_well();
    }
}
