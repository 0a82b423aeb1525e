//! What a document may look like before the GraphQL parser sees it.
//!
//! The parser recurses on every bracket and follows every fragment spread before its own limits apply:
//! a few kilobytes of `[[[[…` end the process, and thirty fragments that each spread the next twice
//! take minutes. Both are refused here by one pass over the bytes.

use std::collections::HashMap;

use serde_json::Value;

/// Our own documents have at most a quarter of this.
pub(super) const MAX_DOCUMENT: usize = 16 * 1024;
const MAX_NESTING: usize = 64;
/// Counted inside strings too: whatever a parser takes for a string, the stack survives this many.
const MAX_BRACKETS: usize = 600;
/// Names of a document with its fragments written out; one without fragments cannot reach it.
const MAX_EXPANDED: u64 = 10_000;
const MAX_CHAIN: usize = 32;

/// Why a request is refused before it is parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// More than the server wants to spend on one request.
    TooComplex(&'static str),
    /// What could not be parsed either.
    Malformed(&'static str),
    /// A NUL character, which PostgreSQL cannot store; the field that holds it, if known.
    Nul(Option<String>),
}

/// Checks a document: its size, nesting, fragments and characters.
pub(super) fn check_document(document: &str) -> Result<(), Refused> {
    if document.len() > MAX_DOCUMENT {
        return Err(Refused::TooComplex("The document is longer than 16 KiB."));
    }
    if document.contains('\0') {
        return Err(Refused::Nul(None));
    }
    let brackets = document.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count();
    if brackets > MAX_BRACKETS {
        return Err(Refused::TooComplex("The document has too many brackets."));
    }
    Scanner::new(document).run()?.check_expanded()
}

/// Checks the nesting of JSON text, whose values the parser visits recursively as well.
pub(super) fn check_json_nesting(text: &[u8]) -> Result<(), Refused> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > MAX_NESTING {
                    return Err(Refused::TooComplex("The variables are nested too deeply."));
                }
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Refuses NUL anywhere in the variables and names the field, the last key on the way to it.
pub(super) fn check_variables(variables: &serde_json::Map<String, Value>) -> Result<(), Refused> {
    variables.iter().try_for_each(|(key, value)| check_value(key, value))
}

fn check_value(key: &str, value: &Value) -> Result<(), Refused> {
    if key.contains('\0') {
        return Err(Refused::Nul(None));
    }
    match value {
        Value::String(text) if text.contains('\0') => Err(Refused::Nul(Some(key.to_owned()))),
        Value::Array(values) => values.iter().try_for_each(|value| check_value(key, value)),
        Value::Object(fields) => check_variables(fields),
        _ => Ok(()),
    }
}

/// What one operation or fragment selects itself, and the fragments that it spreads.
#[derive(Default)]
struct Definition<'a> {
    names: u64,
    spreads: Vec<&'a str>,
}

/// The fragments by name; all operations are together under the empty name.
#[derive(Default)]
struct Definitions<'a>(HashMap<&'a str, Definition<'a>>);

/// A definition with all its fragments written out.
#[derive(Clone, Copy)]
struct Expanded {
    names: u64,
    /// The longest chain of fragments from here.
    chain: usize,
}

impl<'a> Definitions<'a> {
    fn check_expanded(&self) -> Result<(), Refused> {
        let mut known = HashMap::new();
        let mut total = 0u64;
        for name in self.0.keys() {
            total = total.saturating_add(self.expand(name, &mut known, 0)?.names);
        }
        if total > MAX_EXPANDED {
            return Err(Refused::TooComplex("The fragments of the document multiply too far."));
        }
        Ok(())
    }

