//! Documents that the schema allows, and such as it nearly allows.

use std::fmt::Write as _;

use graphql_parser::schema::Type;
use serde_json::{Map, Value, json};

use super::random::Random;
use super::sdl::{Field, Kind, SDL, base};
use super::values::{Given, Ids, SURROGATE, Values};

/// What is sent, and what it was meant to be.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) body: String,
    pub(crate) kind: &'static str,
}

/// Makes one document after the other from one seed.
pub(crate) struct Generator {
    random: Random,
    ids: Ids,
}

struct Draft<'g> {
    random: &'g mut Random,
    ids: &'g Ids,
    /// In a hundred places something is wrong in so many.
    faults: usize,
    variables: Vec<(String, String)>,
    given: Map<String, Value>,
    fragments: Vec<String>,
    /// How many fields may still be written.
    room: usize,
}

impl Generator {
    pub(crate) fn new(seed: u64, ids: Ids) -> Self {
        Self { random: Random::new(seed), ids }
    }

    pub(crate) fn next(&mut self) -> Sent {
        let faults = *self.random.one(&[0, 0, 0, 0, 0, 1, 2, 6, 30]);
        let kind = match self.random.below(100) {
            0..55 => "query",
            55..94 => "mutation",
            94..97 => "subscription",
            _ => "junk",
        };
        if kind == "junk" {
            return Sent { body: self.junk(), kind };
        }
        let mut draft = Draft {
            random: &mut self.random,
            ids: &self.ids,
            faults,
            variables: Vec::new(),
            given: Map::new(),
            fragments: Vec::new(),
            room: 60,
        };
        let (mut document, mut variables) = draft.operation(kind);
        let mut operation = Value::Null;
        if self.random.percent(faults) {
            document = self.spoil_text(&document);
        }
        if self.random.percent(faults) {
            operation =
                self.random.one(&[json!("Other"), json!(""), json!(7), json!("a\0b"), json!([])]).clone();
        }
        if self.random.percent(faults) {
            variables = self.spoil_variables(variables);
        }
        let body = json!({"query": document, "variables": variables, "operationName": operation});
        Sent { body: escaped(&body), kind }
    }

    /// Takes out, doubles or puts in a piece of the text.
    fn spoil_text(&mut self, document: &str) -> String {
        let chars: Vec<char> = document.chars().collect();
        let at = self.random.below(chars.len());
        let (head, tail): (String, String) = (chars[..at].iter().collect(), chars[at..].iter().collect());
        match self.random.below(6) {
            0 => head,
            1 => format!("{head}{}", tail.chars().skip(1 + self.random.below(20)).collect::<String>()),
            2 => format!("{document}\n{document}"),
            3 => format!("{head}{tail}{head}"),
            4 => format!("{head}{}{tail}", super::strings::nasty(&mut self.random)),
            _ => {
                let piece = *self.random.one(&[
                    "{",
                    "}",
                    "(",
                    ")",
                    "[",
                    "]",
                    "...",
                    "@",
                    "$",
                    "\"",
                    "\"\"\"",
                    "#",
                    "!",
                    ":",
                    "=",
                    "|",
                    "&",
                    "\\",
                    "\u{0}",
                    "fragment F on Query { ...F }",
                    "... on Nothing { id }",
                    "-",
                    "1e999",
                    "...F",
                ]);
                format!("{head}{piece}{tail}")
            }
        }
    }

    fn spoil_variables(&mut self, variables: Value) -> Value {
        match self.random.below(6) {
            0 => Value::Null,
            1 => json!([]),
            2 => json!("x"),
            3 => json!({}),
            4 => json!({"a\0b": 1}),
            _ => {
                let mut variables = variables;
                if let Some(fields) = variables.as_object_mut() {
                    fields.insert("unused".to_owned(), json!(7));
                    if let Some(first) = fields.keys().next().cloned() {
                        fields.insert(first, json!({"a": [null]}));
                    }
                }
                variables
            }
        }
    }

    /// Something that is no GraphQL request at all.
    fn junk(&mut self) -> String {
        let text = super::strings::nasty(&mut self.random);
        match self.random.below(6) {
            0 => escaped(&json!({"query": text})),
            1 => escaped(&json!({"query": 7, "variables": text})),
            2 => escaped(&json!([{"query": text}])),
            3 => text,
            4 => "{".repeat(self.random.below(3_000)),
            _ => format!(r#"{{"query":"{{ viewer {{ id }} }}","query":"{{ {text} }}"}}"#),
        }
    }
}

/// JSON text in which the sign for a lone surrogate has become one.
fn escaped(body: &Value) -> String {
    body.to_string().replace(SURROGATE, "\\ud800")
}

impl Draft<'_> {
    fn operation(&mut self, kind: &str) -> (String, Value) {
        let (root, most) = match kind {
            "query" => ("Query", 3),
            "mutation" => ("Mutation", 1),
            _ => ("Subscription", 1),
        };
        let mut selected = String::new();
        for n in 0..=self.random.below(most) {
            let fields = SDL.fields(root);
            let mut field = self.random.one(fields);
            // Whoever signs out has to sign in before the next document.
            for _ in 0..2 {
                if ["signOut", "endSession", "endOtherSessions"].contains(&field.name.as_str()) {
                    field = self.random.one(fields);
                }
            }
            let _ = write!(selected, " r{n}: {}", self.field(field, 0));
        }
        let variables: Vec<String> =
            self.variables.iter().map(|(name, ty)| format!("${name}: {ty}")).collect();
        let variables =
            if variables.is_empty() { String::new() } else { format!("({})", variables.join(", ")) };
        let fragments = self.fragments.join("\n");
        (
            format!("{kind} Q{variables} {{{selected} }}\n{fragments}"),
            Value::Object(std::mem::take(&mut self.given)),
        )
    }

