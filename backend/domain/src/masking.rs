//! Names of people taken out of texts: of others in an export, of somebody who was erased everywhere.

use std::collections::HashMap;

use crate::text::{invisible, search_words};

/// A name to take out, and what stands in its place.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The name.
    pub name: &'a str,
    /// What is read instead.
    pub instead: &'a str,
}

/// A word of a text: where it is, and how search writes it.
struct Word {
    from: usize,
    to: usize,
    lower: String,
    capital: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut list: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        // What takes no place on screen does not part a word.
        let inside = c.is_alphanumeric() || (open && invisible(c));
        if inside {
            if !open {
                list.push(Word { from: at, to: at, lower: String::new(), capital: !c.is_lowercase() });
            }
            if let Some(word) = list.last_mut() {
                word.to = at + c.len_utf8();
                if c.is_alphanumeric() {
                    word.lower.extend(c.to_lowercase());
                }
            }
        }
        open = inside;
    }
    list
}

/// Takes known names out of texts: a whole name whatever its case, and the first or last part of a longer name where it
/// begins with a capital and is in none of the names that stay ("will" is a word, "Will" may be a name).
#[derive(Debug, Clone, Default)]
pub struct Mask {
    /// Names by their first word.
    whole: HashMap<String, Vec<(Vec<String>, String)>>,
    /// What a part of a longer name becomes.
    parts: HashMap<String, String>,
}

impl Mask {
    /// A mask of these names; parts of the names in `keep` stay.
    #[must_use]
    pub fn new<'a>(known: impl IntoIterator<Item = Known<'a>>, keep: &[&str]) -> Self {
        let kept: Vec<String> = keep.iter().flat_map(|n| search_words(n)).collect();
        let mut mask = Self::default();
        for Known { name, instead } in known {
            let words = search_words(name);
            let (Some(first), Some(last)) = (words.first().cloned(), words.last().cloned()) else { continue };
            if words.len() > 1 {
                for part in [&first, &last] {
                    if part.chars().count() > 2 && !kept.contains(part) {
                        mask.parts.insert(part.clone(), instead.to_owned());
                    }
                }
            }
            mask.whole.entry(first).or_default().push((words, instead.to_owned()));
        }
        for names in mask.whole.values_mut() {
            names.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        mask
    }

    /// The text with the names replaced.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let text_words = words(text);
        let mut out = String::with_capacity(text.len());
        let (mut copied, mut n) = (0, 0);
        while n < text_words.len() {
            let Some((length, instead)) = self.hit(&text_words[n..]) else {
                n += 1;
                continue;
            };
            out.push_str(&text[copied..text_words[n].from]);
            out.push_str(instead);
            copied = text_words[n + length - 1].to;
            n += length;
        }
        out.push_str(&text[copied..]);
        out
    }

    /// The name that begins at the first of these words: how many words it has, and what is read instead.
    fn hit(&self, rest: &[Word]) -> Option<(usize, &str)> {
        let word = rest.first()?;
        let whole =
            self.whole.get(&word.lower).into_iter().flatten().find(|(name, _)| {
                rest.len() >= name.len() && name.iter().zip(rest).all(|(a, b)| *a == b.lower)
            });
        if let Some((name, instead)) = whole {
            return Some((name.len(), instead));
        }
        let part = self.parts.get(&word.lower).filter(|_| word.capital)?;
        Some((1, part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::mentions;
    use proptest::prelude::*;

    fn masked(text: &str) -> String {
        let known = [
            Known { name: "Ada Lovelace", instead: "a colleague" },
            Known { name: "Linden", instead: "the decider" },
            Known { name: "Will Ash", instead: "a colleague" },
        ];
        Mask::new(known, &["Grace Ash"]).apply(text)
    }

    #[test]
    fn names_go_and_the_rest_stays() {
        for (text, expected) in [
            ("Well done, Linden's team!", "Well done, the decider's team!"),
            ("LINDEN said so", "the decider said so"),
            ("the Lindenau road", "the Lindenau road"),
            ("ada LOVELACE was late", "a colleague was late"),
            ("Ada was late, Lovelace too.", "a colleague was late, a colleague too."),
            ("I will see ash and ada", "I will see ash and ada"),
            ("Will will see", "a colleague will see"),
            ("Ash is my own name", "Ash is my own name"),
            ("Lin\u{200D}den", "the decider"),
            ("", ""),
            ("=Linden", "=the decider"),
            ("Ada-Lovelace/Linden", "a colleague/the decider"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_to_take_out_changes_nothing() {
        assert_eq!(Mask::default().apply("Ada"), "Ada");
        assert_eq!(Mask::new([Known { name: " - ", instead: "x" }], &[]).apply("Ada "), "Ada ");
    }

    proptest! {
        #[test]
        fn no_whole_name_is_left(before in "\\PC{0,12}", after in "\\PC{0,12}", name in "[A-ZÄÖ][a-zß]{2,8}( [A-Z][a-z]{2,8})?") {
            let text = format!("{before} {name} {after}");
            let out = Mask::new([Known { name: &name, instead: "…" }], &[]).apply(&text);
            let name_words = search_words(&name);
            let left = search_words(&out.chars().filter(|c| !invisible(*c)).collect::<String>());
            prop_assert!(!left.windows(name_words.len()).any(|w| w == name_words), "{out:?}");
            if !mentions(&text, &name) { prop_assert_eq!(out, text); }
        }
    }
}
