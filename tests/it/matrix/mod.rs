//! The access matrix: viewers × states × fields, over the real endpoint, against a table written by hand.

mod audience;
mod checks;
mod coverage;
mod decided;
mod look;
mod operations;
mod people;
mod situations;
mod states;
mod table;

use serde_json::Value;

use crate::harness::{Engine, Group, Server, on_each_engine};
use checks::{CHECKS, Check, Shown, judge, truth_of};
use states::Case;
use table::{Cell, Table};

/// The viewers, unless a state says otherwise.
const CAST: [(&str, &str); 8] = [
    ("reporter", "tansy"),
    ("subject", "linden"),
    ("decider", "alder"),
    ("above", "rowan"),
    ("branch", "briar"),
    ("peer", "fern"),
    ("witness", "sage"),
    ("admin", "hazel"),
];

#[tokio::test]
async fn every_cell() {
    let table = Table::read();
    on_each_engine(Group::Matrix, async |server: &Server| {
        let (mut wrong, mut cells) = (Vec::new(), 0);
        for state in &table.states {
            let case = Case::make(server, state).await;
            for (column, viewer) in state.viewers.iter().enumerate() {
                let seen = look::at(server, viewer, &case).await;
                for row in &state.rows {
                    let cell = row.cells[column];
                    cells += 1;
                    wrong.extend(
                        wrong_in(&case, &row.name, cell, &seen.answers)
                            .map(|what| format!("{} / {} / {viewer}: {what}", state.title, row.name)),
                    );
                }
                wrong.extend(
                    leaks(&case, state, column, &seen.everything)
                        .map(|what| format!("{} / {viewer}: {what}", state.title)),
                );
            }
            for row in checks::rows_with_truth(&case.truth) {
                assert!(
                    state.rows.iter().any(|r| r.name == row),
                    "{}: the table lacks the row {row}",
                    state.title
                );
            }
        }
        println!("{cells} cells");
        assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    })
    .await;
}

/// What is wrong in one cell.
fn wrong_in(case: &Case, row: &str, cell: Cell, answers: &Value) -> impl Iterator<Item = String> {
    let checks: Vec<&Check> =
        CHECKS.iter().filter(|c| c.row == row && truth_of(&case.truth, c).is_some()).collect();
    let mut wrong = Vec::new();
    if checks.is_empty() {
        wrong.push("the state has nothing for this row".to_owned());
    }
    for check in checks {
        let shown = judge(&case.truth, answers, check);
        let fine = match cell {
            Cell::Shown => matches!(shown, Shown::Truth),
            Cell::Hidden => matches!(shown, Shown::Nothing),
            Cell::Either => true,
        };
        if !fine {
            let expected = if cell == Cell::Shown { "the truth" } else { "nothing" };
            wrong.push(format!("{} should show {expected} and shows {shown:?}", check.pointer));
        }
    }
    wrong.into_iter()
}

/// Words of hidden rows that turn up anywhere in what the viewer got, and in no row that the viewer may see.
fn leaks(case: &Case, state: &table::State, column: usize, everything: &str) -> impl Iterator<Item = String> {
    let words = |hidden: bool| -> Vec<String> {
        let rows = state.rows.iter().filter(move |r| (r.cells[column] == Cell::Hidden) == hidden);
        rows.flat_map(|r| checks::canaries(&case.truth, &r.name)).collect()
    };
    let seen_elsewhere = words(false);
    let found: Vec<String> = words(true)
        .into_iter()
        .filter(|word| !seen_elsewhere.contains(word) && everything.contains(word.as_str()))
        .map(|word| format!("the hidden word {word} is in an answer"))
        .collect();
    found.into_iter()
}

/// The test of the test: a table with a cell turned round is found wrong.
#[tokio::test]
async fn a_wrong_cell_would_be_found() {
    let table = Table::read();
    let server = Server::demo(Engine::Sqlite);
    let state = table.states.iter().find(|s| s.title == "upheld, open").expect("the state");
    let case = Case::make(&server, state).await;
    let column = state.viewers.iter().position(|v| v == "decider").expect("the decider");
    let seen = look::at(&server, &state.viewers[column], &case).await;
    let mut found = 0;
    for row in &state.rows {
        let turned = match row.cells[column] {
            Cell::Shown => Cell::Hidden,
            Cell::Hidden => Cell::Shown,
            Cell::Either => continue,
        };
        assert_ne!(wrong_in(&case, &row.name, turned, &seen.answers).count(), 0, "{}", row.name);
        found += 1;
    }
    assert!(found >= 8, "{found}");
    let nobody = look::at(&server, "nobody", &case).await;
    assert_ne!(leaks(&case, state, 0, &format!("{}{}", nobody.everything, case.truth)).count(), 0);
}
