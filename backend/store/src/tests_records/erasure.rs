//! The erasure of a person: no text about them or by them stays anywhere, and the sums stay right.

use serde_json::{Value, json};
use upheld_domain::Id;

use super::{Bench, PASSWORD, all_sums, corrected, demo, on_disk_has, on_each_engine};
use crate::{Cursor, PageRequest, PersonErasure, StoreError, ViewerStore};

const ALL: PageRequest<Cursor> = PageRequest { size: 100, after: None, before: None, from_end: false };
const NAME: &str = "Zyxandra Quillfeather";

/// The demo, where Larch has a name that stands nowhere else, and texts about and by Larch have canaries.
fn with_canaries() -> Value {
    let mut data = demo();
    for person in data["people"].as_array_mut().unwrap() {
        if person["id"] == "larch" {
            person["displayName"] = json!(NAME);
            person["title"] = json!("canarytitle of crafts");
        }
        if person["id"] == "sage" {
            person["title"] = json!("Assistant to Zyxandra");
        }
    }
    for entry in data["incidents"].as_array_mut().unwrap() {
        if entry["subjectIds"] == json!(["larch"]) && entry["title"].is_string() {
            for field in ["title", "situation", "behaviour", "impact"] {
                entry[field] = json!(format!("canaryabout{field} she did it"));
            }
            for field in ["rationale", "wording", "repair", "subjectReply", "heardReason", "principle"] {
                if entry["decision"][field].is_string() {
                    entry["decision"][field] = json!(format!("canaryabout{field} so it was"));
                }
            }
        } else if entry["subjectIds"] == json!(["fern", "juniper", "sage"]) {
            entry["subjectIds"] = json!(["fern", "juniper", "larch"]);
            entry["situation"] = json!("canarynaming ZYXANDRA brought the cake");
            entry["decision"]["deliveredAfterHours"] = json!(20);
            entry["decision"]["decidedAfterHours"] = json!(10);
            entry["decision"]["wording"] = json!("canarynaming with Quillfeather and the others");
        } else if entry["impact"].is_string() {
            entry["impact"] =
                json!("Everybody asked Zyxandra Quillfeather's opinion, zyxandra quillfeather says.");
        }
    }
    for venue in data["venues"].as_array_mut().unwrap() {
        if venue["id"] == "lunch" {
            venue["name"] = json!("Lunch with Quillfeather");
        }
    }
    let held = corrected("tobeheld", "heath", "sage", "cedar", "kindness", 50);
    data["incidents"].as_array_mut().unwrap().push(held);
    data
}

async fn person(bench: &Bench, email: &str) -> Id {
    let rows = bench.rows(&format!("SELECT id FROM people WHERE email = '{email}@upheld.example'")).await;
    rows[0].try_get("", "id").unwrap()
}

async fn writes(larch: &ViewerStore, others: &[&ViewerStore]) {
    larch.create_token("canarytoken", None).await.unwrap();
    let feed = larch.recognitions(&crate::RecognitionFilter::default(), &ALL).await.unwrap();
    let first = feed.rows[0].1.id;
    larch.comment(first, "canarycomment by me").await.unwrap();
    larch.react(first, "👏", true).await.unwrap();
    for other in others {
        other.comment(first, "I thank Zyxandra Quillfeather, and Zyxandra knows why").await.unwrap();
    }
}

async fn admin(bench: &Bench) -> ViewerStore {
    let hazel = bench.sign_in("hazel").await;
    hazel.confirm_identity(PASSWORD, None).await.unwrap();
    hazel
}

async fn chain_is_whole(bench: &Bench) {
    let report = bench.store.audit_verify(None, &mut |_, _| {}).await.unwrap();
    assert!(report.damage.is_empty() && report.rows > 40, "{report:?}");
}

