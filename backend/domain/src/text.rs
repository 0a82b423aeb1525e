//! Limits and checks of what people write. A check names the field and the mend.

use serde::{Deserialize, Serialize};

/// One thing wrong with one field of an input, in words for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct FieldError {
    /// The field's name as the API spells it.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl FieldError {
    /// Says what is wrong with `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Everything wrong with an input, in the order of its fields; never empty when returned as an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// Notes what is wrong with `field`.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, message));
    }

    /// Keeps a check's complaint, if it has one.
    pub fn check(&mut self, result: Result<(), FieldError>) {
        if let Err(e) = result {
            self.0.push(e);
        }
    }

    /// The first complaint about `field`.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|e| e.field == field).map(|e| e.message.as_str())
    }

    /// `Ok` when nothing was noted.
    ///
    /// # Errors
    /// Itself, when anything was.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<FieldError> for Invalid {
    fn from(e: FieldError) -> Self {
        Self(vec![e])
    }
}

/// A text field's name on screens and its greatest length in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// How a message calls the field.
    pub called: &'static str,
    /// The greatest number of characters.
    pub max: usize,
}

const fn limit(called: &'static str, max: usize) -> Limit {
    Limit { called, max }
}

/// The title of an incident.
pub const TITLE: Limit = limit("the title", 120);
/// The situation of an incident.
pub const SITUATION: Limit = limit("the situation", 2_000);
/// The behaviour in an incident.
pub const BEHAVIOUR: Limit = limit("the behaviour", 2_000);
/// The impact of an incident.
pub const IMPACT: Limit = limit("the impact", 2_000);
/// A leader's reason for a decision.
pub const RATIONALE: Limit = limit("the rationale", 2_000);
/// What is said, in public or 1:1.
pub const WORDING: Limit = limit("the wording", 1_000);
/// The sentence that witnesses hear.
pub const PRINCIPLE: Limit = limit("the principle", 300);
/// What mends the damage.
pub const REPAIR: Limit = limit("the repair", 500);
/// A reason for passing, taking over, handing over or retracting.
pub const REASON: Limit = limit("the reason", 1_000);
/// A question about an incident.
pub const QUESTION: Limit = limit("the question", 2_000);
/// A reply to a question, or a person's side.
pub const REPLY: Limit = limit("the reply", 2_000);
/// A comment on a recognition.
pub const COMMENT: Limit = limit("the comment", 1_000);
/// The name of a person, value, team, venue, organisation or token.
pub const NAME: Limit = limit("the name", 120);
/// A value's statement.
pub const STATEMENT: Limit = limit("the statement", 500);
/// One line of what a value looks like.
pub const EXAMPLE: Limit = limit("the example", 200);
/// What somebody wants to talk about in a meeting.
pub const POINT: Limit = limit("the point", 500);
/// What was said about something in a meeting.
pub const MEETING_NOTE: Limit = limit("the note", 1000);
/// What a topic says.
pub const TOPIC: Limit = limit("the topic", 500);
/// What a goal is measured in.
pub const UNIT: Limit = limit("the unit", 40);
/// What stands beside a check-in.
pub const CHECK_IN: Limit = limit("the note", 500);
/// A link to evidence.
pub const LINK: Limit = limit("the link", 500);
/// An e-mail address.
pub const EMAIL: Limit = limit("the e-mail address", 254);
/// Words to search for.
pub const SEARCH: Limit = limit("the search", 100);
/// The fewest characters of a password.
pub const PASSWORD_MIN: usize = 12;
/// The most characters of a password, so that hashing stays cheap.
pub const PASSWORD_MAX: usize = 128;
/// The reactions that a recognition takes.
pub const REACTIONS: &[&str] = &["👏", "❤️", "🙌", "💡", "🎉"];

/// Checks a text that must be there.
///
/// # Errors
/// When it is blank, too long, or holds a character that no text has.
pub fn required(field: &str, text: &str, limit: Limit) -> Result<(), FieldError> {
    if !text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !invisible(c)) {
        return Err(FieldError::new(field, format!("Please write {}.", limit.called)));
    }
    bounded(field, text, limit)
}

/// Checks a text that may be empty.
///
/// # Errors
/// When it is too long or holds a character that no text has.
pub fn bounded(field: &str, text: &str, limit: Limit) -> Result<(), FieldError> {
    let length = text.chars().count();
    if length > limit.max {
        let over = length - limit.max;
        return Err(FieldError::new(
            field,
            format!("Please shorten {} by {over} characters: at most {} fit.", limit.called, limit.max),
        ));
    }
    clean(field, text)
}

