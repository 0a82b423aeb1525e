//! What makes a new password easy to guess, as ASVS 5.0 (6.2) asks: its length, words that everybody who attacks this
//! account knows, and passwords that everybody tries first. There are no rules about kinds of characters.

use crate::text::{self, FieldError};

/// What must be left of a password once the words that belong to the account are taken out.
const LEFT_AT_LEAST: usize = 8;
/// Digits and signs around a common password that add nothing to it.
const AROUND_AT_MOST: usize = 6;
/// Fewer different characters than these are a pattern.
const DIFFERENT_AT_LEAST: usize = 5;

/// Checks a new password. `context` is what an attacker knows of the account: name, e-mail address, organisation;
/// `common` says whether a text in lower case is among the most common passwords.
///
/// # Errors
/// The first thing wrong with it, and the mend.
pub fn check(
    field: &str,
    password: &str,
    context: &[&str],
    common: impl Fn(&str) -> bool,
) -> Result<(), FieldError> {
    text::password(field, password)?;
    let refuse = |why: &str| Err(FieldError::new(field, why));
    let lower = password.to_lowercase();
    if is_pattern(&lower) {
        return refuse("Please choose a password that repeats itself less.");
    }
    if left_without(&lower, context) < LEFT_AT_LEAST {
        return refuse(
            "Please choose a password that is more than your name, your e-mail address or your organisation's name.",
        );
    }
    if looks_common(&lower, common) {
        return refuse("Please choose another password: this one is among those that are tried first.");
    }
    Ok(())
}

/// Few different characters, one piece over and over, or characters that follow each other like 1234567890.
fn is_pattern(lower: &str) -> bool {
    let all: Vec<char> = lower.chars().collect();
    let mut different = all.clone();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT_AT_LEAST {
        return true;
    }
    let steps = all.windows(2).filter(|pair| (u32::from(pair[0])).abs_diff(u32::from(pair[1])) == 1).count();
    // Of twelve characters in a row eleven follow each other; a 9 after a 0 may break it now and then.
    if steps * 5 >= (all.len() - 1) * 4 {
        return true;
    }
    let unit = repeated_unit(&all);
    unit < DIFFERENT_AT_LEAST
}

/// The length of the shortest piece that the text repeats; its own length when it repeats none.
fn repeated_unit(all: &[char]) -> usize {
    (1..=all.len() / 2)
        .find(|n| all.len().is_multiple_of(*n) && all.chunks(*n).all(|piece| piece == &all[..*n]))
        .unwrap_or(all.len())
}

/// The characters left once the words of the account are taken out.
fn left_without(lower: &str, context: &[&str]) -> usize {
    let mut words: Vec<String> = vec!["upheld".into()];
    for text in context {
        let parts = text::search_words(text);
        words.push(parts.concat());
        words.extend(parts);
    }
    words.retain(|word| word.chars().count() > 2);
    // The longest first, so that the whole of a name goes before its parts.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut left: String = lower.to_owned();
    for word in words {
        left = left.replace(&word, "");
    }
    left.chars().filter(|c| !c.is_whitespace()).count()
}

fn looks_common(lower: &str, common: impl Fn(&str) -> bool) -> bool {
    let all: Vec<char> = lower.chars().collect();
    let unit: String = all[..repeated_unit(&all)].iter().collect();
    if common(lower) || common(&plain_letters(lower)) || common(&unit) {
        return true;
    }
    // The core is what stands between the first and the last letter, or what looks like one.
    let is_core = |c: char| c.is_alphabetic() || matches!(c, '@' | '$');
    let core = lower.trim_matches(|c| !is_core(c));
    let around = lower.chars().count() - core.chars().count();
    !core.is_empty() && around <= AROUND_AT_MOST && (common(core) || common(&plain_letters(core)))
}

/// Signs and digits that are often written for letters, as those letters.
fn plain_letters(lower: &str) -> String {
    let letter = |c| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    lower.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::check;

    const CONTEXT: [&str; 3] = ["Ada Lovelace", "ada.lovelace@lighthouse.example", "Lighthouse Works"];

    fn common(text: &str) -> bool {
        ["password", "qwertyuiop", "1q2w3e4r5t6y", "iloveyou", "letmein"].contains(&text)
    }

    fn refused(password: &str) -> bool {
        check("password", password, &CONTEXT, common).is_err()
    }

    #[test]
    fn length_is_what_counts() {
        assert!(refused("eleven char"));
        for fits in
            ["correct horse battery staple", "zgh kzx wqp r", "ÄÖÜ ist kein Wort mit zwölf", "0664 8312 7749"]
        {
            assert!(!refused(fits), "{fits}");
        }
        assert!(!refused(&"a phrase, ".repeat(12)), "120 characters");
        assert!(refused(&"a phrase, ".repeat(13)), "more than 128");
    }

    #[test]
    fn what_everybody_knows_of_the_account_is_refused() {
        for bad in [
            "adalovelace1",
            "Lovelace-2026",
            "lighthouseworks",
            "Lighthouse 2026!",
            "ada.lovelace@lighthouse.example",
            "Upheld-Ada-2026",
        ] {
            assert!(refused(bad), "{bad}");
        }
        assert!(!refused("lovelace wrote no cobol at all"), "enough is left");
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "password1234",
            "P@ssw0rd1234",
            "!!password!!",
            "passwordpassword",
            "Qwertyuiop12",
            "1q2w3e4r5t6y",
            "iloveyou2024",
            "letmeinletmein",
        ] {
            assert!(refused(bad), "{bad}");
        }
        assert!(!refused("password8461937465"), "more around it than anybody tries");
    }

    #[test]
    fn patterns_are_refused() {
        for bad in
            ["aaaaaaaaaaaa", "abababababab", "123456789012", "987654321098", "abcdefghijkl", "abcdabcdabcd"]
        {
            assert!(refused(bad), "{bad}");
        }
    }
}
