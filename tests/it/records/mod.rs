//! Records that grow old: my data and its export, retention, holds, and the erasure of a person.

mod erasure;
mod export;
mod my_data;
mod retention;

use serde_json::{Value, json};

use crate::harness::{Client, Server};

/// The lists of `myData` with the fields that tests compare.
const LISTS: &[(&str, &str)] = &[
    ("aboutMe", "id state title erasedAt decision { outcome rationale } reporter { id }"),
    ("loggedByMe", "id state title decision { outcome }"),
    ("decisions", "id incidentId outcome handling decidedAt deliveredAt retractedAt"),
    ("recognitions", "id wording"),
    ("notices", "id wording about { id }"),
    ("replies", "id text at incident { id }"),
    ("questions", "id text at incident { id }"),
    ("questionsToMe", "id text at incident { id }"),
    ("comments", "id text at recognitionId"),
    ("meetingPoints", "id text at venue { id }"),
    ("reactions", "recognitionId emoji at"),
    ("readings", "id at why reason until incident { id }"),
];

/// One list of a person's data, page by page.
async fn list(of: &Client<'_>, name: &str, fields: &str, page: u32) -> Vec<Value> {
    let document = format!(
        "query($after: String) {{ myData {{ {name}(first: {page}, after: $after) {{
           nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
    );
    let (mut nodes, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut data = of.ok(&document, json!({"after": after})).await;
        let slice = &mut data["myData"][name];
        let rows = slice["nodes"].as_array().expect("nodes").clone();
        let more = slice["pageInfo"]["hasNextPage"] == true;
        assert!(!more || rows.len() == page as usize, "no short page but the last: {name}");
        nodes.extend(rows);
        if !more {
            return nodes;
        }
        after = slice["pageInfo"]["endCursor"].take();
    }
}

async fn fields_of(of: &Client<'_>, name: &str) -> Vec<Value> {
    let fields = LISTS.iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("no {name}")).1;
    list(of, name, fields, 100).await
}

/// Somebody in a session of their own who has just shown that it is them.
async fn confirmed<'s>(server: &'s Server, who: &str) -> Client<'s> {
    let client = server.own_session(who).await;
    client.does("confirmIdentity", json!({"password": "upheld-demo"})).await;
    client
}