    /// Adds up a definition; `known` holds nothing for one whose sum is still being made.
    fn expand(
        &self,
        name: &'a str,
        known: &mut HashMap<&'a str, Option<Expanded>>,
        above: usize,
    ) -> Result<Expanded, Refused> {
        let too_long = Refused::TooComplex("The fragments of the document are nested too deeply.");
        let Some(definition) = self.0.get(name) else { return Ok(Expanded { names: 0, chain: 0 }) };
        match known.get(name) {
            Some(Some(expanded)) => return Ok(*expanded),
            Some(None) => return Err(Refused::Malformed("A fragment spreads itself.")),
            None if above > MAX_CHAIN => return Err(too_long),
            None => known.insert(name, None),
        };
        let mut expanded = Expanded { names: definition.names, chain: 0 };
        for spread in &definition.spreads {
            let below = self.expand(spread, known, above + 1)?;
            expanded.names = expanded.names.saturating_add(below.names);
            expanded.chain = expanded.chain.max(below.chain + 1);
        }
        if expanded.chain > MAX_CHAIN {
            return Err(too_long);
        }
        known.insert(name, Some(expanded));
        Ok(expanded)
    }
}

/// Walks the tokens as the parser would, without recursion.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The definition that the next name belongs to.
    current: &'a str,
    expects: Expects,
    definitions: Definitions<'a>,
}

#[derive(PartialEq)]
enum Expects {
    Definition,
    FragmentName,
    Spread,
    Anything,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Scanner<'a> {
        let definitions = Definitions::default();
        Scanner { text, at: 0, depth: 0, current: "", expects: Expects::Definition, definitions }
    }

    fn run(mut self) -> Result<Definitions<'a>, Refused> {
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'#' => self.skip_comment(),
                b'"' => self.skip_string()?,
                b'(' | b'[' | b'{' => {
                    self.depth += 1;
                    if self.depth > MAX_NESTING {
                        return Err(Refused::TooComplex("The document is nested too deeply."));
                    }
                    if self.expects != Expects::Anything {
                        self.current = if self.depth == 1 { "" } else { self.current };
                        self.expects = Expects::Anything;
                    }
                    self.at += 1;
                }
                b')' | b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 && *byte == b'}' {
                        self.expects = Expects::Definition;
                    }
                    self.at += 1;
                }
                b'.' if self.text[self.at..].starts_with("...") => {
                    self.expects = Expects::Spread;
                    self.at += 3;
                }
                byte if byte.is_ascii_alphabetic() || *byte == b'_' => self.name(),
                _ => self.at += 1,
            }
        }
        Ok(self.definitions)
    }

    fn name(&mut self) {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = &rest[..end];
        self.at += end;
        match self.expects {
            Expects::Definition if name == "fragment" => {
                self.expects = Expects::FragmentName;
                return;
            }
            Expects::Definition => self.current = "",
            Expects::FragmentName => self.current = name,
            // `... on Type` is counted as a spread of `on` as well, which no fragment is called.
            Expects::Spread => self.definition().spreads.push(name),
            Expects::Anything => {}
        }
        self.expects = Expects::Anything;
        self.definition().names += 1;
    }

    fn definition(&mut self) -> &mut Definition<'a> {
        self.definitions.0.entry(self.current).or_default()
    }

    fn skip_comment(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
    }

    /// Skips a string. One without an end is refused: the parser would try to read on inside of it.
    fn skip_string(&mut self) -> Result<(), Refused> {
        let rest = &self.text[self.at..];
        let length =
            if let Some(block) = rest.strip_prefix("\"\"\"") { block_string(block) } else { string(rest)? };
        self.at += length.ok_or(Refused::Malformed("A string has no end."))?;
        Ok(())
    }
}

/// The length of a block string with its marks, of which the opening three are already read.
fn block_string(mut rest: &str) -> Option<usize> {
    let whole = rest.len();
    loop {
        let mark = rest.find("\"\"\"")?;
        let escaped = rest[..mark].ends_with('\\');
        rest = &rest[mark + 3..];
        if !escaped {
            return Some(3 + whole - rest.len());
        }
    }
}

/// The length of a string with its marks; an escaped NUL is refused here, where it is still seen.
fn string(text: &str) -> Result<Option<usize>, Refused> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at) {
            None | Some(b'\n' | b'\r') => return Ok(None),
            Some(b'"') => return Ok(Some(at + 1)),
            Some(b'\\') if text[at + 1..].starts_with("u0000") => return Err(Refused::Nul(None)),
            Some(b'\\')
                if matches!(
                    bytes.get(at + 1),
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u')
                ) =>
            {
                at += 2;
            }
            Some(b'\\') => return Err(Refused::Malformed("A string has an unknown escape.")),
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests;
