//! Texts: `texts/en/AREA.toml` holds every English text of an area of the screens, `texts/de/AREA.toml` the same keys in
//! German. Each key becomes a function of the module `texts::AREA`:
//!
//! ```toml
//! title = "Values"                                          # title() -> &'static str
//! undo = "You can undo for {time}."                         # undo(time: impl Display) -> String
//! waiting = { one = "{n} entry", other = "{n} entries" }    # waiting(n: i64) -> String
//! ```
//!
//! A key that a language lacks, or that has other places to fill, does not compile.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::Value;

const ENGLISH: &str = "en";
const OTHERS: [&str; 1] = ["de"];

type Texts = BTreeMap<(String, String), Text>;

/// A text: one, or one for each number.
#[derive(Debug, Clone)]
enum Text {
    One(String),
    Counted { one: String, other: String },
}

impl Text {
    fn forms(&self) -> Vec<&str> {
        match self {
            Self::One(text) => vec![text],
            Self::Counted { one, other } => vec![one, other],
        }
    }

    /// The places to fill, in the order in which they come first.
    fn places(&self) -> Result<Vec<String>, String> {
        let mut found: Vec<String> = Vec::new();
        for form in self.forms() {
            let mut rest = form;
            while let Some((_, after)) = rest.split_once('{') {
                let (name, after) = after.split_once('}').ok_or_else(|| format!("`{form}` has no `}}`"))?;
                if !found.iter().any(|f| f == name) {
                    found.push(name.to_owned());
                }
                rest = after;
            }
        }
        Ok(found)
    }
}

/// Reads the languages, compares them, and writes the module.
pub(crate) fn generate() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=texts");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=build.rs");
    let english = language(ENGLISH)?;
    let mut wrong = Vec::new();
    let mut others = Vec::new();
    for code in OTHERS {
        let texts = language(code)?;
        compare(code, &english, &texts, &mut wrong)?;
        others.push((code, texts));
    }
    if !wrong.is_empty() {
        return Err(format!("texts that do not fit each other:\n  {}", wrong.join("\n  ")).into());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("texts.rs"), module(&english)?)?;
    for (code, texts) in others {
        fs::write(out.join(format!("texts_{code}.rs")), list(&english, &texts))?;
    }
    Ok(())
}

fn language(code: &str) -> Result<Texts, Box<dyn Error>> {
    let mut texts = Texts::new();
    let folder = Path::new("texts").join(code);
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|f| f.map(|f| f.path())).collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        let area = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        let table: toml::Table =
            fs::read_to_string(&file)?.parse().map_err(|e| format!("{}: {e}", file.display()))?;
        for (key, value) in table {
            let at = || format!("{}: {key}", file.display());
            let text = match value {
                Value::String(text) => Text::One(text),
                Value::Table(forms) => {
                    let form = |name: &str| {
                        forms
                            .get(name)
                            .and_then(Value::as_str)
                            .map(str::to_owned)
                            .ok_or_else(|| format!("{}: `{name}` is missing", at()))
                    };
                    Text::Counted { one: form("one")?, other: form("other")? }
                }
                _ => return Err(format!("{} is no text", at()).into()),
            };
            texts.insert((area.clone(), key), text);
        }
    }
    Ok(texts)
}

fn compare(
    code: &str,
    english: &Texts,
    other: &Texts,
    wrong: &mut Vec<String>,
) -> Result<(), Box<dyn Error>> {
    for ((area, key), text) in english {
        let Some(theirs) = other.get(&(area.clone(), key.clone())) else {
            wrong.push(format!("{code}/{area}.toml lacks {key}"));
            continue;
        };
        let sorted = |text: &Text| -> Result<Vec<String>, String> {
            let mut places = text.places()?;
            places.sort();
            Ok(places)
        };
        if sorted(text)? != sorted(theirs)? || text.forms().len() != theirs.forms().len() {
            wrong.push(format!("{code}/{area}.toml: {key} has other places to fill than in English"));
        }
    }
    for (area, key) in other.keys().filter(|k| !english.contains_key(*k)) {
        wrong.push(format!("{code}/{area}.toml: {key} is not in English"));
    }
    Ok(())
}

/// The functions; each names its place in the list of a language, and the English text.
fn module(english: &Texts) -> Result<String, Box<dyn Error>> {
    let mut code = String::new();
    let mut area_now = String::new();
    let mut place = 0;
    for ((area, key), text) in english {
        if *area != area_now {
            if !area_now.is_empty() {
                code.push_str("}\n");
            }
            writeln!(
                code,
                "pub mod {area} {{\n    use super::{{fill, one, pick}};\n    use std::fmt::Display;"
            )?;
            area_now.clone_from(area);
        }
        let places = text.places()?;
        let list = |text: &str, places: &[String]| {
            let parts: Vec<String> = places.iter().map(|p| format!("({p:?}, &{p})")).collect();
            format!("fill({text}, &[{}])", parts.join(", "))
        };
        match text {
            Text::One(t) if places.is_empty() => {
                writeln!(code, "    pub fn {key}() -> &'static str {{ pick({place}, {t:?}) }}")?;
            }
            Text::One(t) => {
                let arguments: Vec<String> = places.iter().map(|p| format!("{p}: impl Display")).collect();
                let filled = list(&format!("pick({place}, {t:?})"), &places);
                writeln!(code, "    pub fn {key}({}) -> String {{ {filled} }}", arguments.join(", "))?;
            }
            Text::Counted { one, other } => {
                let more: Vec<String> =
                    places.iter().filter(|p| *p != "n").map(|p| format!(", {p}: impl Display")).collect();
                let chosen = format!(
                    "if one(n) {{ pick({place}, {one:?}) }} else {{ pick({}, {other:?}) }}",
                    place + 1
                );
                let filled = list(&chosen, &places);
                writeln!(code, "    pub fn {key}(n: i64{}) -> String {{ {filled} }}", more.concat())?;
            }
        }
        place += text.forms().len();
    }
    if !area_now.is_empty() {
        code.push_str("}\n");
    }
    Ok(code)
}

/// The texts of a language in the order of the English ones.
fn list(english: &Texts, texts: &Texts) -> String {
    let mut code = String::from("&[\n");
    for key in english.keys() {
        for form in texts[key].forms() {
            code.push_str(&format!("    {form:?},\n"));
        }
    }
    code.push_str("]\n");
    code
}
