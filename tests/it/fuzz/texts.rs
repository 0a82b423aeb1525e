//! Strange characters and statements in every text that the API takes; the places are read from the schema.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::random::Random;
use super::sdl::{SDL, TextInput, base};
use super::values::{Ids, Values};
use super::{full, run, strings};
use crate::harness::{Client, Group, Server, on_each_engine, on_each_fresh_engine};

/// Texts for one place in the test command; all of them with `UPHELD_TEST_FULL`.
const SHARE: usize = 24;
/// Fields of one document; the limit is twenty.
const TOGETHER: usize = 10;

/// A value for the place's argument in which only the text at the place is strange.
fn spoilt(place: &TextInput, text: &str, ids: &Ids, random: &mut Random) -> Value {
    let root = if place.mutation { "Mutation" } else { "Query" };
    let argument = SDL.field(root, place.field).arguments.iter().find(|a| a.name == place.argument).unwrap();
    let mut value = Values { random, ids, faults: 0, room: 3_000 }.value(&argument.ty, place.argument).json();
    set(&mut value, &place.path, text);
    value
}

fn set(value: &mut Value, path: &[&str], text: &str) {
    match path.split_first() {
        None => *value = json!(text),
        Some((first, rest)) => {
            if let Value::Array(list) = value {
                if list.is_empty() {
                    list.push(json!({}));
                }
                return set(&mut list[0], path, text);
            }
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            set(&mut value[*first], rest, text);
        }
    }
}

/// Sends texts in one place, several in one document, and counts the codes.
async fn send(
    by: &Client<'_>,
    place: &TextInput,
    texts: &[String],
    ids: &Ids,
    seen: &mut BTreeMap<String, usize>,
) {
    let root = if place.mutation { "Mutation" } else { "Query" };
    let field = SDL.field(root, place.field);
    let ty = &field.arguments.iter().find(|a| a.name == place.argument).unwrap().ty;
    let mut others = String::new();
    let mut random = Random::new(7);
    for other in field.arguments.iter().filter(|a| a.name != place.argument) {
        if matches!(other.ty, graphql_parser::schema::Type::NonNullType(_)) {
            let value =
                Values { random: &mut random, ids, faults: 0, room: 3_000 }.value(&other.ty, &other.name);
            others = format!("{others}, {}: {}", other.name, value.literal());
        }
    }
    let selection = if SDL.fields(base(&field.ty)).is_empty() { "" } else { "{ __typename }" };
    let (mut declared, mut selected, mut variables) = (Vec::new(), String::new(), Map::new());
    for (n, text) in texts.iter().enumerate() {
        declared.push(format!("$v{n}: {ty}"));
        selected = format!("{selected} f{n}: {}({}: $v{n}{others}) {selection}", place.field, place.argument);
        variables.insert(format!("v{n}"), spoilt(place, text, ids, &mut random));
    }
    let kind = if place.mutation { "mutation" } else { "query" };
    let document = format!("{kind}({}) {{{selected} }}", declared.join(", "));
    let began = Instant::now();
    let answer = by.answer(&document, Value::Object(variables)).await;
    let took = began.elapsed();
    let what = format!("{}.{}.{}: {texts:?}", place.field, place.argument, place.path.join("."));
    assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.text);
    assert!(took < Duration::from_secs(5), "{what} took {took:?}");
    let body = answer.json();
    let mut codes: Vec<&str> = body["errors"]
        .as_array()
        .map(|all| all.iter().map(|e| e["extensions"]["code"].as_str().expect("a code")).collect())
        .unwrap_or_default();
    assert!(!codes.contains(&"INTERNAL"), "{what}: {}", answer.text);
    if texts.iter().any(|t| t.contains('\0')) {
        assert_eq!(codes, ["BAD_USER_INPUT"], "{what}: {}", answer.text);
    }
    if texts.len() > 1 && codes == ["TOO_COMPLEX"] {
        // One secret in a document, and lists cost what they may hold.
        for text in texts {
            Box::pin(send(by, place, std::slice::from_ref(text), ids, seen)).await;
        }
        return;
    }
    codes.truncate(texts.len());
    *seen.entry("answered".to_owned()).or_default() += texts.len() - codes.len();
    for code in codes {
        *seen.entry(code.to_owned()).or_default() += 1;
    }
}

