//! Each operation × each kind of viewer, against `operations.txt`.

use std::collections::BTreeSet;
use std::path::Path;

use graphql_parser::schema::{Definition, TypeDefinition, parse_schema};
use serde_json::{Value, json};

use super::CAST;
use super::situations::{Scene, Situation};
use crate::harness::{Client, Group, MUTATIONS, Server, on_each_engine};

const FILE: &str = include_str!("operations.txt");

/// A row: one operation in one situation.
#[derive(Debug)]
struct Row {
    operation: String,
    cells: Vec<String>,
}

#[derive(Debug, Default)]
struct Block {
    situation: String,
    /// Viewer → person, where the situation has others than usual.
    cast: Vec<(String, String)>,
    rows: Vec<Row>,
}

#[derive(Debug, Default)]
struct Operations {
    viewers: Vec<String>,
    blocks: Vec<Block>,
    without_row: BTreeSet<String>,
}

impl Operations {
    fn read() -> Self {
        let mut read = Self::default();
        let mut excused = false;
        for line in FILE.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
            let indent = line.len() - line.trim_start().len();
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            match indent {
                0 if line == "without a row" => excused = true,
                0 => read.blocks.push(Block::titled(line)),
                2 if excused => {
                    let (names, reason) = line.split_once('|').expect("a reason");
                    assert!(reason.trim().len() > 5, "no reason: {line}");
                    read.without_row.extend(names.split_whitespace().map(str::to_owned));
                }
                2 => {
                    let cells = words[1..].to_vec();
                    assert_eq!(cells.len(), read.viewers.len(), "{line}");
                    let block = read.blocks.last_mut().expect("a situation before its rows");
                    block.rows.push(Row { operation: words[0].clone(), cells });
                }
                _ => read.viewers = words,
            }
        }
        read
    }
}

impl Block {
    fn titled(line: &str) -> Self {
        let (situation, cast) = line.split_once(" (").unwrap_or((line, ""));
        let pairs = cast.trim_end_matches(')').split_whitespace().filter_map(|pair| pair.split_once('='));
        let cast = pairs.map(|(viewer, person)| (viewer.to_owned(), person.to_owned())).collect();
        Self { situation: situation.to_owned(), cast, rows: Vec::new() }
    }

    fn person<'b>(&'b self, viewer: &str) -> &'b str {
        let own = self.cast.iter().find(|(v, _)| v == viewer).map(|(_, person)| person.as_str());
        let viewer = match viewer {
            "member" => "peer",
            other => other,
        };
        own.or_else(|| CAST.iter().find(|(v, _)| *v == viewer).map(|(_, person)| *person))
            .or_else(|| (viewer == "former").then_some("alder"))
            .unwrap_or_else(|| panic!("nobody plays {viewer}"))
    }
}

/// What an operation did, in the words of the table.
async fn outcome(scene: &Scene<'_>, operation: &str, by: &Client<'_>) -> String {
    let answer =
        if let Some((_, input_type, payload)) = MUTATIONS.iter().find(|(name, ..)| *name == operation) {
            let document =
                format!("mutation($input: {input_type}!) {{ {operation}(input: $input) {{ {payload} }} }}");
            by.answer(&document, json!({"input": scene.input(operation).await})).await
        } else {
            let (document, variables) = scene.question(operation).await;
            by.answer(&document, variables).await
        };
    let data = match answer.result() {
        Ok(data) => data[operation].clone(),
        Err(refusal) => {
            return match refusal.code.as_str() {
                "UNAUTHENTICATED" => "out".into(),
                "NOT_FOUND" => "-".into(),
                "FORBIDDEN" => "no".into(),
                "CONFLICT" => "late".into(),
                other => format!("{other}: {}", refusal.message),
            };
        }
    };
    let listed = data.get("nodes").and_then(Value::as_array);
    match listed {
        _ if data.is_null() => "null".into(),
        // A list is judged by whether the situation's own record is in it.
        Some(nodes) if scene.is_listed(nodes) => "ok".into(),
        Some(_) => "[]".into(),
        None => "ok".into(),
    }
}

#[tokio::test]
async fn every_operation_for_every_kind_of_viewer() {
    let table = Operations::read();
    on_each_engine(Group::Work, async |server: &Server| {
        let (mut wrong, mut cells) = (Vec::new(), 0);
        let ended = server.own_session("tansy").await;
        ended.ok("mutation { signOut { done } }", json!({})).await;
        let left = super::situations::who_left(server).await;
        for block in &table.blocks {
            let situation = Situation::named(&block.situation, |viewer| block.person(viewer).to_owned());
            for row in &block.rows {
                // What is refused changes nothing, so that those viewers share a scene.
                let shared = situation.play(server).await;
                for (viewer, expected) in
                    table.viewers.iter().zip(&row.cells).filter(|(_, cell)| *cell != ".")
                {
                    let fresh;
                    let scene =
                        if expected == "ok" && MUTATIONS.iter().any(|(name, ..)| *name == row.operation) {
                            fresh = situation.play(server).await;
                            &fresh
                        } else {
                            &shared
                        };
                    let client = match viewer.as_str() {
                        "nobody" => server.anonymous(),
                        "ended" => ended.clone(),
                        "left" => left.clone(),
                        _ => server.person(block.person(viewer)).await,
                    };
                    let got = outcome(scene, &row.operation, &client).await;
                    cells += 1;
                    if got != *expected {
                        wrong.push(format!(
                            "{} / {} / {viewer}: expected {expected}, got {got}",
                            block.situation, row.operation
                        ));
                    }
                }
            }
        }
        println!("{cells} operations");
        assert!(wrong.is_empty(), "{} of {cells}:\n{}", wrong.len(), wrong.join("\n"));
    })
    .await;
}

#[test]
fn every_operation_has_a_row() {
    let table = Operations::read();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/schema.graphql");
    let sdl = std::fs::read_to_string(file).expect("backend/schema.graphql");
    let mut published = BTreeSet::new();
    for definition in parse_schema::<String>(&sdl).expect("SDL").definitions {
        if let Definition::TypeDefinition(TypeDefinition::Object(t)) = definition
            && ["Query", "Mutation"].contains(&t.name.as_str())
        {
            published.extend(t.fields.into_iter().map(|f| f.name));
        }
    }
    let rows = table.blocks.iter().flat_map(|b| b.rows.iter().map(|r| r.operation.clone()));
    let covered: BTreeSet<String> = rows.chain(table.without_row.iter().cloned()).collect();
    assert!(table.viewers.len() == 11 && published.len() > 30, "the table and the schema were read");
    let missing: Vec<_> = published.difference(&covered).collect();
    assert!(missing.is_empty(), "operations without a row in operations.txt: {missing:?}");
    let gone: Vec<_> = covered.difference(&published).collect();
    assert!(gone.is_empty(), "operations that the schema does not have: {gone:?}");
}
