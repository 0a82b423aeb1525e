//! The ids of what the demo names: people, venues, values and teams by their id in `demo-data.json`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::client::Client;
use super::server::Server;

/// The demo's data, as the program also reads it.
pub(crate) static DATA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../backend/demo-data.json")).expect("demo-data.json is JSON")
});

/// One incident of the demo's data.
pub(crate) fn incident_in_data(id: &str) -> &'static Value {
    list("incidents").iter().find(|i| i["id"] == id).unwrap_or_else(|| panic!("no {id} in the data"))
}

fn list(name: &str) -> &'static [Value] {
    DATA[name].as_array().expect("a list")
}

/// Ids by kind and by the id in the data.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<(&'static str, String), String>);

impl Names {
    async fn read(client: &Client<'_>) -> Self {
        let data = client
            .ok(
                "{ people(first: 100) { nodes { id name } } venues { id name } teams { id name }
                   values(includeRetired: true) { id name } }",
                json!({}),
            )
            .await;
        let mut ids = HashMap::new();
        let sources = [
            ("person", "people", "displayName", &data["people"]["nodes"]),
            ("venue", "venues", "name", &data["venues"]),
            ("team", "teams", "name", &data["teams"]),
            ("value", "values", "title", &data["values"]),
        ];
        for (kind, section, called, found) in sources {
            for item in list(section) {
                let name = &item[called];
                if let Some(hit) = found.as_array().expect("a list").iter().find(|f| f["name"] == *name) {
                    let key = item["id"].as_str().expect("an id").to_owned();
                    ids.insert((kind, key), hit["id"].as_str().expect("an id").to_owned());
                }
            }
        }
        Self(ids)
    }

    fn get(&self, kind: &'static str, id: &str) -> String {
        self.0.get(&(kind, id.to_owned())).unwrap_or_else(|| panic!("the server has no {kind} {id}")).clone()
    }
}

impl Server {
    async fn names(&self) -> &Names {
        self.names.get_or_init(|| async { Names::read(&self.person("hazel").await).await }).await
    }

    pub(crate) async fn person_id(&self, id: &str) -> String {
        self.names().await.get("person", id)
    }

    pub(crate) async fn venue_id(&self, id: &str) -> String {
        self.names().await.get("venue", id)
    }

    pub(crate) async fn value_id(&self, id: &str) -> String {
        self.names().await.get("value", id)
    }

    pub(crate) async fn team_id(&self, id: &str) -> String {
        self.names().await.get("team", id)
    }

    /// The id of an incident of the demo, found in its reporter's own list.
    pub(crate) async fn demo_incident(&self, id: &str) -> String {
        let data = incident_in_data(id);
        let reporter = self.person(data["reporterId"].as_str().expect("a reporter")).await;
        let mine = reporter.ok("{ myIncidents(first: 100) { nodes { id title state } } }", json!({})).await;
        let found: Vec<&Value> = mine["myIncidents"]["nodes"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|i| match &data["title"] {
                // A handed-over entry has no title left.
                Value::Null => i["state"] == "HANDED_OVER",
                title => i["title"] == *title,
            })
            .collect();
        assert_eq!(found.len(), 1, "{id} among its reporter's entries: {mine}");
        found[0]["id"].as_str().expect("an id").to_owned()
    }
}
