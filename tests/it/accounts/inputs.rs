//! A11: no input takes a field that is not in the schema, whatever a table calls its columns.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use graphql_parser::schema::{Definition, InputObjectType, Type, TypeDefinition, parse_schema};
use serde_json::{Map, Value, json};

use crate::harness::{Group, Server, on_each_engine, unknown_id};

const ENTITIES: &str = include_str!("../../../backend/store/src/entities.rs");
const SCHEMA: &str = include_str!("../../../backend/schema.graphql");
/// What no column is called and somebody might still try.
const TRIED: [&str; 12] = [
    "isAdmin",
    "admin",
    "verified",
    "isLeader",
    "password",
    "viewerId",
    "userId",
    "sessionId",
    "__proto__",
    "constructor",
    "deliveredNow",
    "sees",
];

/// Every column of every table, as it is written and as the API would write it.
fn columns() -> BTreeSet<String> {
    let mut names: BTreeSet<String> = TRIED.iter().map(|t| (*t).to_owned()).collect();
    for part in ENTITIES.split("entity!(").skip(1) {
        let fields =
            part.split_once('{').map_or("", |(_, rest)| rest.split_once("});").map_or(rest, |(f, _)| f));
        for piece in fields.split([',', ']']) {
            let Some((name, _)) = piece.trim().split_once(": ") else { continue };
            if name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !name.is_empty() {
                names.insert(name.to_owned());
                names.insert(camel(name));
            }
        }
    }
    names
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        all + &head.to_uppercase() + tail
    })
}

type Inputs<'a> = BTreeMap<String, InputObjectType<'a, String>>;

struct Published<'a> {
    inputs: Inputs<'a>,
    /// Each mutation with the type of its input.
    mutations: Vec<(String, String)>,
    enums: BTreeMap<String, String>,
}

fn published() -> Published<'static> {
    let (mut inputs, mut mutations, mut enums) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
    for definition in parse_schema::<String>(SCHEMA).expect("SDL").definitions {
        match definition {
            Definition::TypeDefinition(TypeDefinition::InputObject(t)) => {
                inputs.insert(t.name.clone(), t);
            }
            Definition::TypeDefinition(TypeDefinition::Enum(t)) => {
                enums.insert(t.name.clone(), t.values[0].name.clone());
            }
            Definition::TypeDefinition(TypeDefinition::Object(t)) if t.name == "Mutation" => {
                for field in &t.fields {
                    if let Some(input) = field.arguments.iter().find(|a| a.name == "input") {
                        mutations.push((field.name.clone(), named(&input.value_type).to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
    Published { inputs, mutations, enums }
}

fn named<'t>(of: &'t Type<'_, String>) -> &'t str {
    match of {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => named(inner),
    }
}

impl Published<'_> {
    /// A value of the right type for everything that must be given.
    fn least(&self, input: &str) -> Map<String, Value> {
        let mut map = Map::new();
        for field in &self.inputs[input].fields {
            if let Type::NonNullType(of) = &field.value_type {
                map.insert(field.name.clone(), self.value(of));
            }
        }
        map
    }

    fn value(&self, of: &Type<'_, String>) -> Value {
        match of {
            Type::ListType(_) => json!([]),
            Type::NonNullType(inner) => self.value(inner),
            Type::NamedType(name) => match name.as_str() {
                "ID" => unknown_id().into(),
                "Boolean" => true.into(),
                "Int" => 1.into(),
                "Float" => 1.5.into(),
                "Date" => "2026-01-01".into(),
                "DateTime" => "2026-01-01T00:00:00Z".into(),
                name if self.inputs.contains_key(name) => self.least(name).into(),
                name => self.enums.get(name).map_or_else(|| "x".into(), |value| value.as_str().into()),
            },
        }
    }

    /// Every place of an input object under a mutation's input: the path to it and its type.
    fn places(&self, input: &str) -> Vec<(Vec<(String, bool)>, String)> {
        let mut all = vec![(Vec::new(), input.to_owned())];
        for field in &self.inputs[input].fields {
            let of = named(&field.value_type);
            if self.inputs.contains_key(of) {
                let is_list = format!("{}", field.value_type).starts_with('[');
                for (path, place) in self.places(of) {
                    let mut whole = vec![(field.name.clone(), is_list)];
                    whole.extend(path);
                    all.push((whole, place));
                }
            }
        }
        all
    }

    /// The least input of a mutation with one more field at a place in it.
    fn with(&self, input: &str, path: &[(String, bool)], column: &str) -> Value {
        let mut map = self.least(input);
        match path {
            [] => {
                map.insert(column.to_owned(), "x".into());
            }
            [(field, is_list), rest @ ..] => {
                let of = self.inputs[input].fields.iter().find(|f| f.name == *field).expect("a field");
                let inner = self.with(named(&of.value_type), rest, column);
                map.insert(field.clone(), if *is_list { json!([inner]) } else { inner });
            }
        }
        map.into()
    }
}

#[tokio::test]
async fn no_input_takes_a_column_that_is_not_its_field() {
    let (published, columns) = (published(), columns());
    assert!(
        columns.len() > 150 && columns.contains("passwordHash") && columns.contains("manager_id"),
        "{columns:?}"
    );
    assert!(published.mutations.len() > 20);
    on_each_engine(Group::Accounts, async |server: &Server| {
        let hazel = server.person("hazel").await;
        let (mut tried, mut inputs) = (0, BTreeSet::new());
        for (mutation, input) in &published.mutations {
            let document =
                format!("mutation($input: {input}!) {{ {mutation}(input: $input) {{ __typename }} }}");
            for (path, place) in published.places(input) {
                inputs.insert(place.clone());
                let own: BTreeSet<&str> =
                    published.inputs[&place].fields.iter().map(|f| f.name.as_str()).collect();
                let foreign: Vec<&String> = columns.iter().filter(|c| !own.contains(c.as_str())).collect();
                for chunk in foreign.chunks(16) {
                    let asked = chunk.iter().map(|column| {
                        let variables = json!({"input": published.with(input, &path, column)});
                        hazel.query(&document, variables)
                    });
                    for (column, answer) in chunk.iter().zip(join_all(asked).await) {
                        let refusal = answer.expect_err(column);
                        refusal.is("BAD_USER_INPUT");
                        assert!(
                            refusal.message.contains("unknown field")
                                && refusal.message.contains(column.as_str()),
                            "{mutation} {path:?} {column}: {refusal:?}"
                        );
                        tried += 1;
                    }
                }
            }
        }
        let all: BTreeSet<&String> = published.inputs.keys().collect();
        println!("{tried} columns in {} of {} inputs, all refused", inputs.len(), all.len());
        // A filter is an input of a query.
        assert!(all.iter().all(|i| inputs.contains(*i) || i.ends_with("Filter")), "{all:?} {inputs:?}");
    })
    .await;
}
