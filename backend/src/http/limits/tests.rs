use serde_json::json;

use super::{Refused, check_document, check_json_nesting, check_variables};

fn too_complex(document: &str) -> bool {
    matches!(check_document(document), Err(Refused::TooComplex(_)))
}

fn malformed(document: &str) -> bool {
    matches!(check_document(document), Err(Refused::Malformed(_)))
}

#[test]
fn ordinary_documents_pass() {
    for document in [
        "{ me { name } }",
        "query Feed($first: Int = 20, $ids: [ID!]! = [\"a\"]) { feed(first: $first) { edges { node { id } } } }",
        "query { ...a ... on Person { name } } fragment a on Query { me { ...b } } fragment b on Person { id }",
        "mutation { log(input: { text: \"a { b ( [ \\\" } \" }) { id } } # {{{{ ((((",
        "{ a(t: \"\"\"block \\\"\"\" { [ \"quoted\" \"\"\") b(t: \"\") c(t: \"\"\"\"\"\") }",
        "",
    ] {
        assert_eq!(check_document(document), Ok(()), "{document}");
    }
}

#[test]
fn nesting_is_counted_outside_strings_and_comments_only() {
    for open in ["{a", "[", "{a:", "a(b:", "[[", "(", "@d(a:["] {
        assert!(too_complex(&open.repeat(200)), "{open}");
    }
    let deep = |levels: usize| format!("{{a(v:{}{})}}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(check_document(&deep(62)), Ok(()));
    assert!(too_complex(&deep(63)));
    assert_eq!(check_document(&format!("{{a(v:\"{}\")}}", "[".repeat(200))), Ok(()));
    assert_eq!(check_document(&format!("{{a}}#{}\n", "[".repeat(200))), Ok(()));
    assert!(too_complex(&format!("{{a}}#\r{}", "[".repeat(200))));
    assert!(too_complex(&format!("{{a(v:\"\\\\\"{}", "[".repeat(200))));
    assert!(too_complex(&format!("{{a(v:\"\"\"\\\\\"\"\" \"\"\"{}", "[".repeat(200))));
}

#[test]
fn brackets_that_hide_in_a_string_are_few() {
    assert!(too_complex(&format!("{{a(v:\"{}\")}}", "[".repeat(700))));
}

#[test]
fn a_string_without_an_end_is_refused() {
    // The parser takes the first two marks for an empty string and reads on.
    assert!(malformed("{a(v:\"\"\"a\"[[[[[)}"));
    assert!(malformed("{a(v:\"b\n\")}"));
    assert!(malformed("{a(v:\"b"));
    assert!(malformed("{a(v:\"\\q\")}"));
    assert!(malformed("{a(v:\"\"\"\\\"\"\""));
}

#[test]
fn long_documents_are_refused() {
    assert_eq!(check_document(&" ".repeat(16 * 1024)), Ok(()));
    assert!(too_complex(&" ".repeat(16 * 1024 + 1)));
}

#[test]
fn fragments_may_not_multiply() {
    let mut document = "{...f0 ...f0}".to_owned();
    for level in 0..30 {
        document.push_str(&format!("fragment f{level} on Query{{...f{0} ...f{0}}}", level + 1));
    }
    document.push_str("fragment f30 on Query{a}");
    assert!(too_complex(&document));

    // Called as a fragment is, and hidden in an operation whose name looks like one.
    assert!(too_complex(&document.replace("{...f0 ...f0}", "query fragment @f0 {...f0 ...f0}")));
    assert!(malformed("{...a} fragment a on Query {...b} fragment b on Query {...a}"));

    let chain: String =
        (0..60).map(|level| format!("fragment f{level} on Query{{...f{}}}", level + 1)).collect();
    assert!(too_complex(&chain));

    let wide: String = "...f ".repeat(1_000);
    assert!(too_complex(&format!("{{{wide}}} fragment f on Query {{ a b c d e f g h i j }}")));
}

#[test]
fn nul_is_found_wherever_it_is() {
    assert_eq!(check_document("{a(v:\"b\0\")}"), Err(Refused::Nul(None)));
    assert_eq!(check_document("{a(v:\"b\\u0000\")}"), Err(Refused::Nul(None)));
    assert_eq!(check_document("{a(v:\"\\\\u0000 \\u0041\")}"), Ok(()));

    let variables = json!({ "input": { "text": { "impact": ["fine", "b\0"] } }, "n": 1 });
    let variables = variables.as_object().expect("an object");
    assert_eq!(check_variables(variables), Err(Refused::Nul(Some("impact".into()))));
    let key = json!({ "a\0": 1 });
    assert_eq!(check_variables(key.as_object().expect("an object")), Err(Refused::Nul(None)));
}

#[test]
fn json_is_nested_no_deeper_than_documents() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(check_json_nesting(nested(64).as_bytes()).is_ok());
    assert!(check_json_nesting(nested(65).as_bytes()).is_err());
    assert!(check_json_nesting("[".repeat(200_000).as_bytes()).is_err());
    assert!(check_json_nesting(format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(99)).as_bytes()).is_ok());
}
