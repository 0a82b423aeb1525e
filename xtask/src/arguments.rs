//! The command line, read by hand: a parser crate would cost more to compile than it saves here.

use crate::workspace::Outcome;

/// What was typed after `cargo xtask`, taken apart word by word.
pub(crate) struct Arguments {
    words: Vec<String>,
    rest: Vec<String>,
}

impl Arguments {
    pub(crate) fn from_command_line() -> Self {
        Self::parse(std::env::args().skip(1).collect())
    }

    fn parse(mut words: Vec<String>) -> Self {
        let rest = match words.iter().position(|word| word == "--") {
            Some(at) => words.split_off(at).into_iter().skip(1).collect(),
            None => Vec::new(),
        };
        Self { words, rest }
    }

    /// The first word.
    pub(crate) fn command(&mut self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.remove(0))
    }

    /// Whether the flag was given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// The word after `name`, where it was given.
    pub(crate) fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let Some(at) = self.words.iter().position(|word| word == name) else { return Ok(None) };
        if at + 1 >= self.words.len() {
            return Err(format!("{name} needs a value"));
        }
        self.words.remove(at);
        Ok(Some(self.words.remove(at)))
    }

    /// What followed `--`, once everything before it was understood.
    pub(crate) fn rest(self) -> Outcome<Vec<String>> {
        match self.words.first() {
            Some(word) => Err(format!("`{word}` is not understood here; see `cargo xtask help`")),
            None => Ok(self.rest),
        }
    }

    /// Refuses whatever was not taken.
    pub(crate) fn finish(self) -> Outcome {
        match self.rest()?.first() {
            Some(word) => Err(format!("`-- {word}` is not understood here; see `cargo xtask help`")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn typed(line: &str) -> Arguments {
        Arguments::parse(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn words_after_the_dashes_are_passed_on() {
        let mut arguments = typed("run --fresh -- --listen 127.0.0.1:9");
        assert_eq!(arguments.command().as_deref(), Some("run"));
        assert!(arguments.flag("--fresh"));
        assert_eq!(arguments.rest(), Ok(vec!["--listen".to_owned(), "127.0.0.1:9".to_owned()]));
    }

    #[test]
    fn an_unknown_word_is_refused() {
        let mut arguments = typed("test --onyl tests");
        assert_eq!(arguments.command().as_deref(), Some("test"));
        assert_eq!(arguments.value("--only"), Ok(None));
        assert!(arguments.finish().is_err());
    }
}
