//! Every column that holds text, by what becomes of it when a person is erased. A test compares this list with the
//! schema of both databases, so that a new column cannot be forgotten.

/// Texts that people write and that may name somebody.
pub(crate) struct Texts {
    pub table: &'static str,
    pub columns: &'static [&'static str],
    /// The entry that a row belongs to, as SQL, where it belongs to one: what is held is left alone.
    pub entry: Option<&'static str>,
    /// Whether no two rows may have the same text in the first column.
    pub unique: bool,
}

const OF_DECISION: &str = "(SELECT d.incident_id FROM decisions d WHERE d.id = decision_id)";
const OF_RECOGNITION: &str = "(SELECT d.incident_id FROM decisions d JOIN recognitions r ON r.decision_id = d.id \
    WHERE r.id = recognition_id)";

const fn of(table: &'static str, columns: &'static [&'static str], entry: Option<&'static str>) -> Texts {
    Texts { table, columns, entry, unique: false }
}

const fn named(table: &'static str, columns: &'static [&'static str]) -> Texts {
    Texts { table, columns, entry: None, unique: true }
}

/// The names of an erased person are taken out of these.
pub(crate) const MASKED: &[Texts] = &[
    of("incidents", &["title", "situation", "behaviour", "impact", "evidence_url"], Some("id")),
    of("incident_steps", &["reason"], Some("incident_id")),
    of("questions", &["text"], Some("incident_id")),
    of("replies", &["text"], Some("incident_id")),
    of(
        "decisions",
        &["heard_reason", "rationale", "wording", "principle", "repair", "retraction_reason"],
        Some("incident_id"),
    ),
    of("decision_versions", &["body"], Some(OF_DECISION)),
    of("recognitions", &["wording"], Some(OF_DECISION)),
    of("comments", &["text"], Some(OF_RECOGNITION)),
    of("notices", &["wording"], Some(OF_DECISION)),
    of("legal_holds", &["reason"], Some("incident_id")),
    of("readings", &["reason"], Some("incident_id")),
    of("topics", &["text", "unit"], None),
    of("topic_check_ins", &["note"], None),
    of("meetings", &["note"], None),
    of("meeting_points", &["text", "note"], None),
    of("meeting_topics", &["note"], None),
    of("organisations", &["hand_over_text", "hand_over_link"], None),
    of("people", &["title"], None),
    of("api_tokens", &["name"], None),
    named("teams", &["name"]),
    named("venues", &["name"]),
    named("company_values", &["name", "statement", "upheld_examples", "violated_examples"]),
    of("value_versions", &["name", "statement", "upheld_examples", "violated_examples"], None),
];

/// Rows that are a person's own and go with them: the table and the column that names the person.
pub(crate) const OWN_ROWS: &[(&str, &str)] = &[
    ("sessions", "person_id"),
    ("api_tokens", "person_id"),
    ("invites", "person_id"),
    ("idempotency_keys", "person_id"),
    ("reactions", "person_id"),
    ("team_leads", "person_id"),
    ("venue_people", "person_id"),
    ("second_factors", "person_id"),
    ("recovery_codes", "person_id"),
    ("sign_in_links", "person_id"),
];

/// Text of other kinds, each with the reason why no name is taken out of it.
#[cfg(test)]
pub(crate) const OTHER_TEXT: &[(&str, &[&str], &str)] = &[
    ("organisations", &["name", "time_zone"], "the organisation's own"),
    ("people", &["name", "email", "password_hash"], "written anew when the erasure is complete"),
    ("people", &["role", "preference"], "words of the program"),
    ("server_secrets", &["name", "secret"], "the server's"),
    ("invites", &["token_hash"], "own rows"),
    ("sessions", &["network", "device", "device_hash"], "own rows"),
    ("api_tokens", &["token_hash"], "own rows"),
    ("second_factors", &["secret"], "own rows"),
    ("recovery_codes", &["code_hash"], "own rows"),
    ("sign_in_links", &["token_hash"], "own rows"),
    ("idempotency_keys", &["operation", "input_digest"], "own rows, and by the entry when that is erased"),
    ("venues", &["kind", "audience"], "words of the program"),
    ("incidents", &["kind", "state", "audience", "affected", "severity"], "words of the program"),
    ("incident_access", &["why", "level"], "words of the program"),
    ("incident_steps", &["kind"], "words of the program"),
    ("decisions", &["outcome", "handling", "reach", "heard", "witness_word"], "words of the program"),
    ("notices", &["kind"], "words of the program"),
    ("reactions", &["emoji"], "words of the program"),
    ("recognition_search", &["recognition_id", "words"], "made anew from the recognition"),
    ("audit_events", &["action", "object_kind", "salt", "digest", "hash"], "ids and salted digests"),
    ("audit_head", &["hash"], "a digest"),
    ("audit_salts", &["salt"], "goes with the text that it belongs to"),
    ("readings", &["why"], "words of the program"),
    ("topics", &["kind"], "words of the program"),
    ("topic_talks", &["place"], "words of the program"),
    ("meeting_points", &["kind"], "words of the program"),
    ("seaql_migrations", &["version"], "the program's"),
];
