//! The tables as SeaORM entities, private to this crate. No entity has a relation: a path through a permitted parent
//! is how comparable products leaked, so that every read states its own rights in `access.rs`.

#![expect(
    unreachable_pub,
    reason = "the derives need public items; the module itself is private to the crate"
)]

macro_rules! entity {
    ($name:ident, $table:tt { $($(#[$meta:meta])* $field:ident: $type:ty),+ $(,)? }) => {
        pub mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$meta])* pub $field: $type),+ }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(organisations, "organisations" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, time_zone: String, hours_to_decide: i32, silent_after_days: i32, demo: bool, created_at: DateTimeUtc,
    subject_sees_after_hours: i32, hand_over_text: Option<String>, hand_over_link: Option<String>,
});
entity!(teams, "teams" { #[sea_orm(primary_key, auto_increment = false)] id: Uuid, name: String });
entity!(people, "people" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, title: Option<String>, email: String, role: String, team_id: Option<Uuid>, manager_id: Option<Uuid>,
    preference: String, password_hash: Option<String>, active: bool, joined_at: DateTimeUtc,
});
entity!(team_leads, "team_leads" {
    #[sea_orm(primary_key, auto_increment = false)] team_id: Uuid, person_id: Uuid,
});
entity!(invites, "invites" {
    #[sea_orm(primary_key, auto_increment = false)] token_hash: String,
    person_id: Uuid, expires_at: DateTimeUtc, used_at: Option<DateTimeUtc>,
});
entity!(server_secrets, "server_secrets" {
    #[sea_orm(primary_key, auto_increment = false)] name: String, secret: String,
});
entity!(company_values, "company_values" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, statement: String, upheld_examples: String, violated_examples: String, version: i32, retired: bool,
    position: i32,
});
entity!(value_versions, "value_versions" {
    #[sea_orm(primary_key, auto_increment = false)] value_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] version: i32,
    name: String, statement: String, upheld_examples: String, violated_examples: String, retired: bool,
    changed_by: Option<Uuid>, changed_at: DateTimeUtc,
});
entity!(venues, "venues" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String, kind: String, audience: String, audience_size: i32, everybody: bool,
});
entity!(venue_teams, "venue_teams" {
    #[sea_orm(primary_key, auto_increment = false)] venue_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] team_id: Uuid,
});
entity!(venue_people, "venue_people" {
    #[sea_orm(primary_key, auto_increment = false)] venue_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
});
entity!(incidents, "incidents" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    kind: String, state: String, reporter_id: Uuid, subject_team_id: Option<Uuid>, decider_id: Uuid,
    venue_id: Option<Uuid>, audience: String, audience_size: Option<i32>, affected: Option<String>,
    severity: Option<String>, title: Option<String>, situation: Option<String>, behaviour: Option<String>,
    impact: Option<String>, evidence_url: Option<String>, occurred_on: Date, hide_reporter: bool,
    credit_reporter: bool, logged_at: DateTimeUtc, waiting_since: Option<DateTimeUtc>, waited_seconds: i64,
    decided_at: Option<DateTimeUtc>, delivered_at: Option<DateTimeUtc>, merged_into: Option<Uuid>,
    erased_at: Option<DateTimeUtc>, subject_sees_after_hours: i32,
});
entity!(incident_subjects, "incident_subjects" {
    #[sea_orm(primary_key, auto_increment = false)] incident_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid, position: i32,
});
entity!(incident_values, "incident_values" {
    #[sea_orm(primary_key, auto_increment = false)] incident_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] value_id: Uuid, position: i32,
});
entity!(incident_access, "incident_access" {
    #[sea_orm(primary_key, auto_increment = false)] incident_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] why: String,
    level: String, since: DateTimeUtc, until: Option<DateTimeUtc>,
});
entity!(incident_steps, "incident_steps" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    incident_id: Uuid, kind: String, by_id: Uuid, from_id: Option<Uuid>, to_id: Option<Uuid>, reason: Option<String>,
    at: DateTimeUtc, by_name: bool,
});
entity!(questions, "questions" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    incident_id: Uuid, asked_by: Uuid, asked_of: Uuid, text: String, at: DateTimeUtc, answered_at: Option<DateTimeUtc>,
});
entity!(replies, "replies" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    incident_id: Uuid, author_id: Uuid, question_id: Option<Uuid>, text: String, at: DateTimeUtc,
});
entity!(decisions, "decisions" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    incident_id: Uuid, leader_id: Uuid, outcome: String, handling: Option<String>, venue_id: Option<Uuid>,
    reach: Option<String>, only_one_who_knows: Option<bool>, nobody_else_affected: Option<bool>,
    known_at_first_hand: Option<bool>, heard: Option<String>, heard_reason: Option<String>, rationale: Option<String>,
    wording: Option<String>, names_subject: bool, also_one_to_one: bool, witness_word: String,
    principle: Option<String>, repair: Option<String>, considered: bool, decided_at: DateTimeUtc,
    confirmed_by: Option<Uuid>, delivered_at: Option<DateTimeUtc>, delivered_in: Option<Uuid>,
    retracted_at: Option<DateTimeUtc>, retraction_reason: Option<String>, version: i32,
});
entity!(decision_versions, "decision_versions" {
    #[sea_orm(primary_key, auto_increment = false)] decision_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] version: i32,
    recorded_by: Uuid, recorded_at: DateTimeUtc, body: Option<String>,
});
entity!(recognitions, "recognitions" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    decision_id: Uuid, leader_id: Uuid, subject_team_id: Option<Uuid>, spotted_by: Option<Uuid>, venue_id: Option<Uuid>,
    wording: String, published_at: DateTimeUtc,
});
entity!(recognition_subjects, "recognition_subjects" {
    #[sea_orm(primary_key, auto_increment = false)] recognition_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid, position: i32,
});
entity!(recognition_values, "recognition_values" {
    #[sea_orm(primary_key, auto_increment = false)] recognition_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] value_id: Uuid, position: i32,
});
entity!(reactions, "reactions" {
    #[sea_orm(primary_key, auto_increment = false)] recognition_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] emoji: String,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid, at: DateTimeUtc,
});
entity!(comments, "comments" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    recognition_id: Uuid, author_id: Uuid, text: String, at: DateTimeUtc,
});
entity!(notices, "notices" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    decision_id: Uuid, kind: String, venue_id: Uuid, wording: String, about_id: Option<Uuid>, at: DateTimeUtc,
});
entity!(notice_values, "notice_values" {
    #[sea_orm(primary_key, auto_increment = false)] notice_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] value_id: Uuid, position: i32,
});
entity!(notice_access, "notice_access" {
    #[sea_orm(primary_key, auto_increment = false)] notice_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid, at: DateTimeUtc,
});
entity!(sessions, "sessions" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    person_id: Uuid, network: String, device: String, device_hash: String, started_at: DateTimeUtc,
    last_seen_at: DateTimeUtc, expires_at: DateTimeUtc, ended_at: Option<DateTimeUtc>, confirmed_at: Option<DateTimeUtc>,
});
entity!(second_factors, "second_factors" {
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    secret: String, started_at: DateTimeUtc, since: Option<DateTimeUtc>, last_step: i64,
});
entity!(recovery_codes, "recovery_codes" {
    #[sea_orm(primary_key, auto_increment = false)] code_hash: String,
    person_id: Uuid, used_at: Option<DateTimeUtc>,
});
entity!(sign_in_links, "sign_in_links" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    token_hash: String, person_id: Uuid, made_by: Uuid, made_at: DateTimeUtc, expires_at: DateTimeUtc,
    used_at: Option<DateTimeUtc>,
});
entity!(api_tokens, "api_tokens" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    person_id: Uuid, name: String, token_hash: String, created_at: DateTimeUtc, expires_at: DateTimeUtc,
    last_used_at: Option<DateTimeUtc>, revoked_at: Option<DateTimeUtc>,
});
entity!(idempotency_keys, "idempotency_keys" {
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] client_key: Uuid,
    operation: String, input_digest: String, object_id: Uuid, at: DateTimeUtc,
});
entity!(audit_events, "audit_events" {
    #[sea_orm(primary_key, auto_increment = false)] seq: i64,
    id: Uuid, at: DateTimeUtc, actor_id: Option<Uuid>, action: String, object_kind: String, object_id: Uuid,
    salt: String, digest: String, hash: String,
});
entity!(audit_salts, "audit_salts" {
    #[sea_orm(primary_key, auto_increment = false)] event_id: Uuid,
    object_id: Uuid, salt: String,
});
entity!(readings, "readings" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    incident_id: Uuid, person_id: Uuid, why: String, on_day: Date, reason: Option<String>, at: DateTimeUtc,
    until: Option<DateTimeUtc>,
});
entity!(retention_policy, "retention_policy" {
    #[sea_orm(primary_key, auto_increment = false)] only_one: i32,
    recognition_months: Option<i32>, correction_months: Option<i32>, no_action_months: Option<i32>,
    stub_months: Option<i32>, fold_after_months: i32,
});
entity!(legal_holds, "legal_holds" {
    #[sea_orm(primary_key, auto_increment = false)] incident_id: Uuid,
    set_by: Uuid, reason: String, at: DateTimeUtc,
});
entity!(person_erasures, "person_erasures" {
    #[sea_orm(primary_key, auto_increment = false)] person_id: Uuid,
    asked_by: Uuid, asked_at: DateTimeUtc, done_at: Option<DateTimeUtc>,
});
entity!(topics, "topics" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    kind: String, team_id: Option<Uuid>, text: String, unit: Option<String>, baseline: Option<f64>, target: Option<f64>,
    cycle_days: i32, retired: bool, created_by: Option<Uuid>, created_at: DateTimeUtc,
});
entity!(topic_check_ins, "topic_check_ins" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    topic_id: Uuid, value: f64, note: Option<String>, by_id: Option<Uuid>, at: DateTimeUtc,
});
entity!(topic_talks, "topic_talks" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    topic_id: Uuid, place: String, team_id: Option<Uuid>, leader_id: Option<Uuid>, at: DateTimeUtc,
});
entity!(meetings, "meetings" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    venue_id: Uuid, held_by: Uuid, planned_on: Option<Date>, value_id: Option<Uuid>, note: Option<String>,
    created_at: DateTimeUtc, finished_at: Option<DateTimeUtc>,
});
entity!(meeting_examples, "meeting_examples" {
    #[sea_orm(primary_key, auto_increment = false)] meeting_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] recognition_id: Uuid, position: i32,
});
entity!(meeting_points, "meeting_points" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    venue_id: Uuid, meeting_id: Option<Uuid>, kind: String, text: String, author_id: Uuid, at: DateTimeUtc,
    note: Option<String>, decides_id: Option<Uuid>,
});
entity!(meeting_topics, "meeting_topics" {
    #[sea_orm(primary_key, auto_increment = false)] meeting_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] topic_id: Uuid, note: Option<String>, decides_id: Option<Uuid>,
});
