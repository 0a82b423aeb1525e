//! A field of the schema that neither the table nor the reviewed list has fails the test.

use std::collections::BTreeSet;
use std::path::Path;

use graphql_parser::schema::{Definition, TypeDefinition, parse_schema};

use super::checks::CHECKS;
use super::table::Table;

const REVIEWED: &str = include_str!("reviewed.txt");

fn published() -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/schema.graphql");
    let sdl = std::fs::read_to_string(file).expect("backend/schema.graphql");
    let mut fields = BTreeSet::new();
    for definition in parse_schema::<String>(&sdl).expect("SDL").definitions {
        match definition {
            Definition::TypeDefinition(TypeDefinition::Object(t)) => {
                fields.extend(t.fields.iter().map(|f| format!("{}.{}", t.name, f.name)));
            }
            Definition::TypeDefinition(TypeDefinition::Interface(t)) => {
                fields.extend(t.fields.iter().map(|f| format!("{}.{}", t.name, f.name)));
            }
            _ => {}
        }
    }
    fields
}

fn reviewed() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for line in REVIEWED.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        let (named, reason) = line.split_once('|').unwrap_or_else(|| panic!("no reason: {line}"));
        assert!(reason.trim().len() > 5, "no reason: {line}");
        let (of, names) = named.split_once(':').unwrap_or_else(|| panic!("no type: {line}"));
        for name in names.split_whitespace() {
            assert!(name.chars().all(char::is_alphanumeric), "no wildcards: {line}");
            assert!(fields.insert(format!("{}.{name}", of.trim())), "twice: {}.{name}", of.trim());
        }
    }
    fields
}

#[test]
fn every_field_has_a_row_or_a_reason() {
    let table = Table::read();
    let covered: BTreeSet<String> =
        table.fields.iter().flat_map(|(_, fields)| fields.iter().cloned()).collect();
    let (published, reviewed) = (published(), reviewed());
    assert!(published.len() > 150, "the schema was read");
    let uncovered: Vec<_> =
        published.iter().filter(|f| !covered.contains(*f) && !reviewed.contains(*f)).collect();
    assert!(
        uncovered.is_empty(),
        "fields without a row in expected.txt or a reason in reviewed.txt: {uncovered:?}"
    );
    let gone: Vec<_> = covered.iter().chain(&reviewed).filter(|f| !published.contains(*f)).collect();
    assert!(gone.is_empty(), "fields that the schema does not have: {gone:?}");
}

#[test]
fn every_field_of_a_row_is_looked_at() {
    let table = Table::read();
    for (row, fields) in &table.fields {
        let promised: BTreeSet<&str> = fields.iter().map(String::as_str).collect();
        let checked: BTreeSet<&str> = CHECKS.iter().filter(|c| c.row == row).map(|c| c.field).collect();
        assert_eq!(promised, checked, "{row}");
    }
    for check in CHECKS {
        assert!(table.fields.iter().any(|(row, _)| row == check.row), "{}", check.row);
    }
}
