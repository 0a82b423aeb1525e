//! The questions, made from the schema: every root field, every argument, every path of types to a depth, pages of all
//! sizes, every change. Nobody has to think of a new field.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::harness::Client;
use crate::pair::Effort;
use crate::pool::{Pool, table_of_argument, table_of_type};
use crate::schema::{Field, Input, Schema, named};

/// How deep the crawl goes, in objects.
const DEPTH: usize = 6;
/// What a document may have, with room to the server's 16 KiB and 600 brackets.
const MAX_BYTES: usize = 14_000;
const MAX_BRACKETS: usize = 520;
/// Root fields that are asked together.
const TOGETHER: usize = 8;

/// One document to ask.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) document: String,
    /// The field whose pages are followed by their cursors, and how many.
    pub(crate) follow: Option<(String, usize)>,
    /// The same document asking for each root field alone, for when one of them spoils the others.
    pub(crate) alone: Vec<String>,
}

impl Ask {
    fn one(document: String) -> Self {
        Self { document, follow: None, alone: Vec::new() }
    }
}

/// A change to try, with the id of what it is about.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) name: String,
    pub(crate) input: String,
    /// The document around an input.
    before: String,
    after: String,
}

impl Change {
    pub(crate) fn document(&self, input: &str) -> String {
        format!("{}{input}{}", self.before, self.after)
    }

    /// The document for an input that comes as a variable.
    pub(crate) fn with_variable(&self) -> String {
        let before = self.before.replacen("mutation", &format!("mutation($input: {}!)", self.input), 1);
        format!("{before}$input{}", self.after)
    }
}

pub(crate) struct Corpus {
    pub(crate) schema: Schema,
    /// Documents of the crawl, with places for ids.
    deep: Vec<String>,
    /// How to come to each type: what stands before a selection on it, and after.
    routes: BTreeMap<String, (String, String)>,
    /// Lists that everybody reads now and then.
    pub(crate) what_others_read: Vec<String>,
}

impl Corpus {
    /// Reads the schema and plans the crawl; the server says which documents are too complex.
    pub(crate) async fn plan(by: &Client<'_>) -> Self {
        let schema = Schema::read();
        let mut corpus =
            Self { routes: routes(&schema), schema, deep: Vec::new(), what_others_read: Vec::new() };
        let mut deep = Vec::new();
        for root in corpus.schema.fields("Query") {
            if !corpus.schema.is_object(&root.ty) {
                continue;
            }
            let call = format!("{}{}", root.name, needed(&corpus.schema, root));
            let (open, close) = if corpus.schema.is_page(named(&root.ty)) {
                (format!("{{ {}(first: 3) {{ nodes {{ ", root.name), " } } }".to_owned())
            } else {
                (format!("{{ {call} {{ "), " } }".to_owned())
            };
            let mut used = Vec::new();
            corpus.crawl(by, (open, close), corpus.schema.leads_to(root), DEPTH, &mut used, &mut deep).await;
        }
        corpus.deep = deep;
        let pages = corpus.schema.fields("Query").iter().filter(|f| corpus.schema.is_page(named(&f.ty)));
        // Reading the audit trail is an event of it, which other admins see.
        for root in pages.filter(|f| !f.name.starts_with("audit")) {
            let call = if root.has("first") { "(first: 50)" } else { "" };
            let body = format!("{{ {}{call}{} }}", root.name, corpus.selection(root, false));
            corpus.what_others_read.push(corpus.finish("query", &body));
        }
        // What hangs together is loaded by id.
        for document in [
            "{ people(first: 50) { nodes { manager { ...F_Person } } } }",
            "{ myIncidents(first: 50) { nodes { decision { incident { ...F_Incident } } } } }",
            "{ decisionQueue(first: 50) { nodes { decision { incident { ...F_Incident } } } } }",
        ] {
            corpus.what_others_read.push(corpus.finish("query", document));
        }
        corpus
    }

    pub(crate) fn deep_documents(&self) -> usize {
        self.deep.len()
    }

    /// One document for the whole tree under a place, or several where it would be too much.
    async fn crawl(
        &self,
        by: &Client<'_>,
        place: (String, String),
        ty: &str,
        depth: usize,
        used: &mut Vec<String>,
        deep: &mut Vec<String>,
    ) {
        let whole = self.tree(ty, depth, used);
        if whole.matches(['{', '(']).count() <= MAX_BRACKETS {
            let document = self.finish("query", &format!("{}{whole}{}", place.0, place.1));
            if document.len() <= MAX_BYTES && !too_complex(by, &document).await {
                deep.push(document);
                return;
            }
        }
        if depth == 0 {
            return;
        }
        for field in self.edges(ty, used) {
            let (open, close) = self.step(field);
            let next = (format!("{}...F_{ty} {open}", place.0), format!("{close}{}", place.1));
            used.push(format!("{ty}.{}", field.name));
            Box::pin(self.crawl(by, next, self.schema.leads_to(field), depth - 1, used, deep)).await;
            used.pop();
        }
    }