/// Whether a character takes no place on screen, so that it could hide a name or pretend to be a text. The two joiners
/// are among them: emoji and some scripts need them, which is why [`clean`] lets them through.
pub(crate) const fn invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Refuses control characters (other than line breaks and tabs) and marks that hide or reorder text on screen.
///
/// # Errors
/// When the text holds one.
pub fn clean(field: &str, text: &str) -> Result<(), FieldError> {
    let bad = |c: &char| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            || (invisible(*c) && !matches!(c, '\u{200C}' | '\u{200D}'))
    };
    match text.chars().find(bad) {
        None => Ok(()),
        Some(c) => Err(FieldError::new(
            field,
            format!("Please remove the invisible character U+{:04X} from {field}.", u32::from(c)),
        )),
    }
}

/// Checks a link: `http` or `https`, no blanks.
///
/// # Errors
/// When it is another kind of link or too long.
pub fn link(field: &str, text: &str) -> Result<(), FieldError> {
    bounded(field, text, LINK)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !text.chars().any(char::is_whitespace) => Ok(()),
        _ => Err(FieldError::new(field, "Please give a link that begins with https:// or http://.")),
    }
}

/// Checks the shape of an e-mail address; whether it exists only a mail can tell.
///
/// # Errors
/// When it has no `@` with something on both sides.
pub fn email(field: &str, text: &str) -> Result<(), FieldError> {
    required(field, text, EMAIL)?;
    let good = text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
    });
    if good && !text.chars().any(char::is_whitespace) {
        Ok(())
    } else {
        Err(FieldError::new(field, "Please give an e-mail address like name@example.com."))
    }
}

/// Checks a new password's length, which a form can do while somebody types; [`crate::password::check`] does the rest.
///
/// # Errors
/// When it is too short or too long.
pub fn password(field: &str, text: &str) -> Result<(), FieldError> {
    let n = text.chars().count();
    if n < PASSWORD_MIN {
        return Err(FieldError::new(
            field,
            format!("Please choose a password of at least {PASSWORD_MIN} characters."),
        ));
    }
    if n > PASSWORD_MAX {
        return Err(FieldError::new(
            field,
            format!("Please choose a password of at most {PASSWORD_MAX} characters."),
        ));
    }
    if text.contains('\0') {
        return Err(FieldError::new(field, "Please choose a password without invisible characters."));
    }
    Ok(())
}

/// The words of a text as search keeps them: lower case, letters and digits only. Index and query both use it, so
/// that both databases find the same.
#[must_use]
pub fn search_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// Whether `text` holds `name` as words of its own, whatever the case: "Linden's" holds "Linden", "Lindenau" does not.
/// Of a longer name the first and the last part are names too. What takes no place on screen is looked through.
#[must_use]
pub fn mentions(text: &str, name: &str) -> bool {
    let seen = |t: &str| search_words(&t.chars().filter(|c| !invisible(*c)).collect::<String>());
    let (text, name) = (seen(text), seen(name));
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return false };
    text.windows(name.len()).any(|w| w == name)
        || [first, last].into_iter().any(|part| part.chars().count() > 2 && text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_text_is_missing() {
        assert!(required("title", " \n ", TITLE).is_err());
        assert!(required("title", "\u{200B}\u{2060}", TITLE).is_err(), "what takes no place is no text");
        assert!(required("title", "x", TITLE).is_ok());
        assert!(required("text", "👏", COMMENT).is_ok());
    }

    #[test]
    fn length_counts_characters_and_says_by_how_many() {
        let text = "ä".repeat(TITLE.max);
        assert!(required("title", &text, TITLE).is_ok());
        let e = required("title", &format!("{text}ää"), TITLE).unwrap_err();
        assert!(e.message.contains("by 2 characters"), "{e}");
    }

    #[test]
    fn control_and_bidi_characters_are_refused() {
        for bad in ["a\0b", "a\u{202E}b", "a\u{7}b", "a\u{200B}b", "a\u{AD}b"] {
            assert!(clean("title", bad).is_err(), "{bad:?}");
        }
        assert!(clean("title", "two\nlines\tand a tab").is_ok());
    }

    #[test]
    fn links_are_web_links() {
        assert!(link("evidenceUrl", "https://example.com/a").is_ok());
        for bad in ["javascript:alert(1)", "https://", "data:text/html,x", "https://a b"] {
            assert!(link("evidenceUrl", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_is_found_as_a_word() {
        assert!(mentions("Well done, Linden's team", "Linden"));
        assert!(mentions("well done LINDEN", "Linden"));
        assert!(!mentions("the Lindenau road", "Linden"));
        assert!(mentions("Ada was late", "Ada Lovelace"), "a first name alone is a name");
        assert!(mentions("Lovelace was late", "Ada Lovelace"), "and so is a last name");
        assert!(mentions("Lin\u{200B}den did it", "Linden"), "nothing invisible hides a name");
    }

    #[test]
    fn addresses() {
        assert!(email("email", "a@b.example").is_ok());
        for bad in ["", "a", "@b.c", "a@b", "a@.b", "a b@c.d", "a@b@c.d"] {
            assert!(email("email", bad).is_err(), "{bad}");
        }
    }
}
