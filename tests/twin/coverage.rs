//! Which fields of the schema were asked for, and which of them ever had something to tell.

use std::collections::BTreeSet;

use graphql_parser::query::{
    Definition, FragmentDefinition, OperationDefinition, Selection, SelectionSet, parse_query,
};
use serde_json::Value;

use crate::schema::{Schema, named};

#[derive(Debug, Default)]
pub(crate) struct Coverage {
    asked: BTreeSet<String>,
    told: BTreeSet<String>,
}

/// Fields that may stay without an answer, each with the reason. Reviewed by hand.
const REVIEWED: &[(&str, &str)] = &[
    ("Welcome.demoPeople", "the twins are no demo"),
    ("DemoPerson.", "the twins are no demo"),
    ("Mutation.setUp", "the twins are set up: refused whatever is given"),
    ("SetUpPayload.", "the twins are set up"),
    ("Mutation.acceptInvite", "nobody waits for an invitation: refused whatever is given"),
];

impl Coverage {
    /// Notes what a document asked for and what its answer told.
    pub(crate) fn note(&mut self, schema: &Schema, document: &str, answer: &Value) {
        let parsed = parse_query::<String>(document).unwrap().into_static();
        let mut fragments = Vec::new();
        let mut root = None;
        for definition in &parsed.definitions {
            match definition {
                Definition::Fragment(f) => fragments.push(f),
                Definition::Operation(OperationDefinition::Query(q)) => {
                    root = Some(("Query", &q.selection_set));
                }
                Definition::Operation(OperationDefinition::Mutation(m)) => {
                    root = Some(("Mutation", &m.selection_set));
                }
                Definition::Operation(OperationDefinition::Subscription(s)) => {
                    root = Some(("Subscription", &s.selection_set));
                }
                Definition::Operation(OperationDefinition::SelectionSet(s)) => root = Some(("Query", s)),
            }
        }
        if let Some((ty, set)) = root {
            self.walk(schema, ty, set, &answer["data"], &fragments);
        }
    }

    fn walk(
        &mut self,
        schema: &Schema,
        ty: &str,
        set: &SelectionSet<'static, String>,
        value: &Value,
        fragments: &[&FragmentDefinition<'static, String>],
    ) {
        for item in &set.items {
            match item {
                Selection::Field(f) if f.name == "__typename" => {}
                Selection::Field(f) => {
                    let key = format!("{ty}.{}", f.name);
                    let Some(field) = schema.field(ty, &f.name) else { continue };
                    let values: Vec<&Value> = match value {
                        Value::Array(list) => {
                            list.iter().map(|v| &v[f.alias.as_ref().unwrap_or(&f.name).as_str()]).collect()
                        }
                        one => vec![&one[f.alias.as_ref().unwrap_or(&f.name).as_str()]],
                    };
                    if values.iter().any(|v| tells(v)) {
                        self.told.insert(key.clone());
                    }
                    self.asked.insert(key);
                    for v in values.into_iter().filter(|v| tells(v)) {
                        self.walk(schema, named(&field.ty), &f.selection_set, v, fragments);
                    }
                    if f.selection_set.items.is_empty() {
                        continue;
                    }
                    self.ask(schema, named(&field.ty), &f.selection_set, fragments);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(f) = fragments.iter().find(|f| f.name == spread.fragment_name) {
                        self.walk(schema, ty, &f.selection_set, value, fragments);
                    }
                }
                Selection::InlineFragment(f) => self.walk(schema, ty, &f.selection_set, value, fragments),
            }
        }
    }

    /// Notes what was asked for below an answer that told nothing.
    fn ask(
        &mut self,
        schema: &Schema,
        ty: &str,
        set: &SelectionSet<'static, String>,
        fragments: &[&FragmentDefinition<'static, String>],
    ) {
        for item in &set.items {
            match item {
                Selection::Field(f) => {
                    let Some(field) = schema.field(ty, &f.name) else { continue };
                    self.asked.insert(format!("{ty}.{}", f.name));
                    self.ask(schema, named(&field.ty), &f.selection_set, fragments);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(f) = fragments.iter().find(|f| f.name == spread.fragment_name) {
                        self.ask(schema, ty, &f.selection_set, fragments);
                    }
                }
                Selection::InlineFragment(f) => self.ask(schema, ty, &f.selection_set, fragments),
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.asked.extend(other.asked);
        self.told.extend(other.told);
    }

    /// What the corpus never reached: fields not asked for, and fields that never told anything without a reason.
    pub(crate) fn missing(&self, schema: &Schema) -> Vec<String> {
        let reviewed =
            |f: &str| REVIEWED.iter().any(|(r, _)| *r == f || (r.ends_with('.') && f.starts_with(r)));
        let fields = schema.all_fields();
        let mut list: Vec<String> = fields
            .iter()
            .filter(|f| !self.asked.contains(*f))
            .map(|f| format!("{f} was never asked for"))
            .collect();
        list.extend(
            fields
                .iter()
                .filter(|f| self.asked.contains(*f) && !self.told.contains(*f) && !reviewed(f))
                .map(|f| format!("{f} never told anything")),
        );
        for (field, _) in REVIEWED.iter().filter(|(r, _)| self.told.contains(*r)) {
            list.push(format!("{field} stands in the reviewed list and tells something: take it out"));
        }
        list
    }

    pub(crate) fn told(&self) -> usize {
        self.told.len()
    }
}

fn tells(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(list) => list.iter().any(tells),
        _ => true,
    }
}
