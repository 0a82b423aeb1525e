//! The checks of graphql-cop, each as the tool makes it, as nobody and as a member; none may fire.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Engine, Place, Server};

/// A check by its title in the tool.
struct Check {
    title: &'static str,
    fires: for<'a> fn(&'a Client<'a>) -> std::pin::Pin<Box<dyn Future<Output = bool> + 'a>>,
}

macro_rules! check {
    ($title:literal, |$by:ident| $body:expr) => {
        Check { title: $title, fires: |$by| Box::pin(async move { $body }) }
    };
}

async fn graph_query(by: &Client<'_>, document: &str) -> Value {
    serde_json::from_str(&by.answer(document, json!({})).await.text).unwrap_or(Value::Null)
}

async fn send(request: reqwest::RequestBuilder) -> (String, Value) {
    let text = Answer::of(request.send().await.expect("an answer")).await.text;
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    (text, json)
}

const CHECKS: [Check; 13] = [
    check!("Alias Overloading", |by| {
        let aliases: String = (0..101).map(|n| format!("alias{n}:__typename \n")).collect();
        !graph_query(by, &format!("query cop {{ {aliases} }}")).await["data"]["alias100"].is_null()
    }),
    check!("Array-based Query Batching", |by| {
        let one = json!({"query": "query cop { __typename }"});
        let answer = by.post(&Value::from(vec![one; 10])).await;
        serde_json::from_str::<Value>(&answer.text)
            .ok()
            .and_then(|v| v.as_array().map(|a| a.len() >= 10))
            .unwrap_or(false)
    }),
    check!("Introspection-based Circular Query", |by| {
        let document = "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }";
        graph_query(by, document).await["data"]["__schema"]["types"].as_array().is_some_and(|t| t.len() > 25)
    }),
    check!("Directive Overloading", |by| {
        let answer = graph_query(by, "query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }").await;
        answer["errors"].as_array().is_some_and(|e| e.len() == 10)
    }),
    check!("Field Duplication", |by| {
        let document = format!("query cop {{ {}}}", "__typename \n".repeat(500));
        !graph_query(by, &document).await["data"]["__typename"].is_null()
    }),
    check!("Field Suggestions", |by| {
        let mut said = graph_query(by, "query cop { __schema { directive } }").await.to_string();
        said += &graph_query(by, "query cop { viewr { id } }").await.to_string();
        said.contains("Did you mean")
    }),
    check!("Mutation is allowed over GET (possible CSRF)", |by| {
        let (_, json) = send(by.request("GET", "/graphql?query=mutation%20cop%20%7B__typename%7D")).await;
        !json["data"]["__typename"].is_null()
    }),
    check!("GET Method Query Support", |by| {
        let (_, json) = send(by.request("GET", "/graphql?query=query%20cop%20%7B__typename%7D")).await;
        !json["data"]["__typename"].is_null()
    }),
    check!("GraphQL IDE", |by| {
        let mut found = false;
        for path in ["/graphql", "/graphiql", "/playground", "/console", "/altair", "/"] {
            let (text, _) = send(by.request("GET", path).header("accept", "text/html")).await;
            found |= ["graphiql.min.css", "GraphQL Playground", "GraphiQL", "graphql-playground"]
                .iter()
                .any(|word| text.contains(word));
        }
        found
    }),
    check!("Introspection", |by| {
        let answer = graph_query(by, "query cop { __schema { types { name fields { name } } } }").await;
        !answer["data"]["__schema"]["types"].is_null()
    }),
    check!("POST based url-encoded query (possible CSRF)", |by| {
        let request = by
            .request("POST", "/graphql")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("query=query+cop+%7B+__typename+%7D");
        !send(request).await.1["data"]["__typename"].is_null()
    }),
    check!("Trace Mode", |by| {
        let answer = graph_query(by, "query cop { __typename }").await;
        !answer["errors"][0]["extensions"]["tracing"].is_null() || !answer["extensions"].is_null()
    }),
    check!("Unhandled Errors Detection", |by| {
        let answer = graph_query(by, "qwerty cop { abc }").await;
        !answer["errors"][0]["extensions"]["exception"].is_null() || answer.to_string().contains("exception")
    }),
];

#[tokio::test]
async fn no_check_of_graphql_cop_fires() {
    for engine in Engine::all() {
        // As it is in production: without the development flag, which shows the schema.
        let server = Server::start(&Place::new(engine).into(), &["--demo", "--demo-fresh"]);
        let (nobody, moss) = (server.anonymous(), server.person("moss").await);
        let mut fired = Vec::new();
        for check in &CHECKS {
            for (who, by) in [("nobody", &nobody), ("a member", &moss)] {
                if (check.fires)(by).await {
                    fired.push(format!("{} ({who})", check.title));
                }
            }
        }
        assert!(fired.is_empty(), "{fired:?}");
        server.assert_well();
    }
}

/// The checks can fire: some do where the development flag is on.
#[tokio::test]
async fn in_development_the_checks_find_the_open_schema() {
    let server = Server::demo(Engine::Sqlite);
    let nobody = server.anonymous();
    for title in ["Introspection"] {
        let check = CHECKS.iter().find(|c| c.title == title).expect("a check");
        assert!((check.fires)(&nobody).await, "{title}");
    }
}