    fn wrong(&mut self) -> bool {
        self.random.percent(self.faults)
    }

    fn field(&mut self, field: &Field, depth: usize) -> String {
        self.room = self.room.saturating_sub(1);
        let mut text = field.name.clone();
        let mut arguments = Vec::new();
        for argument in &field.arguments {
            let must = matches!(argument.ty, Type::NonNullType(_));
            if if must { self.wrong() } else { self.random.percent(50) } {
                continue;
            }
            arguments.push(self.argument(&argument.name, &argument.ty));
        }
        if self.wrong() {
            arguments.push("extra: 7".to_owned());
        }
        if !arguments.is_empty() {
            let _ = write!(text, "({})", arguments.join(", "));
        }
        for _ in 0..self.directives() {
            let condition = self.directive();
            let _ = write!(text, " {condition}");
        }
        let composite = matches!(SDL.kind(base(&field.ty)), Kind::Object(_));
        if composite != self.wrong() {
            let _ = write!(text, " {{{} }}", self.selection(base(&field.ty), depth + 1));
        }
        text
    }

    fn directives(&mut self) -> usize {
        if self.wrong() { self.random.below(30) } else { usize::from(self.random.percent(6)) }
    }

    fn directive(&mut self) -> String {
        let name = if self.wrong() {
            *self.random.one(&["deprecated", "a", "include"])
        } else {
            *self.random.one(&["skip", "include"])
        };
        let condition = Type::NonNullType(Box::new(Type::NamedType("Boolean".to_owned())));
        let condition = self.argument("if", &condition);
        format!("@{name}({condition})")
    }

    fn argument(&mut self, name: &str, ty: &Type<'static, String>) -> String {
        let (ids, faults) = (self.ids, self.faults);
        let value = Values { random: self.random, ids, faults, room: 3_000 }.value(ty, name);
        if self.random.percent(45) {
            return format!("{name}: {}", value.literal());
        }
        let variable = format!("v{}", self.variables.len());
        let mut declared = ty.to_string();
        if self.wrong() {
            declared =
                self.random.one(&["Int", "[ID!]!", "Nothing", "Person", "String", "[[[Int]]]"]).to_string();
        }
        let default = if self.wrong() { format!(" = {}", self.wrong_literal()) } else { String::new() };
        if !self.wrong() {
            self.variables.push((variable.clone(), format!("{declared}{default}")));
        }
        if !self.wrong() {
            self.given.insert(variable.clone(), value.json());
        }
        format!("{name}: ${variable}")
    }

    fn wrong_literal(&mut self) -> String {
        let (ids, faults) = (self.ids, self.faults);
        let value: Given = Values { random: self.random, ids, faults, room: 3_000 }.wrong();
        value.literal()
    }

    fn selection(&mut self, object: &str, depth: usize) -> String {
        let fields = SDL.fields(object);
        if fields.is_empty() {
            return " id".to_owned();
        }
        let deepest = if self.wrong() { 14 } else { 6 };
        let is_leaf = |f: &&Field| !matches!(SDL.kind(base(&f.ty)), Kind::Object(_));
        let leaves: Vec<&Field> = fields.iter().filter(is_leaf).collect();
        let mut text = String::new();
        for _ in 0..=self.random.below(5) {
            let only_leaves = depth >= deepest || self.room == 0;
            let chosen = match () {
                () if only_leaves && leaves.is_empty() => {
                    text.push_str(" __typename");
                    continue;
                }
                () if only_leaves => self.random.one(&leaves),
                () => self.random.one(fields),
            };
            if self.wrong() {
                text.push_str(self.random.of(&[
                    " nothing",
                    " __schema { types { name } }",
                    " id { id }",
                    " __type",
                ]));
            }
            // Two of a name with other arguments would not merge.
            let alias = if chosen.arguments.is_empty() && !self.random.percent(10) {
                String::new()
            } else {
                format!("a{}_{}: ", depth, self.random.below(1_000_000))
            };
            let inside = format!("{alias}{}", self.field(chosen, depth));
            match self.random.below(24) {
                0 => {
                    let _ = write!(text, " ... on {object} {{ {inside} }}");
                }
                1 => {
                    let name = format!("F{}", self.fragments.len());
                    let on = if self.wrong() { "Venue" } else { object };
                    let again = if self.wrong() { format!(" ...{name}") } else { String::new() };
                    self.fragments.push(format!("fragment {name} on {on} {{ {inside}{again} }}"));
                    let _ = write!(text, " ...{name}");
                }
                2 if self.wrong() => text.push_str(" ...Nowhere"),
                _ => {
                    let _ = write!(text, " {inside}");
                }
            }
        }
        text
    }
}
