//! Values for arguments: such as fit, and such as do not.

use std::collections::BTreeMap;

use graphql_parser::schema::Type;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::random::Random;
use super::sdl::{Kind, SDL};
use super::strings;

/// What exists, by its type.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids(pub(crate) BTreeMap<String, Vec<String>>);

impl Ids {
    fn any(&self, kind: &str, random: &mut Random) -> String {
        let all = if random.percent(8) {
            self.0.values().nth(random.below(self.0.len()))
        } else {
            self.0.get(kind)
        };
        all.map_or_else(|| "none".to_owned(), |all| random.one(all).clone())
    }
}

/// A value before it is known whether it will stand in the document or beside it.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    Json(Value),
    Word(String),
    List(Vec<Given>),
    Object(Vec<(String, Given)>),
}

/// Stands for `\ud800` in a body: no Rust string can hold it.
pub(crate) const SURROGATE: char = '\u{F8FF}';

impl Given {
    pub(crate) fn json(&self) -> Value {
        match self {
            Given::Json(value) => value.clone(),
            Given::Word(word) => json!(word),
            Given::List(all) => all.iter().map(Given::json).collect(),
            Given::Object(fields) => {
                Value::Object(fields.iter().map(|(k, v)| (k.clone(), v.json())).collect::<Map<_, _>>())
            }
        }
    }

