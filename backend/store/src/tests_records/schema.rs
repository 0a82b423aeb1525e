//! A column that holds text, or names a person, and that nobody has thought of fails the test.

use std::collections::BTreeSet;

use super::{demo, on_each_engine};
use crate::text_columns::{MASKED, OTHER_TEXT, OWN_ROWS};

/// Columns that refer to a person and stay when the person is erased, each with the reason.
const PEOPLE_KEPT: &[(&str, &str, &str)] = &[
    ("people", "manager_id", "set to nothing on the person themself"),
    ("value_versions", "changed_by", "an id of the record"),
    ("incidents", "reporter_id", "reads as a person who left"),
    ("incidents", "decider_id", "the sums of the leader"),
    ("incident_subjects", "person_id", "of erased entries, for the sums; of others it goes"),
    ("incident_access", "person_id", "an id of the record"),
    ("incident_steps", "by_id", "an id of the record"),
    ("incident_steps", "from_id", "an id of the record"),
    ("incident_steps", "to_id", "an id of the record"),
    ("questions", "asked_by", "its text goes"),
    ("questions", "asked_of", "an id of the record"),
    ("replies", "author_id", "its text goes"),
    ("decisions", "leader_id", "the sums of the leader"),
    ("decisions", "confirmed_by", "an id of the record"),
    ("decision_versions", "recorded_by", "an id of the record"),
    ("recognitions", "leader_id", "reads as a person who left"),
    ("recognitions", "spotted_by", "reads as a person who left"),
    ("recognition_subjects", "person_id", "goes by the entry"),
    ("comments", "author_id", "the comment goes"),
    ("notices", "about_id", "the notice goes"),
    ("notice_access", "person_id", "an id of the record"),
    ("legal_holds", "set_by", "an id of the record"),
    ("person_erasures", "person_id", "the erasure itself"),
    ("person_erasures", "asked_by", "an id of the record"),
    ("sign_in_links", "made_by", "an id of the record"),
    ("topics", "created_by", "an id of the record"),
    ("topic_check_ins", "by_id", "its note goes"),
    ("topic_talks", "leader_id", "the sums of the leader"),
    ("meetings", "held_by", "reads as a person who left"),
    ("meeting_points", "author_id", "its text goes"),
    ("meeting_points", "decides_id", "reads as a person who left"),
    ("meeting_topics", "decides_id", "reads as a person who left"),
    ("readings", "person_id", "who read what of others: theirs to know"),
];

/// SQLite keeps times and days as text.
fn is_time(column: &str) -> bool {
    column == "at"
        || column.ends_with("_at")
        || ["since", "until", "waiting_since", "occurred_on", "planned_on", "on_day"].contains(&column)
}

#[tokio::test]
async fn every_text_column_is_classified() {
    let mut classified: BTreeSet<(String, String)> = BTreeSet::new();
    let masked = MASKED.iter().map(|t| (t.table, t.columns));
    for (table, columns) in masked.chain(OTHER_TEXT.iter().map(|(t, c, _)| (*t, *c))) {
        for column in columns {
            assert!(classified.insert((table.into(), (*column).into())), "twice: {table}.{column}");
        }
    }
    on_each_engine(&demo(), async |bench| {
        // What a virtual table of the search keeps for itself is made anew with it.
        let there: BTreeSet<(String, String)> = bench
            .text_columns()
            .await
            .into_iter()
            .filter(|(table, _)| !table.starts_with("recognition_search_"))
            .filter(|(_, column)| !(bench.is_sqlite() && is_time(column)))
            .collect();
        assert!(there.len() > 60, "the schema was read: {}", there.len());
        let new: Vec<_> = there.difference(&classified).collect();
        assert!(new.is_empty(), "columns that nobody has classified in text_columns.rs: {new:?}");
        let gone: Vec<_> = classified
            .difference(&there)
            .filter(|(table, column)| {
                // On PostgreSQL the search keeps the recognition's id as a UUID.
                bench.is_sqlite()
                    || (table.as_str(), column.as_str()) != ("recognition_search", "recognition_id")
            })
            .filter(|(_, column)| !(bench.is_sqlite() && is_time(column)))
            .collect();
        assert!(gone.is_empty(), "columns that the schema does not have: {gone:?}");
    })
    .await;
}

#[tokio::test]
async fn every_column_that_refers_to_a_person_is_classified() {
    let mut classified: BTreeSet<(String, String)> =
        OWN_ROWS.iter().map(|(t, c)| ((*t).to_owned(), (*c).to_owned())).collect();
    for (table, column, reason) in PEOPLE_KEPT {
        assert!(
            reason.len() > 5 && classified.insert(((*table).into(), (*column).into())),
            "{table}.{column}"
        );
    }
    on_each_engine(&demo(), async |bench| {
        if !bench.is_sqlite() {
            return;
        }
        let references = "SELECT m.name AS t, f.\"from\" AS c FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
            WHERE m.type = 'table' AND f.\"table\" = 'people'";
        let there: BTreeSet<(String, String)> = bench
            .rows(references)
            .await
            .iter()
            .map(|r| (r.try_get("", "t").unwrap(), r.try_get("", "c").unwrap()))
            .collect();
        assert_eq!(there, classified);
    })
    .await;
}