    /// The object fields of a type by which a path goes on: none twice; to no type a third time; and of what is public
    /// anyway (people, teams, venues, values) two in a row near the root and one further away, since what such a type
    /// shows does not hang on the way to it.
    fn edges<'s>(&'s self, ty: &str, used: &[String]) -> Vec<&'s Field> {
        let public = |ty: &str| PUBLIC.contains(&ty);
        let came_to = |step: &String| {
            let (of, name) = step.split_once('.').unwrap();
            self.schema.leads_to(self.schema.field(of, name).unwrap())
        };
        let row = used.iter().rev().take_while(|step| public(came_to(step))).count();
        let fields = self.schema.fields(ty).iter();
        fields
            .filter(|f| {
                if !self.schema.is_object(&f.ty) || used.contains(&format!("{ty}.{}", f.name)) {
                    return false;
                }
                let next = self.schema.leads_to(f);
                if public(next) {
                    row < if used.len() < 3 { 2 } else { 1 }
                } else {
                    used.iter().filter(|step| came_to(step) == next).count() < 2
                }
            })
            .collect()
    }

    fn step(&self, field: &Field) -> (String, String) {
        let call = format!("{}{}", field.name, needed(&self.schema, field));
        if self.schema.is_page(named(&field.ty)) {
            (format!("{}(first: 2) {{ nodes {{ ", field.name), " } }".to_owned())
        } else {
            (format!("{call} {{ "), " }".to_owned())
        }
    }

    fn tree(&self, ty: &str, depth: usize, used: &mut Vec<String>) -> String {
        let mut text = format!("...F_{ty}");
        if depth == 0 {
            return text;
        }
        for field in self.edges(ty, used) {
            let (open, close) = self.step(field);
            used.push(format!("{ty}.{}", field.name));
            let below = self.tree(self.schema.leads_to(field), depth - 1, used);
            used.pop();
            text.push_str(&format!(" {open}{below}{close}"));
            if text.len() > 4 * MAX_BYTES {
                // Too much in any case; the caller takes it apart.
                break;
            }
        }
        text
    }

    /// A selection one step deep: all leaves of a type, and the leaves of what it leads to.
    fn near(&self, ty: &str) -> String {
        let mut text = format!("...F_{ty}");
        for field in self.schema.fields(ty).iter().filter(|f| self.schema.is_object(&f.ty)) {
            let name = named(&field.ty);
            if self.schema.is_page(name) {
                let below = self.schema.leads_to(field);
                text.push_str(&format!(
                    " {}(first: 3) {{ ...F_{name} edges {{ cursor node {{ ...F_{below} }} }} pageInfo {{ ...F_PageInfo }} }}",
                    field.name
                ));
            } else {
                text.push_str(&format!(" {}{} {{ ...F_{name} }}", field.name, needed(&self.schema, field)));
            }
        }
        text
    }

    /// What is selected of a field: of a page its rows, cursors and the page itself.
    fn selection(&self, field: &Field, rich: bool) -> String {
        if !self.schema.is_object(&field.ty) {
            return String::new();
        }
        let row = self.schema.leads_to(field);
        let inner = if rich { self.near(row) } else { format!("...F_{row}") };
        if self.schema.is_page(named(&field.ty)) {
            format!(
                " {{ edges {{ cursor node {{ {inner} }} }} nodes {{ ...F_{row} }} pageInfo {{ ...F_PageInfo }} }}"
            )
        } else {
            format!(" {{ {inner} }}")
        }
    }

    /// Adds the fragments that a document spreads.
    fn finish(&self, operation: &str, body: &str) -> String {
        let mut text = format!("{operation} {body}");
        let mut done: BTreeSet<String> = BTreeSet::new();
        for piece in body.split("...F_").skip(1) {
            let ty: String = piece.chars().take_while(char::is_ascii_alphanumeric).collect();
            if done.insert(ty.clone()) {
                let leaves: Vec<&str> = self
                    .schema
                    .fields(&ty)
                    .iter()
                    .filter(|f| !self.schema.is_object(&f.ty) && f.arguments.iter().all(|a| a.optional))
                    .map(|f| f.name.as_str())
                    .collect();
                let leaves = if leaves.is_empty() { "__typename".to_owned() } else { leaves.join(" ") };
                text.push_str(&format!(" fragment F_{ty} on {ty} {{ {leaves} }}"));
            }
        }
        text
    }

    /// The questions of one viewer: of the crawl and of the calls a part, another one with each `turn`.
    pub(crate) fn questions(&self, pool: &mut Pool, effort: Effort, turn: usize) -> Vec<Ask> {
        let mut list = Vec::new();
        let deep: Vec<&String> = self.deep.iter().skip(turn % effort.share).step_by(effort.share).collect();
        list.extend(deep.into_iter().map(|d| Ask::one(self.fill(d, pool))));
        let crawled = list.len();
        for root in self.schema.fields("Query") {
            self.calls(root, pool, effort.width, &mut list);
        }
        for (ty, fields) in &self.schema.objects {
            let Some((open, close)) = self.routes.get(ty) else { continue };
            for field in fields {
                self.pages(field, (open, close), pool, effort.width, &mut list);
            }
        }
        let rest = list.split_off(crawled);
        list.extend(rest.into_iter().skip(turn % effort.thin).step_by(effort.thin));
        list
    }

    /// A root field with every value of each argument.
    fn calls(&self, root: &Field, pool: &mut Pool, effort: usize, list: &mut Vec<Ask>) {
        let mut calls: Vec<String> = vec![format!("{}{}", root.name, needed(&self.schema, root))];
        for argument in root.arguments.iter().filter(|a| !PAGING.contains(&a.name.as_str())) {
            let values = if argument.name == "id" {
                pool.ids(table_of_type(named(&root.ty)), 4 * effort)
            } else if named(&argument.ty) == "ID" {
                pool.ids(table_of_argument(&argument.name), 4 * effort)
            } else {
                pool.values(&self.schema, argument, effort)
            };
            let rest: Vec<&Input> =
                root.arguments.iter().filter(|a| !a.optional && a.name != argument.name).collect();
            for value in values {
                let mut parts = vec![format!("{}: {value}", argument.name)];
                parts.extend(rest.iter().map(|a| format!("{}: {}", a.name, place_for(&self.schema, a))));
                calls.push(format!("{}({})", root.name, parts.join(", ")));
            }
        }
        let calls: Vec<String> = calls.iter().map(|c| self.fill(c, pool)).collect();
        for some in calls.chunks(TOGETHER) {
            let body = |calls: &[String], rich: bool| {
                let selection = self.selection(root, rich);
                let parts: Vec<String> =
                    calls.iter().enumerate().map(|(n, call)| format!("a{n}: {call}{selection}")).collect();
                self.finish("query", &format!("{{ {} }}", parts.join(" ")))
            };
            let alone = if some.len() > 1 {
                some.iter().map(|c| body(std::slice::from_ref(c), true)).collect()
            } else {
                Vec::new()
            };
            list.push(Ask { document: body(some, true), follow: None, alone });
        }
    }

    /// The pages of a field: of one, of seven and of a hundred rows, from both ends, by their cursors.
    fn pages(
        &self,
        field: &Field,
        (open, close): (&String, &String),
        pool: &mut Pool,
        effort: usize,
        list: &mut Vec<Ask>,
    ) {
        if !(field.has("first") && field.has("after")) {
            if open == "{ " {
                // A root field: asked with everything already.
                return;
            }
            // Other arguments of a field inside: each value once.
            for argument in &field.arguments {
                for value in pool.values(&self.schema, argument, effort) {
                    let selection = self.selection(field, false);
                    let body = format!("{open}{}({}: {value}){selection}{close}", field.name, argument.name);
                    list.push(Ask::one(self.fill(&self.finish("query", &body), pool)));
                }
            }
            return;
        }
        let selection = self.selection(field, false);
        for (size, pages) in [(1, 2 + 2 * effort), (7, 1 + effort), (100, effort)] {
            for end in ["first", "last"] {
                let body = format!("{open}{}({end}: {size}«cursor»){selection}{close}", field.name);
                let document = self.fill(&self.finish("query", &body), pool);
                list.push(Ask { document, follow: Some((field.name.clone(), pages)), alone: Vec::new() });
            }
        }
    }

    /// Puts ids and inputs into the places of a document.
    pub(crate) fn fill(&self, document: &str, pool: &mut Pool) -> String {
        let mut text = String::new();
        let mut rest = document;
        while let Some(at) = rest.find('«') {
            text.push_str(&rest[..at]);
            let end = at + rest[at..].find('»').unwrap();
            let place = &rest[at + '«'.len_utf8()..end];
            match place.split_once(':') {
                Some(("id", table)) => text.push_str(&format!("\"{}\"", pool.one(table))),
                Some(("input", name)) => text.push_str(&pool.object(&self.schema, name)),
                _ => text.push_str(&rest[at..end + '»'.len_utf8()]),
            }
            rest = &rest[end + '»'.len_utf8()..];
        }
        text.push_str(rest);
        text
    }

    /// Every change that the API knows, with plain inputs to be given a target.
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut list = Vec::new();
        for field in self.schema.fields("Mutation") {
            let selection = self.selection(field, true);
            match field.arguments.as_slice() {
                [] => {
                    let body = format!("{{ {}{selection} }}", field.name);
                    let document = self.finish("mutation", &body);
                    list.push(Change {
                        name: field.name.clone(),
                        input: String::new(),
                        before: document,
                        after: String::new(),
                    });
                }
                [input] => {
                    let document = self.finish(
                        "mutation",
                        &format!("{{ {}({}: «here»){selection} }}", field.name, input.name),
                    );
                    let (before, after) = document.split_once("«here»").unwrap();
                    list.push(Change {
                        name: field.name.clone(),
                        input: named(&input.ty).to_owned(),
                        before: before.to_owned(),
                        after: after.to_owned(),
                    });
                }
                _ => panic!("{} takes more than one input: teach the corpus", field.name),
            }
        }
        list
    }

    /// One document for each thing to listen to.
    pub(crate) fn subscriptions(&self) -> Vec<String> {
        let fields = self.schema.fields("Subscription").iter();
        fields
            .map(|f| {
                self.finish(
                    "subscription",
                    &format!("{{ {}{}{} }}", f.name, needed(&self.schema, f), self.selection(f, true)),
                )
            })
            .collect()
    }
}