/// Puts texts in every place; each place gets a share that begins elsewhere in the list.
async fn everywhere(server: &Server, list: &[String]) {
    let ids = run::ids(server).await;
    let places = SDL.text_inputs();
    let who = [server.person("hazel").await, server.person("cedar").await, server.person("tansy").await];
    let mut seen = BTreeMap::new();
    let mut sent = 0;
    for (n, place) in places.iter().enumerate() {
        if ["signOut", "endSession"].contains(&place.field) {
            continue;
        }
        let share: Vec<String> = if full() {
            list.to_vec()
        } else {
            list.iter().cycle().skip(n * SHARE).take(SHARE.min(list.len())).cloned().collect()
        };
        // NUL refuses the whole document, so it goes alone.
        let (nul, rest): (Vec<String>, Vec<String>) = share.into_iter().partition(|t| t.contains('\0'));
        sent += nul.len() + rest.len();
        for text in &nul {
            send(&who[n % who.len()], place, std::slice::from_ref(text), &ids, &mut seen).await;
        }
        for texts in rest.chunks(TOGETHER) {
            send(&who[n % who.len()], place, texts, &ids, &mut seen).await;
        }
    }
    println!("{sent} texts in {} places: {seen:?}", places.len());
    assert!(places.len() > 50 && sent >= places.len(), "the schema was read");
}

#[tokio::test]
async fn strange_characters_in_every_text() {
    on_each_fresh_engine(async |server: &Server| {
        let list = strings::characters();
        assert!(list.len() >= 200, "{}", list.len());
        everywhere(server, &list).await;
    })
    .await;
}

#[tokio::test]
async fn statements_in_every_text() {
    on_each_fresh_engine(async |server: &Server| {
        let list = strings::statements();
        assert!(list.len() >= 300, "{}", list.len());
        let hazel = server.person("hazel").await;
        let before = hazel.all("people", "id role").await;
        everywhere(server, &list).await;
        for person in before {
            let document = "query($id: ID!) { person(id: $id) { id } }";
            let now = hazel.ok(document, json!({"id": person["id"]})).await;
            assert_eq!(now["person"]["id"], person["id"], "nobody is gone");
        }
    })
    .await;
}

/// What a search gives must be what its words ask for: a statement that was run would find more.
#[tokio::test]
async fn statements_in_a_search_are_words() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let moss = server.person("moss").await;
        let people = "query($s: String) { people(search: $s, first: 100) { nodes { name title } } }";
        let feed = "query($s: String) { recognitions(filter: {search: $s}, first: 100) { nodes { id } } }";
        let everybody = moss.all("people", "id").await.len();
        for text in strings::statements() {
            let has_word = text.chars().any(char::is_alphanumeric);
            let data = moss.ok(people, json!({"s": text})).await;
            let found = data["people"]["nodes"].as_array().unwrap();
            for person in found.iter().filter(|_| has_word) {
                let called = format!("{} {}", person["name"], person["title"]).to_lowercase();
                let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
                let fits = words.map(str::to_lowercase).all(|w| called.contains(&w));
                assert!(fits, "{text} found {called}");
            }
            assert!(!has_word || found.len() < everybody, "{text} found everybody");
            moss.ok(feed, json!({"s": text})).await;
        }
        for text in strings::statements().iter().filter(|t| t.is_ascii()) {
            let request = server
                .anonymous()
                .request("POST", "/graphql")
                .header("cookie", format!("upheld_session={text}"))
                .header("authorization", format!("Bearer {text}"))
                .json(&json!({"query": "{ viewer { id } }"}));
            let answer = crate::harness::Answer::of(request.send().await.expect("an answer")).await;
            assert_eq!(answer.json(), json!({"data": {"viewer": null}}), "{text}");
        }
    })
    .await;
}