#[tokio::test]
async fn nothing_of_a_person_is_left_and_the_sums_stay() {
    on_each_engine(&with_canaries(), async |bench| {
        let (larch, sage, cedar) =
            (bench.sign_in("larch").await, bench.sign_in("sage").await, bench.sign_in("cedar").await);
        writes(&larch, &[&sage, &cedar]).await;
        let logged = larch.my_incidents(&ALL).await.unwrap().rows.remove(0).1;
        let id = person(bench, "larch").await;
        let hazel = admin(bench).await;
        let sage_id = person(bench, "sage").await;
        assert!(matches!(sage.erase_person(id, "They asked.").await, Err(StoreError::Forbidden(_))));
        let active = hazel.erase_person(id, "They asked.").await;
        assert!(matches!(active, Err(StoreError::Conflict(_))), "{active:?}");
        assert!(matches!(hazel.erase_person(Id::new_v4(), "x").await, Err(StoreError::NotFound)));
        bench.rows("UPDATE people SET active = FALSE WHERE email = 'larch@upheld.example'").await;
        assert!(matches!(hazel.erase_person(id, " ").await, Err(StoreError::Invalid(_))));
        let unconfirmed = bench.sign_in("hazel").await.erase_person(id, "They asked.").await;
        assert!(matches!(unconfirmed, Err(StoreError::ConfirmIdentity)), "{unconfirmed:?}");

        let before = all_sums(bench).await;
        for needle in ["zyxandra", "quillfeather", "canary", "larch@upheld"] {
            assert!(!bench.find(needle).await.is_empty(), "{needle} is there at first");
        }
        let done = hazel.erase_person(id, "They asked.").await.unwrap();
        assert_eq!(done, PersonErasure { person: id, held: 0 });
        for needle in ["zyxandra", "quillfeather", "canary", "larch@upheld"] {
            assert_eq!(bench.find(needle).await, [], "{needle} is left");
            assert!(!on_disk_has(&bench.on_disk(), needle), "{needle} on the disk");
        }
        assert_eq!(all_sums(bench).await, before, "the sums are what they were");
        chain_is_whole(bench).await;
        for (table, column) in crate::text_columns::OWN_ROWS {
            let key = if bench.is_sqlite() { format!("x'{}'", id.simple()) } else { format!("'{id}'") };
            assert_eq!(bench.count(&format!("{table} WHERE {column} = {key}")).await, 0, "{table}");
        }
        // What they logged about others is about those, and the others keep what is theirs.
        let kept = cedar.people_by_id(&[id]).await.unwrap().remove(0);
        assert_eq!((kept.name.as_str(), kept.title), ("A person who left", None));
        let title = bench.rows("SELECT title FROM incidents WHERE title IS NOT NULL").await;
        let titles: Vec<String> = title.iter().map(|r| r.try_get("", "title").unwrap()).collect();
        assert!(titles.contains(&logged.title.unwrap()), "an entry that they logged");
        let feed = sage.recognitions(&crate::RecognitionFilter::default(), &ALL).await.unwrap();
        assert!(feed.rows.iter().all(|(_, r)| !r.subjects.contains(&id)));
        let shared = feed.rows.iter().find(|(_, r)| r.subjects.len() == 2).expect("the others' recognition");
        assert_eq!(shared.1.wording, "(erased with a person who left)");
        let found = crate::RecognitionFilter { search: Some("Fern".into()), ..Default::default() };
        assert!(
            !sage.recognitions(&found, &ALL).await.unwrap().rows.is_empty(),
            "the search knows the others"
        );
        let found = crate::RecognitionFilter { search: Some("Quillfeather".into()), ..Default::default() };
        assert!(sage.recognitions(&found, &ALL).await.unwrap().rows.is_empty());
        assert_eq!(
            cedar.people_by_id(&[sage_id]).await.unwrap()[0].title.as_deref(),
            Some("Assistant to a person who left")
        );
        let again = hazel.erase_person(id, "They asked.").await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
        bench.store.retain().await.unwrap();
        assert_eq!(all_sums(bench).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_held_waits_for_the_end_of_the_hold() {
    on_each_engine(&with_canaries(), async |bench| {
        let id = person(bench, "larch").await;
        bench.rows("UPDATE people SET active = FALSE WHERE email = 'larch@upheld.example'").await;
        let before = all_sums(bench).await;
        // An entry about Larch, and one about another that only names Larch.
        let subject = "SELECT s.incident_id FROM incident_subjects s JOIN people p ON p.id = s.person_id \
            JOIN incidents i ON i.id = s.incident_id";
        let hold = format!(
            "INSERT INTO legal_holds (incident_id, set_by, reason, at) \
             SELECT i.id, p.id, 'Case 7', i.logged_at FROM incidents i, people p \
             WHERE p.email = 'hazel@upheld.example' AND i.id IN ( \
               SELECT max(x.incident_id) FROM ({subject} WHERE p.email = 'larch@upheld.example' \
                 AND i.kind = 'VIOLATED' AND i.state = 'DELIVERED') x \
               UNION ALL SELECT max(y.incident_id) FROM ({subject} WHERE p.email = 'moss@upheld.example' \
                 AND i.impact LIKE '%Zyxandra%') y)"
        );
        // PostgreSQL has no max of UUIDs before version 18.
        let hold = if bench.is_sqlite() {
            hold
        } else {
            hold.replace("max(x.incident_id)", "max(x.incident_id::text)::uuid")
                .replace("max(y.incident_id)", "max(y.incident_id::text)::uuid")
        };
        bench.rows(&hold).await;
        let held: Vec<Id> = bench
            .rows("SELECT incident_id FROM legal_holds ORDER BY incident_id")
            .await
            .iter()
            .map(|r| r.try_get("", "incident_id").unwrap())
            .collect();
        assert_eq!(held.len(), 2);
        let hazel = admin(bench).await;
        let done = hazel.erase_person(id, "They asked.").await.unwrap();
        assert_eq!(done.held, 2, "the hold on what only names them counts too");
        assert!(!bench.find("canaryabout").await.is_empty(), "the held text is there");
        let kept = hazel.people_by_id(&[id]).await.unwrap().remove(0);
        assert_eq!(kept.name, NAME, "and so is the name that it needs");
        assert_eq!(kept.title, None);
        let left: Vec<_> = bench.find("canaryaboutbehaviour").await;
        assert_eq!(left, [("incidents".to_owned(), "behaviour".to_owned(), 1)], "only the held one");

        hazel.set_legal_hold(held[0], false, "The case is closed.").await.unwrap();
        assert_eq!(hazel.people_by_id(&[id]).await.unwrap()[0].name, NAME);
        hazel.set_legal_hold(held[1], false, "The case is closed.").await.unwrap();
        for needle in ["zyxandra", "quillfeather", "canary"] {
            assert_eq!(bench.find(needle).await, [], "{needle} is left");
            assert!(!on_disk_has(&bench.on_disk(), needle), "{needle} on the disk");
        }
        assert_eq!(hazel.people_by_id(&[id]).await.unwrap()[0].name, "A person who left");
        assert_eq!(all_sums(bench).await, before);
        chain_is_whole(bench).await;
    })
    .await;
}
