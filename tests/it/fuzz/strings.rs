//! Texts that have made trouble somewhere: strange characters, and what attackers send to databases.

use super::random::Random;
use super::values::SURROGATE;

/// About two hundred texts with characters that are rare, invisible, reversed, or none at all.
pub(crate) fn characters() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    // Alone, at both ends, in the middle, and many of them.
    let odd = [
        '\u{0}',
        '\u{1}',
        '\u{7}',
        '\u{8}',
        '\u{b}',
        '\u{c}',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{9f}',
        '\u{a0}',
        '\u{ad}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202a}',
        '\u{202b}',
        '\u{202c}',
        '\u{202d}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2067}',
        '\u{2068}',
        '\u{2069}',
        '\u{3000}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{fff9}',
        '\u{fffc}',
        '\u{fffd}',
        '\u{ffff}',
        '\u{10ffff}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{1f3fb}',
        '\u{0301}',
        '\u{0489}',
    ];
    for c in odd {
        all.extend([c.to_string(), format!("{c}a{c}"), format!("ab{c}cd"), c.to_string().repeat(50)]);
    }
    let words = [
        "",
        " ",
        "\t",
        "\n",
        "\r\n",
        "null",
        "undefined",
        "true",
        "0",
        "-0",
        "NaN",
        "1e309",
        "\\",
        "\\u0000",
        "\\x00",
        "%00",
        "%s%n%x",
        "${7*7}",
        "{{7*7}}",
        "../../etc/passwd",
        "CON",
        "𝕳𝖊𝖑𝖑𝖔",
        "ﷺ",
        "İstanbul",
        "ẞ",
        "👨‍👩‍👧‍👦",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "السلام عليكم",
        "שלום",
        "ทดสอบ",
        "𠜎𠜱𠝹",
        "a\u{0301}\u{0301}\u{0301}",
        "=1+1",
        "@SUM(1)",
        "+1",
        "-1",
        "＝1＋1",
        "\u{1F1E6}",
    ];
    all.extend(words.map(str::to_owned));
    all.extend(["x".repeat(121), "x".repeat(10_000), "🙂".repeat(3_000), "a\u{0301}".repeat(2_000)]);
    all
}

/// About three hundred texts in the manner of sqlmap.
pub(crate) fn statements() -> Vec<String> {
    let ends = ["'", "\"", "')", "'))", "\")", "`", "\\'", "%27", "' ", "1", "%'", "'||'"];
    let middles = [
        "OR 1=1",
        "AND 1=2",
        "OR 'a'='a",
        "UNION SELECT NULL",
        "UNION ALL SELECT NULL,NULL,NULL",
        "UNION SELECT password_hash FROM people",
        "UNION SELECT sql FROM sqlite_master",
        "UNION SELECT table_name FROM information_schema.tables",
        "AND (SELECT COUNT(*) FROM incidents)>0",
        "AND 1=(SELECT 1 FROM pg_sleep(6))",
        "; SELECT pg_sleep(6)",
        "AND randomblob(500000000) IS NOT NULL",
        "; DROP TABLE people",
        "; DELETE FROM audit_events",
        "; UPDATE people SET role='ADMIN'",
        "AND CAST((SELECT version()) AS int)=1",
        "ORDER BY 100",
        "HAVING 1=1",
        "; ATTACH DATABASE '/tmp/x' AS x",
        "; COPY people TO PROGRAM 'id'",
        "OR load_extension('x')",
        "RETURNING *",
        "AND 1=1 LIMIT 1 OFFSET 1",
        "; PRAGMA writable_schema=1",
    ];
    let comments = ["--", "-- -", "#", "/*", ";%00"];
    let mut all = Vec::new();
    for (n, end) in ends.iter().enumerate() {
        for (m, middle) in middles.iter().enumerate() {
            all.push(format!("{end} {middle} {}", comments[(n + m) % comments.len()]));
        }
    }
    let patterns = [
        "%",
        "_",
        "%%%%%",
        "\\%",
        "\\_",
        "[a-z]%",
        "a%' ESCAPE '\\",
        "NEAR(a b)",
        "a NEAR/2 b",
        "\"a\" OR \"b\"",
        "{title} : a",
        "title:a",
        "a*",
        "*a",
        "a OR b",
        "NOT a",
        "^a",
        "a:*",
        "a & b | !c",
        "a <-> b",
        "'a'::text",
        "$1",
        "?1",
        ":a",
        "@p1",
        "$$a$$",
        "E'\\x27'",
        "0x27",
        "CHAR(39)",
        "chr(39)||chr(39)",
    ];
    all.extend(patterns.map(str::to_owned));
    all
}

/// One text that does not fit anywhere.
pub(crate) fn nasty(random: &mut Random) -> String {
    match random.below(10) {
        0..4 => random.one(&characters()).clone(),
        4..6 => random.one(&statements()).clone(),
        6 => format!("a{SURROGATE}b"),
        7 => SURROGATE.to_string(),
        8 => random.one(&["[", "{", "(", "\"", "\\", "`", "*", "<b>"]).repeat(random.below(4_000)),
        _ => "x".repeat(random.below(60_000)),
    }
}