/// What everybody signed in may read.
const PUBLIC: [&str; 5] = ["Person", "Team", "Venue", "Value", "Organisation"];

const PAGING: [&str; 4] = ["first", "last", "after", "before"];

async fn too_complex(by: &Client<'_>, document: &str) -> bool {
    let nobody = "\"00000000-0000-4000-8000-000000000000\"";
    let mut text = String::new();
    let mut rest = document;
    while let Some(at) = rest.find('«') {
        text.push_str(&rest[..at]);
        let end = at + rest[at..].find('»').unwrap();
        // An input is longer than an id and costs the same.
        text.push_str(if rest[at..].starts_with("«id") { nobody } else { "null" });
        rest = &rest[end + '»'.len_utf8()..];
    }
    text.push_str(rest);
    let answer = by.answer(&text, serde_json::Value::Null).await;
    answer.text.contains("TOO_COMPLEX")
        || answer.text.contains("too deep")
        || answer.text.contains("too complex")
}

/// The arguments without which a field cannot be asked, as places to fill.
fn needed(schema: &Schema, field: &Field) -> String {
    let parts: Vec<String> = field
        .arguments
        .iter()
        .filter(|a| !a.optional)
        .map(|a| {
            let place = if a.name == "id" {
                table_of_type(named(&field.ty)).map(|t| format!("«id:{t}»"))
            } else {
                None
            };
            format!("{}: {}", a.name, place.unwrap_or_else(|| place_for(schema, a)))
        })
        .collect();
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) }
}

