//! Style sheets, made a little smaller: comments and spare white space go, all else stays as written.

/// Strips comments and white space that means nothing. Strings are copied as they are.
pub(crate) fn strip(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    let mut space_due = false;
    while let Some(character) = rest.next() {
        match character {
            '/' if rest.peek() == Some(&'*') => {
                rest.next();
                skip_comment(&mut rest);
                space_due = true;
            }
            _ if character.is_ascii_whitespace() => space_due = true,
            _ => {
                if space_due && !tight(character) && out.chars().last().is_some_and(|last| !tight(last)) {
                    out.push(' ');
                }
                space_due = false;
                out.push(character);
                if character == '"' || character == '\'' {
                    copy_string(character, &mut rest, &mut out);
                }
            }
        }
    }
    out
}

/// Characters beside which white space never matters. A colon or a parenthesis is not one of them: `a :hover` and
/// `a:hover` differ, and so do `and (…)` and `and(…)`.
fn tight(character: char) -> bool {
    matches!(character, '{' | '}' | ';' | ',')
}

fn skip_comment(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let mut last = ' ';
    for character in rest.by_ref() {
        if last == '*' && character == '/' {
            return;
        }
        last = character;
    }
}

fn copy_string(quote: char, rest: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    while let Some(character) = rest.next() {
        out.push(character);
        if character == '\\' {
            out.extend(rest.next());
        } else if character == quote {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn comments_and_spare_space_go() {
        let source =
            "/* a */\n@layer base {\n  a :hover,\n  b { color : red; /* why */ margin: 0 auto; }\n}\n";
        assert_eq!(strip(source), "@layer base{a :hover,b{color : red;margin: 0 auto;}}");
    }

    #[test]
    fn strings_stay_as_they_are() {
        let source = "a::after { content: \"a  /* b */ \\\" ;  c\"; }";
        assert_eq!(strip(source), "a::after{content: \"a  /* b */ \\\" ;  c\";}");
    }

    #[test]
    fn space_that_means_something_stays() {
        assert_eq!(
            strip("@media (a)  and\n(b){p>a + b{width:calc(1px + 2px)}}"),
            "@media (a) and (b){p>a + b{width:calc(1px + 2px)}}"
        );
    }
}
