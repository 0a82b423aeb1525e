//! The published schema, the contract in it, and the locks that a reader of the sources can check.

use std::collections::BTreeMap;
use std::path::Path;

use graphql_parser::schema::{Definition, Document, Field, InputValue, TypeDefinition, parse_schema};

use crate::harness::program;

const CONTRACT: &str = include_str!("contract.graphql");

fn in_repository(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

fn parse(sdl: &str) -> Document<'_, String> {
    parse_schema::<String>(sdl).expect("SDL")
}

fn input(value: &InputValue<'_, String>) -> String {
    let default = value.default_value.as_ref().map(|d| format!(" = {d}")).unwrap_or_default();
    format!("{}{default}", value.value_type)
}

fn field(field: &Field<'_, String>) -> (String, BTreeMap<String, String>) {
    (field.field_type.to_string(), field.arguments.iter().map(|a| (a.name.clone(), input(a))).collect())
}

/// Every `Type`, `Type.field`, `Type.field(argument)` and `Enum.VALUE` with what is said of it.
fn statements(sdl: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for definition in &parse(sdl).definitions {
        let Definition::TypeDefinition(definition) = definition else { continue };
        match definition {
            TypeDefinition::Scalar(t) => {
                all.insert(t.name.clone(), "scalar".to_owned());
            }
            TypeDefinition::Object(t) => {
                all.insert(t.name.clone(), "type".to_owned());
                for f in &t.fields {
                    let (returns, arguments) = field(f);
                    all.insert(format!("{}.{}", t.name, f.name), returns);
                    all.extend(
                        arguments.into_iter().map(|(a, said)| (format!("{}.{}({a})", t.name, f.name), said)),
                    );
                }
            }
            TypeDefinition::Enum(t) => {
                all.insert(t.name.clone(), "enum".to_owned());
                all.extend(t.values.iter().map(|v| (format!("{}.{}", t.name, v.name), "value".to_owned())));
            }
            TypeDefinition::InputObject(t) => {
                all.insert(t.name.clone(), "input".to_owned());
                all.extend(t.fields.iter().map(|f| (format!("{}.{}", t.name, f.name), input(f))));
            }
            TypeDefinition::Interface(_) | TypeDefinition::Union(_) => {}
        }
    }
    all
}

#[test]
fn the_schema_contains_the_contract() {
    let schema = in_repository("backend/schema.graphql");
    let (promised, published) = (statements(CONTRACT), statements(&schema));
    let broken: Vec<String> = promised
        .iter()
        .filter(|(what, said)| published.get(*what) != Some(said))
        .map(|(what, said)| format!("{what}: promised {said}, published {:?}", published.get(what)))
        .collect();
    assert!(promised.len() > 300, "the contract was read");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn an_input_of_the_contract_asks_for_nothing_more() {
    let schema = in_repository("backend/schema.graphql");
    let (promised, published) = (statements(CONTRACT), statements(&schema));
    for (what, said) in &published {
        let Some((of, _)) = what.split_once('.') else { continue };
        let is_input = promised.get(of).is_some_and(|kind| kind == "input") || what.contains('(');
        let known =
            promised.contains_key(what) || !promised.contains_key(what.split('(').next().unwrap_or(what));
        let required = said.ends_with('!');
        assert!(!is_input || known || !required, "a client of the contract does not send {what}: {said}");
    }
}

#[test]
fn the_program_prints_the_published_schema() {
    let out = program().arg("schema").output().expect("the program runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let printed = String::from_utf8(out.stdout).expect("UTF-8");
    assert_eq!(printed.trim_end(), in_repository("backend/schema.graphql").trim_end());
}

/// Lock 1: a resolver cannot express a query.
#[test]
fn the_backend_cannot_name_the_orm() {
    let manifest = in_repository("backend/Cargo.toml");
    for banned in ["sea-orm", "sea_orm", "sqlx", "sea-query", "rusqlite", "tokio-postgres", "diesel"] {
        assert!(!manifest.contains(banned), "backend/Cargo.toml names {banned}");
    }
    let domain = in_repository("backend/domain/Cargo.toml");
    for banned in ["sea-orm", "sqlx", "tokio", "async-graphql", "actix", "reqwest"] {
        assert!(!domain.contains(banned), "the rules are pure: {banned}");
    }
    let store = in_repository("backend/store/src/lib.rs");
    assert!(
        !store.contains("pub use sea_orm") && !store.contains("pub mod entities"),
        "entities are private"
    );
}

#[test]
fn lists_are_pages_without_a_total() {
    let schema = in_repository("backend/schema.graphql");
    for what in statements(&schema).keys() {
        assert!(!what.ends_with(".totalCount"), "a total tells what is hidden: {what}");
        assert!(!what.ends_with("(offset)") && !what.ends_with("(skip)"), "pages go by keyset: {what}");
    }
}
