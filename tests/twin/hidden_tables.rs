//! Who may read each table, in words: a table or a column that is not here fails the test.

use crate::database::Db;

/// What happens to a table in a twin. A table, or a column, that is not here fails the test: somebody has to say who
/// may read it.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "organisations",
        "everybody, but for its first day",
        "id only_one name time_zone hours_to_decide silent_after_days demo created_at subject_sees_after_hours hand_over_text hand_over_link",
    ),
    ("teams", "everybody", "id name"),
    ("team_leads", "everybody", "team_id person_id"),
    (
        "people",
        "everybody, but for the secrets of others",
        "id name title email role team_id manager_id preference password_hash active joined_at",
    ),
    ("invites", "nobody", "token_hash person_id expires_at used_at"),
    (
        "server_secrets",
        "nobody; the key of sessions stays, so that one cookie is good for both",
        "name secret",
    ),
    (
        "company_values",
        "everybody",
        "id name statement upheld_examples violated_examples version retired position",
    ),
    (
        "value_versions",
        "nobody",
        "value_id version name statement upheld_examples violated_examples retired changed_by changed_at",
    ),
    ("venues", "everybody", "id name kind audience audience_size everybody"),
    ("venue_teams", "everybody", "venue_id team_id"),
    ("venue_people", "everybody", "venue_id person_id"),
    (
        "incidents",
        "by level",
        "id kind state reporter_id subject_team_id decider_id venue_id audience audience_size affected severity title situation behaviour impact evidence_url occurred_on hide_reporter credit_reporter logged_at waiting_since waited_seconds decided_at delivered_at merged_into subject_sees_after_hours erased_at",
    ),
    ("incident_subjects", "with the text", "incident_id person_id position"),
    ("incident_values", "with the text", "incident_id value_id position"),
    ("incident_access", "one's own, and whom one may know of", "incident_id person_id why level since until"),
    ("incident_steps", "with everything", "id incident_id kind by_id from_id to_id reason at by_name"),
    ("questions", "with everything, or one's own", "id incident_id asked_by asked_of text at answered_at"),
    ("replies", "with everything, or one's own", "id incident_id author_id question_id text at"),
    (
        "decisions",
        "by level",
        "id incident_id leader_id outcome handling venue_id reach only_one_who_knows nobody_else_affected known_at_first_hand heard heard_reason rationale wording names_subject also_one_to_one witness_word principle repair considered decided_at confirmed_by delivered_at delivered_in retracted_at retraction_reason version",
    ),
    ("decision_versions", "with everything", "decision_id version recorded_by recorded_at body"),
    (
        "recognitions",
        "everybody",
        "id decision_id leader_id subject_team_id spotted_by venue_id wording published_at",
    ),
    ("recognition_subjects", "everybody", "recognition_id person_id position"),
    ("recognition_values", "everybody", "recognition_id value_id position"),
    ("recognition_search", "everybody", "recognition_id words"),
    ("reactions", "everybody, but for who", "recognition_id emoji person_id at"),
    ("comments", "everybody", "id recognition_id author_id text at"),
    ("notices", "with a row of notice_access", "id decision_id kind venue_id wording about_id at"),
    ("notice_values", "with the notice", "notice_id value_id position"),
    ("notice_access", "one's own", "notice_id person_id at"),
    (
        "sessions",
        "one's own",
        "id person_id network device device_hash started_at last_seen_at expires_at ended_at confirmed_at",
    ),
    ("api_tokens", "one's own", "id person_id name token_hash created_at expires_at last_used_at revoked_at"),
    ("idempotency_keys", "one's own", "person_id client_key operation input_digest object_id at"),
    (
        "audit_events",
        "admins: the organisation, sign-ins of admins, and of an entry what they opened or see whole",
        "seq at actor_id action object_kind object_id salt digest hash id",
    ),
    ("audit_salts", "nobody", "event_id object_id salt"),
    ("second_factors", "one's own", "person_id secret started_at since last_step"),
    ("recovery_codes", "one's own", "code_hash person_id used_at"),
    ("sign_in_links", "one's own", "id token_hash person_id made_by made_at expires_at used_at"),
    (
        "readings",
        "who decides or leads the decider, whom it is about, and who read",
        "id incident_id person_id why on_day reason at until",
    ),
    (
        "retention_policy",
        "everybody",
        "only_one recognition_months correction_months no_action_months stub_months fold_after_months",
    ),
    (
        "legal_holds",
        "admins; that there is one, whoever may do away with the text",
        "incident_id set_by reason at",
    ),
    ("person_erasures", "admins: that it was done", "person_id asked_by asked_at done_at"),
    ("audit_head", "everybody: the next row hangs on it", "only_one seq hash"),
    (
        "topics",
        "everybody",
        "id kind team_id text unit baseline target cycle_days retired created_by created_at",
    ),
    ("topic_check_ins", "everybody", "id topic_id value note by_id at"),
    ("topic_talks", "everybody, as counts", "id topic_id place team_id leader_id at"),
    (
        "meetings",
        "the venue's people and who leads them",
        "id venue_id held_by planned_on value_id note created_at finished_at",
    ),
    ("meeting_examples", "with the meeting", "meeting_id recognition_id position"),
    (
        "meeting_points",
        "the venue's people and who leads them; one's own",
        "id venue_id meeting_id kind text author_id at note decides_id",
    ),
    ("meeting_topics", "with the meeting", "meeting_id topic_id note decides_id"),
    ("seaql_migrations", "everybody", "version applied_at"),
];

/// Fails on a table or a column of which nobody has said who may read it.
pub(crate) async fn check_tables(db: &Db) {
    let mut unknown = Vec::new();
    for (table, columns) in db.tables().await {
        match TABLES.iter().find(|(name, ..)| *name == table) {
            None => unknown.push(table),
            Some((.., known)) => {
                let known: Vec<&str> = known.split(' ').collect();
                let new = columns.iter().filter(|c| !known.contains(&c.as_str()));
                unknown.extend(new.map(|c| format!("{table}.{c}")));
            }
        }
    }
    assert!(
        unknown.is_empty(),
        "the twin does not know who may read these (tests/twin/hidden_tables.rs): {unknown:?}"
    );
}