    /// As it is written in a document.
    pub(crate) fn literal(&self) -> String {
        match self {
            Given::Json(Value::String(text)) => quoted(text),
            Given::Json(Value::Array(all)) => {
                Given::List(all.iter().cloned().map(Given::Json).collect()).literal()
            }
            Given::Json(Value::Object(fields)) => {
                Given::Object(fields.iter().map(|(k, v)| (k.clone(), Given::Json(v.clone()))).collect())
                    .literal()
            }
            Given::Json(other) => other.to_string(),
            Given::Word(word) => word.clone(),
            Given::List(all) => {
                let inside: Vec<String> = all.iter().map(Given::literal).collect();
                format!("[{}]", inside.join(", "))
            }
            Given::Object(fields) => {
                let inside: Vec<String> =
                    fields.iter().map(|(k, v)| format!("{k}: {}", v.literal())).collect();
                format!("{{{}}}", inside.join(", "))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            SURROGATE => out.push_str("\\ud800"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Makes values; `faults` in a hundred of them do not fit.
pub(crate) struct Values<'r> {
    pub(crate) random: &'r mut Random,
    pub(crate) ids: &'r Ids,
    pub(crate) faults: usize,
    /// How many more values may be made: lists of lists of lists would never end.
    pub(crate) room: usize,
}

impl Values<'_> {
    pub(crate) fn value(&mut self, ty: &Type<'static, String>, name: &str) -> Given {
        self.room = self.room.saturating_sub(1);
        if self.room == 0 || self.random.percent(self.faults) {
            return self.wrong();
        }
        // A page has a first or a last row, and a cursor only where one was read.
        if ["last", "after", "before"].contains(&name) && !self.random.percent(self.faults.max(4)) {
            return Given::Json(Value::Null);
        }
        match ty {
            Type::NonNullType(inner) => match &**inner {
                Type::ListType(of) => self.list(of, name),
                Type::NamedType(of) => self.named(of, name),
                Type::NonNullType(of) => self.value(of, name),
            },
            _ if self.random.percent(20) => Given::Json(Value::Null),
            Type::ListType(of) => self.list(of, name),
            Type::NamedType(of) => self.named(of, name),
        }
    }

    fn list(&mut self, of: &Type<'static, String>, name: &str) -> Given {
        let count = if self.random.percent(self.faults) {
            *self.random.one(&[0, 500, 2_000])
        } else {
            1 + self.random.below(2)
        };
        let count = if self.room < count { self.room.min(2) } else { count };
        Given::List((0..count).map(|_| self.value(of, name)).collect())
    }

    fn named(&mut self, of: &str, name: &str) -> Given {
        match (SDL.kind(of), of) {
            (Kind::Enum(words), _) => Given::Word(self.random.one(words).clone()),
            (Kind::Input(fields), _) => {
                let mut given = Vec::new();
                for field in fields {
                    let must = matches!(field.ty, Type::NonNullType(_));
                    let left_out =
                        if must { self.random.percent(self.faults) } else { self.random.percent(40) };
                    if !left_out {
                        given.push((field.name.clone(), self.value(&field.ty, &field.name)));
                    }
                }
                if self.random.percent(self.faults) {
                    given.push(("extra".to_owned(), self.wrong()));
                }
                Given::Object(given)
            }
            (_, "ID") => Given::Json(self.id(name)),
            (_, "Int") => Given::Json(json!(self.int())),
            (_, "Float") => Given::Json(json!(1.5)),
            (_, "Boolean") => Given::Json(json!(self.random.percent(50))),
            (_, "Date") => Given::Json(json!(self.day())),
            (_, "DateTime") => Given::Json(json!(format!("{}T09:30:00Z", self.day()))),
            _ => Given::Json(json!(self.text(name))),
        }
    }

    fn int(&mut self) -> i32 {
        if self.random.percent(self.faults) {
            return *self.random.one(&[0, -1, 100, 101, i32::MAX, i32::MIN]);
        }
        *self.random.one(&[1, 1, 2, 2, 3, 5])
    }

    fn day(&mut self) -> String {
        chrono_day(i64::try_from(self.random.below(40)).unwrap_or(0))
    }

    fn id(&mut self, name: &str) -> Value {
        if name == "key" || self.random.percent(6) {
            return json!(Uuid::from_u64_pair(self.random.next(), self.random.next()).to_string());
        }
        let kind = match name.trim_end_matches("Ids").trim_end_matches("Id") {
            "subject" | "person" | "manager" | "leader" | "toPerson" | "reportsTo" | "lead" => "Person",
            "value" => "Value",
            "venue" => "Venue",
            "team" | "subjectTeam" => "Team",
            "incident" | "into" => "Incident",
            "decision" => "Decision",
            "recognition" => "Recognition",
            _ => self.random.of(&["Person", "Value", "Venue", "Team", "Incident", "Decision", "Recognition"]),
        };
        json!(self.ids.any(kind, self.random))
    }

    fn text(&mut self, name: &str) -> String {
        if self.random.percent(self.faults) {
            return strings::nasty(self.random);
        }
        let fits: &[&str] = match name {
            "email" => &["tansy@upheld.example", "nobody@upheld.example", "new.person@upheld.example"],
            "evidenceUrl" | "handOverLink" => &["https://example.com/pull/7#line-9"],
            "search" => &["o", "lar", "release", "the crash", "mobile", "nothing like it"],
            "emoji" => &["👏", "💚", "🎉"],
            "timeZone" => &["Europe/London", "Pacific/Kiritimati"],
            "after" | "before" => &["", "x"],
            _ => &["It was said in front of the others.", "Release", "Well said — thank you, Łukasz.", "No."],
        };
        self.random.of(fits).to_owned()
    }

    /// Something of another kind than was asked for.
    pub(crate) fn wrong(&mut self) -> Given {
        let depth = 2 + self.random.below(80);
        match self.random.below(16) {
            0 | 1 => Given::Json(Value::Null),
            2 => Given::Json(json!(i64::MAX)),
            3 => Given::Json(json!(u64::MAX)),
            4 => Given::Json(json!(-1.0e300)),
            5 => Given::Json(json!(2_147_483_648_i64)),
            6 => Given::Json(json!(true)),
            7 => Given::List(Vec::new()),
            8 => Given::Object(Vec::new()),
            9 => Given::Word("JUNK".to_owned()),
            10 => Given::Json(json!("")),
            11 => (0..depth).fold(Given::Json(json!(1)), |inside, _| Given::List(vec![inside])),
            12 => (0..depth)
                .fold(Given::Json(json!(1)), |inside, _| Given::Object(vec![("a".to_owned(), inside)])),
            13 => Given::List((0..self.random.below(3_000)).map(|n| Given::Json(json!(n))).collect()),
            _ => Given::Json(json!(strings::nasty(self.random))),
        }
    }
}

/// A day so many days ago.
fn chrono_day(ago: i64) -> String {
    crate::harness::day(-ago)
}
