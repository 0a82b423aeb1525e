//! One organisation on a database, with what people did in it, and the people who will look at it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use sea_orm::Value;
use uuid::Uuid;

use crate::database::Db;
use crate::harness::{Client, Engine, Place, Server, path_text, program};
use crate::hidden::{self, Viewer};
use crate::life::{self, Crowd};
use crate::organisation::{self, Size};
use crate::random::Random;

/// The kinds of viewers of the access matrix. Over a run each of them looks.
pub(crate) const KINDS: [&str; 14] = [
    "anonymous",
    "expired",
    "deactivated",
    "member",
    "peer",
    "reporter",
    "subject undelivered",
    "subject delivered",
    "witness",
    "decider",
    "leader above",
    "former decider",
    "leader of another branch",
    "admin",
];

/// Somebody who looks at both twins.
#[derive(Debug, Clone)]
pub(crate) struct Looker {
    /// What they are to the entries of this organisation.
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) viewer: Viewer,
    pub(crate) cookie: Option<String>,
    pub(crate) email: String,
    pub(crate) password: &'static str,
}

impl Looker {
    pub(crate) fn client<'s>(&self, server: &'s Server) -> Client<'s> {
        match &self.cookie {
            Some(cookie) => Client::with_cookie(server, cookie.clone()),
            None => Client::anonymous(server),
        }
    }
}

/// An organisation, closed, to be copied.
pub(crate) struct Stage {
    pub(crate) place: Place,
    pub(crate) lookers: Vec<Looker>,
    /// What occurs in it: states, levels, reasons, steps.
    pub(crate) occurs: BTreeSet<String>,
}

/// People in a rare position, who notice what others do not: they look where a leak is sown, and elsewhere they are named
/// as what they are.
const RARE: [(&str, &str); 6] = [
    (
        "subject before their time",
        "SELECT a.person_id FROM incident_access a WHERE a.why = 'SUBJECT' AND a.since > $1",
    ),
    (
        "former decider who asked",
        "SELECT a.person_id FROM incident_access a JOIN incidents i ON i.id = a.incident_id \
        JOIN questions q ON q.incident_id = i.id AND q.asked_by = a.person_id AND q.asked_of = i.reporter_id \
        WHERE a.why = 'FORMER_DECIDER' AND i.hide_reporter AND a.since <= $1",
    ),
    (
        "former decider of what was said in public",
        "SELECT a.person_id FROM incident_access a \
        JOIN decisions d ON d.incident_id = a.incident_id WHERE a.why = 'FORMER_DECIDER' AND d.handling = 'PUBLIC' \
        AND d.delivered_in IS NOT NULL AND a.since <= $1",
    ),
    (
        "reporter of a copy that waits",
        "SELECT i.reporter_id FROM incidents i JOIN incidents s ON s.id = i.merged_into \
        WHERE s.state = 'WAITING' AND i.logged_at <= $1 AND NOT EXISTS (SELECT 1 FROM incident_access a \
        WHERE a.incident_id = s.id AND a.person_id = i.reporter_id)",
    ),
    (
        "reporter of a closed one",
        "SELECT a.person_id FROM incident_access a WHERE a.level = 'OWN_TEXT_REASON' AND a.since <= $1",
    ),
    (
        "reporter of a passed one",
        "SELECT a.person_id FROM incident_access a WHERE a.why = 'REPORTER' AND a.level LIKE 'OWN%' \
        AND a.since <= $1 AND EXISTS (SELECT 1 FROM incident_access f WHERE f.incident_id = a.incident_id \
        AND f.why = 'FORMER_DECIDER' AND f.since <= $1)",
    ),
];