fn place_for(schema: &Schema, argument: &Input) -> String {
    let name = named(&argument.ty);
    if name == "ID" {
        if argument.name == "leaderId" {
            return "«id:led»".into();
        }
        return format!("«id:{}»", table_of_argument(&argument.name).unwrap_or("people"));
    }
    if schema.inputs.contains_key(name) {
        return format!("«input:{name}»");
    }
    match name {
        "String" => "\"kq\"".into(),
        "Int" => "3".into(),
        "Boolean" => "true".into(),
        "Date" => "\"2026-01-01\"".into(),
        "DateTime" => "\"2026-01-01T00:00:00Z\"".into(),
        _ if schema.enums.contains_key(name) => schema.enums[name][0].clone(),
        other => panic!("the corpus does not know what to fill a {other} with ({}): teach it", argument.name),
    }
}

/// The shortest way from a root field to each type, as what stands before and after a selection on it.
fn routes(schema: &Schema) -> BTreeMap<String, (String, String)> {
    let mut routes: BTreeMap<String, (String, String)> = BTreeMap::new();
    routes.insert("Query".into(), ("{ ".into(), " }".into()));
    let mut queue: VecDeque<String> = VecDeque::from(["Query".to_owned()]);
    while let Some(ty) = queue.pop_front() {
        let (open, close) = routes[&ty].clone();
        // A field that names one object comes before lists, so that cursors belong to one parent.
        let mut fields: Vec<&Field> = schema.fields(&ty).iter().filter(|f| schema.is_object(&f.ty)).collect();
        fields.sort_by_key(|f| (!f.has("id"), schema.is_page(named(&f.ty))));
        for field in fields {
            let next = schema.leads_to(field).to_owned();
            if routes.contains_key(&next) {
                continue;
            }
            let call = format!("{}{}", field.name, needed(schema, field));
            let route = if schema.is_page(named(&field.ty)) {
                (format!("{open}{}(first: 5) {{ nodes {{ ", field.name), format!(" }} }}{close}"))
            } else {
                (format!("{open}{call} {{ "), format!(" }}{close}"))
            };
            routes.insert(next.clone(), route);
            queue.push_back(next);
        }
    }
    routes
}
