//! Reads `expected.txt`.

use std::collections::HashMap;

use super::CAST;

const FILE: &str = include_str!("expected.txt");

/// One cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Shown,
    Hidden,
    Either,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) cells: Vec<Cell>,
}

/// One state of an incident with what each viewer sees in it.
#[derive(Debug)]
pub(super) struct State {
    pub(super) title: String,
    /// Viewer → person, where the state has others than usual.
    pub(super) cast: HashMap<String, String>,
    pub(super) viewers: Vec<String>,
    pub(super) rows: Vec<Row>,
}

impl State {
    /// The demo person who plays this viewer.
    pub(super) fn person(&self, viewer: &str) -> &str {
        let usual = CAST.iter().find(|(kind, _)| *kind == viewer).map(|(_, person)| *person);
        self.cast.get(viewer).map(String::as_str).or(usual).unwrap_or_else(|| panic!("nobody plays {viewer}"))
    }
}

#[derive(Debug)]
pub(super) struct Table {
    /// Row → the fields of the schema that it covers.
    pub(super) fields: Vec<(String, Vec<String>)>,
    pub(super) states: Vec<State>,
}

impl Table {
    pub(super) fn read() -> Self {
        let (mut fields, mut states): (Vec<(String, Vec<String>)>, Vec<State>) = (Vec::new(), Vec::new());
        for line in FILE.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
            let indent = line.len() - line.trim_start().len();
            let line = line.trim();
            match (states.last_mut(), indent) {
                (_, 0) if line == "fields" => {}
                (_, 0) => states.push(title(line)),
                (None, 2) => {
                    let (row, covered) = line.split_once(':').expect("a row and its fields");
                    fields.push((row.to_owned(), covered.split_whitespace().map(str::to_owned).collect()));
                }
                (None, _) => {
                    let more = line.split_whitespace().map(str::to_owned);
                    fields.last_mut().expect("a row before its second line").1.extend(more);
                }
                (Some(state), 2) => state.rows.push(row(line, state)),
                (Some(state), _) => state.viewers = line.split_whitespace().map(str::to_owned).collect(),
            }
        }
        Self { fields, states }
    }
}

fn title(line: &str) -> State {
    let (title, cast) = line.split_once(" (").unwrap_or((line, ""));
    let cast = cast.trim_end_matches(')').split_whitespace().filter_map(|pair| pair.split_once('='));
    let cast = cast.map(|(viewer, person)| (viewer.to_owned(), person.to_owned())).collect();
    State { title: title.to_owned(), cast, viewers: Vec::new(), rows: Vec::new() }
}

fn row(line: &str, state: &State) -> Row {
    let at = line.find(['✔', '✘', '·']).unwrap_or_else(|| panic!("no cells: {line}"));
    let cells: Vec<Cell> = line[at..]
        .split_whitespace()
        .map(|cell| match cell {
            "✔" => Cell::Shown,
            "✘" => Cell::Hidden,
            "·" => Cell::Either,
            other => panic!("{}: {other} is no cell", state.title),
        })
        .collect();
    assert_eq!(cells.len(), state.viewers.len(), "{}: {line}", state.title);
    Row { name: line[..at].trim().to_owned(), cells }
}

#[test]
fn the_table_is_whole() {
    let table = Table::read();
    assert!(table.states.len() >= 20);
    for state in &table.states {
        for row in &state.rows {
            assert!(table.fields.iter().any(|(name, _)| *name == row.name), "{}: {}", state.title, row.name);
            let nobody = state.viewers.iter().position(|v| v == "nobody").expect("nobody is a viewer");
            assert_eq!(row.cells[nobody], Cell::Hidden, "signed out there is nothing: {}", row.name);
        }
    }
    for (row, _) in &table.fields {
        assert!(
            table.states.iter().any(|s| s.rows.iter().any(|r| r.name == *row)),
            "no state has the row {row}"
        );
    }
}