/// Makes an organisation from a seed; with people in rare positions among those who look, or without.
pub(crate) async fn prepare(engine: Engine, seed: u64, size: Size, rare: bool) -> Stage {
    let mut random = Random::new(seed);
    let place = Arc::new(Place::new(engine));
    let file = place.folder().join("organisation.json");
    std::fs::write(&file, organisation::file(&mut random, size).to_string()).unwrap();
    let mut import = program();
    import.arg("import").arg(path_text(&file)).arg("--demo").args(place.flags());
    let out = import.output().unwrap();
    assert!(out.status.success(), "seed {seed}: {}", String::from_utf8_lossy(&out.stderr));
    if engine == Engine::Sqlite {
        for ending in ["", "-wal"] {
            let from = place.folder().join(format!("demo.db{ending}"));
            if from.exists() {
                std::fs::rename(from, place.folder().join(format!("upheld.db{ending}"))).unwrap();
            }
        }
    }
    let db = Db::open(&place).await;
    hidden::check_tables(&db).await;
    // It came with the demo's password and is an organisation like any other from now on.
    db.run("UPDATE organisations SET demo = $1", [false.into()]).await;
    let server = Server::start(&place, &["--log", "warn"]);
    let mut crowd = Crowd::new(&server, &db).await;
    life::live(&mut crowd, &db, &mut random).await;
    let mut lookers = lookers(&mut crowd, &db, &mut random, rare).await;
    for looker in lookers.iter().filter(|l| l.kinds.contains(&"deactivated")) {
        life::leave(&mut crowd, &db, looker.viewer.id.unwrap()).await;
    }
    let here = lookers.iter().filter(|l| l.viewer.signed_in).map(|l| l.viewer.id.unwrap());
    for who in here {
        life::token(&mut crowd, &mut random, who).await;
    }
    for looker in lookers.iter().filter(|l| l.kinds.contains(&"decider")).take(2) {
        life::twice(&mut crowd, &db, &mut random, looker.viewer.id.unwrap()).await;
    }
    for looker in lookers.iter().filter(|l| l.viewer.signed_in) {
        read_all(&mut crowd, &db, looker.viewer.id.unwrap()).await;
    }
    server.assert_well();
    drop(crowd);
    drop(server);
    for looker in &mut lookers {
        end_early(&db, looker).await;
    }
    let occurs = occurs(&db).await;
    db.close().await;
    let place = Arc::into_inner(place).unwrap();
    Stage { place, lookers, occurs }
}

/// Reads every entry once as somebody: the first reading of a day by somebody beside the parties is noted, and that is to
/// have happened before the twins part.
async fn read_all(crowd: &mut Crowd<'_>, db: &Db, who: Uuid) {
    let mine =
        db.ids("SELECT DISTINCT incident_id FROM incident_access WHERE person_id = $1", [who.into()]).await;
    let client = crowd.client(who).await;
    for some in mine.chunks(15) {
        let parts: Vec<String> = some
            .iter()
            .enumerate()
            .map(|(n, id)| format!("a{n}: incident(id: \"{id}\") {{ id title }}"))
            .collect();
        client.answer(&format!("{{ {} }}", parts.join(" ")), serde_json::Value::Null).await;
    }
}

/// Ends the session of somebody who is to be shut out.
async fn end_early(db: &Db, looker: &mut Looker) {
    let Some(id) = looker.viewer.id else { return };
    if looker.kinds.contains(&"expired") {
        let past = Utc::now() - TimeDelta::minutes(5);
        db.run("UPDATE sessions SET expires_at = $2 WHERE person_id = $1", [id.into(), past.into()]).await;
    }
}

