//! Openings that end by the clock and with the role, what a person learns of readings about them, and reads that wait
//! for no write.

use std::time::{Duration, Instant as Clock};

use sea_orm::{ConnectionTrait, TransactionTrait};
use upheld_domain::Id;
use upheld_domain::words::IncidentKind;

use crate::tests::{Scratch, demo_with_passwords};
use crate::{LogInput, PageRequest, StoreError, ViewerStore, access};

fn all() -> PageRequest<crate::Cursor> {
    PageRequest { size: 100, after: None, before: None, from_end: false }
}

async fn logged(by: &ViewerStore, about: Id, kind: IncidentKind) -> Id {
    let input = LogInput {
        key: Id::new_v4(),
        kind,
        subjects: vec![about],
        team: None,
        values: vec![by.values(false).await.unwrap()[0].id],
        venue: Some(by.venues().await.unwrap()[0].id),
        audience: None,
        audience_size: None,
        affected: None,
        severity: None,
        title: "Late".into(),
        situation: "In the morning.".into(),
        behaviour: "Came late.".into(),
        impact: "We waited.".into(),
        occurred_on: crate::now().date_naive(),
        evidence_url: None,
        hide_reporter: false,
        credit_reporter: false,
    };
    by.log_incident(input).await.unwrap().id
}

async fn admin(s: &Scratch, name: &str) -> ViewerStore {
    let (_, admin) = s.sign_in(name).await;
    admin.confirm_identity(crate::tests::PASSWORD, None).await.unwrap();
    admin
}

const REASON: &str = "The works council asked.";

#[tokio::test]
async fn an_opening_ends_by_the_clock_and_with_the_role() {
    let s = demo_with_passwords().await;
    let (_, tansy) = s.sign_in("tansy").await;
    let (_, larch) = s.sign_in("larch").await;
    let hazel = admin(&s, "hazel").await;
    let id = logged(&tansy, larch.viewer().id(), IncidentKind::Violated).await;
    hazel.open_entry(Some(id), REASON).await.unwrap();
    let sees = async |who: &ViewerStore| who.incident(id).await.unwrap().is_some();
    assert!(sees(&hazel).await);
    let rows = s.rows("SELECT until FROM incident_access WHERE why = 'ADMIN' AND until IS NOT NULL").await;
    let until: upheld_domain::Instant = rows[0].try_get("", "until").unwrap();
    let left = until - crate::now();
    assert!(left > chrono::TimeDelta::hours(23) && left <= chrono::TimeDelta::hours(24), "{left}");

    let past = "'2020-01-01T00:00:00+00:00'";
    s.rows(&format!("UPDATE incident_access SET until = {past} WHERE until IS NOT NULL RETURNING until"))
        .await;
    assert!(!sees(&hazel).await, "its time is over");
    let (_, cedar) = s.sign_in("cedar").await;
    let onlookers = cedar.onlookers(&[id]).await.unwrap().remove(&id).unwrap();
    assert!(
        !onlookers.iter().any(|o| o.person == Some(hazel.viewer().id())),
        "and nobody is shown to see it"
    );
    let until = hazel.open_entry(Some(id), REASON).await.unwrap();
    assert!(until.title.is_some() && sees(&hazel).await, "opened again");

    s.rows("UPDATE people SET role = 'MEMBER' WHERE name = 'Hazel' RETURNING id").await;
    let (_, hazel) = s.sign_in("hazel").await;
    assert!(!sees(&hazel).await, "it goes with the role, at once");
    assert!(matches!(hazel.open_entry(Some(id), REASON).await, Err(StoreError::Forbidden(_))));
}

#[tokio::test]
async fn a_person_learns_who_read_about_them_once_they_may_know_of_it() {
    let s = demo_with_passwords().await;
    let (_, tansy) = s.sign_in("tansy").await;
    let (_, larch) = s.sign_in("larch").await;
    let (_, cedar) = s.sign_in("cedar").await;
    let (_, rowan) = s.sign_in("rowan").await;
    let hazel = admin(&s, "hazel").await;
    let about = larch.viewer().id();
    let (violated, praise) = (
        logged(&tansy, about, IncidentKind::Violated).await,
        logged(&tansy, about, IncidentKind::Upheld).await,
    );
    for id in [violated, praise] {
        hazel.open_entry(Some(id), REASON).await.unwrap();
        rowan.incident(id).await.unwrap();
    }
    s.store.settle().await;
    let mine = async |who: &ViewerStore| who.readings_about_me(&all()).await.unwrap().rows;
    let earlier = mine(&larch).await.len();
    assert!(!mine(&larch).await.iter().any(|(_, r)| r.incident == violated), "an entry not yet shown");

    cedar.ask(violated, about, "What is your side?").await.unwrap();
    let readings = mine(&larch).await;
    assert_eq!(readings.len(), earlier + 3, "the opening, its reading, and the leader above: {readings:?}");
    let opening = readings.iter().find(|(_, r)| r.until.is_some()).unwrap();
    assert_eq!((opening.1.by, opening.1.reason.as_deref()), (hazel.viewer().id(), Some(REASON)));
    assert!(readings.iter().any(|(_, r)| r.by == rowan.viewer().id()));
    assert!(!readings.iter().any(|(_, r)| r.incident == praise), "praise stays a surprise");
    for other in [&tansy, &cedar, &rowan, &hazel] {
        assert!(!mine(other).await.iter().any(|(_, r)| r.incident == violated), "about nobody else");
    }
    // A page at a time gives the same.
    let first = larch.readings_about_me(&PageRequest { size: 1, ..all() }).await.unwrap();
    assert!(first.has_next && first.rows[0].1.id == readings[0].1.id);
    let next = PageRequest { size: 100, after: Some(first.rows[0].0), ..all() };
    assert_eq!(larch.readings_about_me(&next).await.unwrap().rows.len(), readings.len() - 1);

    cedar.hand_over(violated, "For another place.").await.unwrap();
    assert_eq!(mine(&larch).await.len(), earlier);
    let left = s.rows("SELECT id FROM readings WHERE reason IS NOT NULL").await;
    assert_eq!(left.len(), 1, "the reason went with the text, and the other's stayed");
    assert!(s.store.audit_verify(None, &mut |_, _| {}).await.unwrap().whole());
}

#[tokio::test]
async fn a_reading_waits_for_no_write() {
    let s = demo_with_passwords().await;
    let (_, tansy) = s.sign_in("tansy").await;
    let (_, larch) = s.sign_in("larch").await;
    let (_, rowan) = s.sign_in("rowan").await;
    let id = logged(&tansy, larch.viewer().id(), IncidentKind::Violated).await;
    let noted = async || s.rows("SELECT id FROM readings WHERE until IS NULL").await.len();
    assert_eq!(noted().await, 0);
    // The one writer of the file is taken for a while: nothing can be written.
    let taken = s.store.db().writer().begin().await.unwrap();
    taken.execute_raw(access::sql(&taken, "UPDATE audit_head SET seq = seq", [])).await.unwrap();
    let began = Clock::now();
    assert!(rowan.incident(id).await.unwrap().unwrap().title.is_some());
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    taken.rollback().await.unwrap();
    s.store.settle().await;
    assert_eq!(noted().await, 1);
    for _ in 0..10 {
        rowan.incident(id).await.unwrap();
    }
    s.store.settle().await;
    assert_eq!(noted().await, 1, "once a day");
    let events = s.rows("SELECT seq FROM audit_events WHERE action = 'incident.readAbove'").await;
    assert_eq!(events.len(), 1);
}