/// Chooses who looks: for each kind somebody who is it here, each person once with all that they are.
async fn lookers(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random, rare: bool) -> Vec<Looker> {
    let now: Value = Utc::now().into();
    let held = "incident_access a JOIN incidents i ON i.id = a.incident_id WHERE a.since <= $1";
    let of = |condition: &str| format!("SELECT DISTINCT a.person_id FROM {held} AND {condition} ORDER BY 1");
    let queries: [(&'static str, String); 11] = [
        ("member", "SELECT p.id FROM people p WHERE p.role = 'MEMBER' AND NOT EXISTS (SELECT 1 FROM people r WHERE r.manager_id = p.id) AND p.joined_at <= $1 ORDER BY (SELECT COUNT(*) FROM incident_access a WHERE a.person_id = p.id), p.email LIMIT 2".into()),
        ("peer", "SELECT DISTINCT p.id FROM people p JOIN people s ON s.team_id = p.team_id AND s.id <> p.id JOIN incident_subjects x ON x.person_id = s.id WHERE p.joined_at <= $1 AND NOT EXISTS (SELECT 1 FROM incident_access a WHERE a.incident_id = x.incident_id AND a.person_id = p.id) ORDER BY 1".into()),
        ("reporter", of("a.why = 'REPORTER' AND i.kind = 'VIOLATED' AND i.state = 'DELIVERED'")),
        ("subject undelivered", of("a.why = 'SUBJECT' AND a.level = 'TEXT'")),
        ("subject delivered", of("a.why = 'SUBJECT' AND a.level = 'TEXT_RATIONALE' AND i.state = 'DELIVERED'")),
        ("witness", "SELECT DISTINCT a.person_id FROM notice_access a JOIN notices n ON n.id = a.notice_id WHERE n.kind = 'WITNESS_WORD' AND a.at <= $1 ORDER BY 1".into()),
        ("decider", of("a.why = 'DECIDER' AND i.state IN ('OPEN', 'WAITING', 'DECIDED')")),
        ("leader above", of("a.why = 'LEADER_ABOVE'")),
        ("former decider", of("a.why = 'FORMER_DECIDER'")),
        ("leader of another branch", "SELECT DISTINCT l.person_id FROM team_leads l JOIN people p ON p.id = l.person_id WHERE p.joined_at <= $1 AND EXISTS (SELECT 1 FROM incidents i WHERE i.kind = 'VIOLATED' AND NOT EXISTS (SELECT 1 FROM incident_access a WHERE a.incident_id = i.id AND a.person_id = l.person_id)) ORDER BY 1".into()),
        ("admin", "SELECT id FROM people WHERE role = 'ADMIN' AND joined_at <= $1 ORDER BY 1".into()),
    ];
    let mut chosen: BTreeMap<Uuid, Vec<&'static str>> = BTreeMap::new();
    let mut candidates: HashMap<&'static str, Vec<Uuid>> = HashMap::new();
    let here = db.ids("SELECT id FROM people WHERE active", []).await;
    let confirmed = db
        .ids("SELECT leader_id FROM decisions WHERE confirmed_by IS NOT NULL ORDER BY decided_at", [])
        .await;
    for (kind, sql) in &queries {
        let mut found = db.ids(sql, [now.clone()]).await;
        found.retain(|p| here.contains(p));
        // Ids are new in every run; addresses are not, so that a seed chooses the same people again.
        found.sort_by_key(|p| crowd.email(*p).to_owned());
        if !found.is_empty() {
            // Somebody who does not look yet, where there is one.
            let fresh: Vec<Uuid> = found.iter().copied().filter(|p| !chosen.contains_key(p)).collect();
            let mut of = if fresh.is_empty() { found.clone() } else { fresh };
            // A leader whose own lapse was confirmed is rare, and sees who confirmed it.
            if of.iter().any(|p| confirmed.contains(p)) && *kind == "subject delivered" {
                of.retain(|p| confirmed.contains(p));
            }
            let who = *random.pick(&of);
            chosen.entry(who).or_default().push(kind);
        }
        candidates.insert(kind, found);
    }
    for (kind, sql) in RARE {
        let mut found = db.ids(sql, [now.clone()]).await;
        found.retain(|p| here.contains(p));
        found.sort_by_key(|p| crowd.email(*p).to_owned());
        found.dedup();
        if rare && !found.iter().any(|p| chosen.contains_key(p)) {
            assert!(!found.is_empty(), "nobody is a {kind} here");
            chosen.entry(*random.pick(&found)).or_default();
        }
        candidates.insert(kind, found);
    }
    for (kind, people) in candidates {
        for who in people {
            if let Some(kinds) = chosen.get_mut(&who).filter(|kinds| !kinds.contains(&kind)) {
                kinds.push(kind);
            }
        }
    }
    let admins = db.ids("SELECT id FROM people WHERE role = 'ADMIN'", []).await;
    let mut shut_out =
        db.ids("SELECT DISTINCT person_id FROM incident_access WHERE since <= $1 ORDER BY 1", [now]).await;
    shut_out.retain(|p| here.contains(p) && !chosen.contains_key(p) && !admins.contains(p));
    shut_out.sort_by_key(|p| crowd.email(*p).to_owned());
    random.shuffle(&mut shut_out);
    let mut list = vec![Looker {
        kinds: vec!["anonymous"],
        viewer: Viewer { id: None, signed_in: false, admin: false },
        cookie: None,
        email: String::new(),
        password: "",
    }];
    let mut chosen: Vec<(Uuid, Vec<&'static str>)> = chosen.into_iter().collect();
    chosen.sort_by_key(|(who, _)| crowd.email(*who).to_owned());
    let out = shut_out.into_iter().zip(["expired", "deactivated"]).map(|(who, kind)| (who, vec![kind]));
    for (who, mut kinds) in out.chain(chosen) {
        kinds.sort_by_key(|kind| (KINDS.iter().position(|k| k == kind).unwrap_or(KINDS.len()), *kind));
        let signed_in = !kinds.iter().any(|k| *k == "expired" || *k == "deactivated");
        let client = crowd.client(who).await;
        list.push(Looker {
            kinds,
            viewer: Viewer { id: Some(who), signed_in, admin: admins.contains(&who) },
            cookie: client.cookie().map(str::to_owned),
            email: crowd.email(who).to_owned(),
            password: crowd.password(who),
        });
    }
    list
}

/// What a run has to have seen before it can say anything.
pub(crate) const MUST_OCCUR: &[&str] = &[
    "UPHELD OPEN",
    "UPHELD WAITING",
    "UPHELD DECIDED",
    "UPHELD DELIVERED PUBLIC",
    "UPHELD DELIVERED ONE_TO_ONE",
    "UPHELD CLOSED",
    "UPHELD MERGED",
    "VIOLATED OPEN",
    "VIOLATED WAITING",
    "VIOLATED DECIDED",
    "VIOLATED DELIVERED PUBLIC",
    "VIOLATED DELIVERED ONE_TO_ONE",
    "VIOLATED CLOSED",
    "VIOLATED MERGED",
    "VIOLATED HANDED_OVER",
    "state WITHDRAWN",
    "retracted RECOGNITION",
    "retracted CORRECTION",
    "notice CORRECTION",
    "notice WITNESS_WORD",
    "notice RETRACTION",
    "notice that names",
    "step PASSED",
    "step TAKEN_OVER",
    "step HANDED_OVER",
    "step DECIDER_LEFT",
    "step LINE_CHANGED",
    "step MERGED",
    "opened by an admin",
    "read by a leader above",
    "held",
    "sign-in link",
    "level STUB",
    "level OWN_TEXT",
    "level OWN_TEXT_PLACE",
    "level OWN_TEXT_REASON",
    "level OWN_TEXT_DECISION",
    "level TEXT",
    "level TEXT_REASON",
    "level TEXT_DECISION",
    "level TEXT_RATIONALE",
    "level ALL",
    "why REPORTER",
    "why SUBJECT",
    "why DECIDER",
    "why LEADER_ABOVE",
    "why FORMER_DECIDER",
    "why ADMIN",
    "hidden reporter",
    "shown reporter",
    "credited reporter",
    "team recognised",
    "team open",
    "lapse unconfirmed",
    "lapse confirmed",
    "revised decision",
    "open question",
    "answered question",
    "reply of the reporter",
    "reply of the subject",
    "reaction",
    "comment",
    "several subjects",
    "undo still possible",
    "retired value",
];

async fn occurs(db: &Db) -> BTreeSet<String> {
    let some = |text: &str, sql: &str| {
        format!("SELECT CAST('{text}' AS TEXT) FROM (SELECT 1 AS one FROM {sql} LIMIT 1) x")
    };
    let lapse =
        "decisions d JOIN incident_subjects s ON s.incident_id = d.incident_id AND s.person_id = d.leader_id";
    let queries = [
        "SELECT DISTINCT i.kind || ' ' || i.state || COALESCE(CASE WHEN i.state = 'DELIVERED' THEN ' ' || d.handling END, '') FROM incidents i LEFT JOIN decisions d ON d.incident_id = i.id".to_owned(),
        "SELECT DISTINCT 'state ' || state FROM incidents".into(),
        "SELECT DISTINCT 'retracted ' || outcome FROM decisions WHERE retracted_at IS NOT NULL".into(),
        "SELECT DISTINCT 'notice ' || kind FROM notices".into(),
        some("notice that names", "notices WHERE about_id IS NOT NULL"),
        "SELECT DISTINCT 'step ' || kind FROM incident_steps".into(),
        "SELECT DISTINCT 'level ' || level FROM incident_access".into(),
        "SELECT DISTINCT 'why ' || why FROM incident_access".into(),
        some("hidden reporter", "incidents WHERE hide_reporter"),
        some("shown reporter", "incidents WHERE NOT hide_reporter"),
        some("credited reporter", "recognitions WHERE spotted_by IS NOT NULL"),
        some("team recognised", "recognitions WHERE subject_team_id IS NOT NULL"),
        some("team open", "incidents WHERE subject_team_id IS NOT NULL AND state = 'OPEN'"),
        some("lapse unconfirmed", &format!("{lapse} WHERE d.confirmed_by IS NULL")),
        some("lapse confirmed", &format!("{lapse} WHERE d.confirmed_by IS NOT NULL")),
        some("revised decision", "decisions WHERE version > 1"),
        some("open question", "questions WHERE answered_at IS NULL"),
        some("answered question", "questions WHERE answered_at IS NOT NULL"),
        some("reply of the reporter", "replies r JOIN incidents i ON i.id = r.incident_id AND i.reporter_id = r.author_id"),
        some("reply of the subject", "replies r JOIN incident_subjects s ON s.incident_id = r.incident_id AND s.person_id = r.author_id"),
        some("reaction", "reactions"),
        some("comment", "comments"),
        some("several subjects", "incident_subjects WHERE position > 0"),
        some("opened by an admin", "readings WHERE reason IS NOT NULL"),
        some("read by a leader above", "readings WHERE why = 'LEADER_ABOVE'"),
        some("held", "legal_holds"),
        some("sign-in link", "sign_in_links"),
        some("retired value", "company_values WHERE retired"),
    ];
    let mut found = BTreeSet::new();
    for sql in queries {
        found.extend(db.texts(&sql, []).await);
    }
    let recent: Value = (Utc::now() - TimeDelta::minutes(5)).into();
    if !db.ids("SELECT id FROM incidents WHERE logged_at > $1", [recent]).await.is_empty() {
        found.insert("undo still possible".into());
    }
    found
}
