//! What people do over the API before the twins are made: everything that an import file cannot hold.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::database::Db;
use crate::harness::{Client, Server, day, new_key};
use crate::random::Random;

const PASSWORD: &str = "upheld-demo";
/// Of those who have chosen one by an admin's link.
const CHOSEN: &str = "chosen by a link 7";

/// By a column that is the same in every run of a seed; ids are not.
const LEADS: &str = "SELECT DISTINCT l.person_id, p.email FROM team_leads l JOIN people p ON p.id = l.person_id \
                     WHERE p.active ORDER BY p.email";

/// People who have signed in, by id.
pub(crate) struct Crowd<'s> {
    server: &'s Server,
    emails: HashMap<Uuid, String>,
    clients: HashMap<Uuid, Client<'s>>,
    chose: HashSet<Uuid>,
}

impl<'s> Crowd<'s> {
    pub(crate) async fn new(server: &'s Server, db: &Db) -> Self {
        let rows = db.rows("SELECT id, email FROM people", []).await;
        let emails =
            rows.iter().map(|r| (r.try_get("", "id").unwrap(), r.try_get("", "email").unwrap())).collect();
        let chose = db.ids("SELECT person_id FROM sign_in_links WHERE used_at IS NOT NULL", []).await;
        Self { server, emails, clients: HashMap::new(), chose: chose.into_iter().collect() }
    }

    pub(crate) fn email(&self, id: Uuid) -> &str {
        &self.emails[&id]
    }

    pub(crate) fn password(&self, id: Uuid) -> &'static str {
        if self.chose.contains(&id) { CHOSEN } else { PASSWORD }
    }

    pub(crate) async fn client(&mut self, id: Uuid) -> Client<'s> {
        if let Some(client) = self.clients.get(&id) {
            return client.clone();
        }
        // Many addresses, so that no throttle of a network counts.
        let address = [127, 0, 1 + u8::try_from(self.clients.len() / 90).unwrap(), 1];
        let client =
            Client::from_address(self.server, address).sign_in(&self.emails[&id], self.password(id)).await;
        self.clients.insert(id, client.clone());
        client
    }

    /// A change by somebody; what the rules refuse does not happen.
    async fn does(&mut self, who: Uuid, mutation: &str, input: Value) -> Option<Value> {
        self.client(who).await.act(mutation, input).await.ok()
    }
}

/// An entry as the steps need it.
struct Case {
    id: Uuid,
    kind: String,
    state: String,
    reporter: Uuid,
    decider: Uuid,
    subjects: Vec<Uuid>,
    decision: Option<(Uuid, Uuid)>,
    handling: Option<String>,
    outcome: Option<String>,
    retracted: bool,
    hide: bool,
}

async fn cases(db: &Db) -> Vec<Case> {
    let mut subjects: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for r in db.rows("SELECT incident_id, person_id FROM incident_subjects ORDER BY position", []).await {
        subjects
            .entry(r.try_get("", "incident_id").unwrap())
            .or_default()
            .push(r.try_get("", "person_id").unwrap());
    }
    let sql = "SELECT i.id, i.kind, i.state, i.reporter_id, i.decider_id, i.hide_reporter, d.id AS decision, d.leader_id, d.handling, \
               d.outcome, d.retracted_at IS NOT NULL AS retracted \
               FROM incidents i LEFT JOIN decisions d ON d.incident_id = i.id ORDER BY i.logged_at, i.title";
    let rows = db.rows(sql, []).await;
    rows.iter()
        .map(|r| {
            let id: Uuid = r.try_get("", "id").unwrap();
            let decision: Option<Uuid> = r.try_get("", "decision").unwrap();
            Case {
                id,
                kind: r.try_get("", "kind").unwrap(),
                state: r.try_get("", "state").unwrap(),
                reporter: r.try_get("", "reporter_id").unwrap(),
                decider: r.try_get("", "decider_id").unwrap(),
                subjects: subjects.get(&id).cloned().unwrap_or_default(),
                decision: decision.map(|d| (d, r.try_get("", "leader_id").unwrap())),
                handling: r.try_get("", "handling").unwrap(),
                outcome: r.try_get("", "outcome").unwrap(),
                retracted: r.try_get("", "retracted").unwrap(),
                hide: r.try_get("", "hide_reporter").unwrap(),
            }
        })
        .collect()
}

impl Case {
    fn undecided(&self) -> bool {
        self.state == "OPEN" || self.state == "WAITING"
    }
    fn lapse(&self) -> bool {
        self.decision.is_some_and(|(_, leader)| self.subjects.contains(&leader))
    }
}

/// Everything that happens. The lists are read anew before each kind of step, since steps change them.
pub(crate) async fn live(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random) {
    undecided_steps(crowd, db, random).await;
    decided_steps(crowd, db, random).await;
    fresh_entries(crowd, db, random).await;
    public_life(crowd, db, random).await;
    meetings(crowd, db, random).await;
    administration(crowd, db, random).await;
    openings(crowd, db, random).await;
}

/// What admins do: move people and change venues; and what people do about their accounts.
async fn administration(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random) {
    let admins = db.ids("SELECT id FROM people WHERE role = 'ADMIN' ORDER BY email", []).await;
    for admin in &admins {
        confirm(crowd, *admin).await;
    }
    // Somebody moves to another leader, so that undecided entries follow.
    let movable = "SELECT p.id FROM people p WHERE p.manager_id IS NOT NULL AND NOT EXISTS \
                   (SELECT 1 FROM people r WHERE r.manager_id = p.id) ORDER BY p.email";
    let leads = db.ids(LEADS, []).await;
    let waiting = "SELECT DISTINCT p.id, p.email FROM people p JOIN incident_subjects s ON s.person_id = p.id \
                   JOIN incidents i ON i.id = s.incident_id WHERE i.state IN ('OPEN', 'WAITING') AND p.active \
                   AND p.manager_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people r WHERE r.manager_id = p.id) ORDER BY p.email";
    let mut movers = random.some(&db.ids(waiting, []).await, 2);
    movers.extend(random.some(&db.ids(movable, []).await, 2));
    for person in movers {
        let manager = db.ids("SELECT manager_id FROM people WHERE id = $1", [person.into()]).await;
        let others: Vec<Uuid> = leads.iter().copied().filter(|l| !manager.contains(l)).collect();
        let to = *random.pick(&others);
        crowd.does(admins[0], "movePerson", json!({"personId": person, "managerId": to})).await;
    }
    for person in random.some(&db.ids(movable, []).await, 1) {
        crowd.does(admins[1], "createSignInLink", json!({"personId": person})).await;
    }
    let input =
        json!({"handOverText": "There are people for this.", "handOverLink": "https://twin.example/help"});
    crowd.does(admins[0], "savePolicy", input).await;
    // Two logs of one event.
    let pairs = "SELECT a.id AS one, b.id AS two, a.decider_id FROM incidents a JOIN incidents b ON b.decider_id = a.decider_id \
                 AND b.id <> a.id AND b.kind = a.kind JOIN incident_subjects s ON s.incident_id = a.id \
                 JOIN incident_subjects t ON t.incident_id = b.id AND t.person_id = s.person_id \
                 WHERE a.state IN ('OPEN', 'WAITING') AND b.state IN ('OPEN', 'WAITING', 'DECIDED') ORDER BY a.logged_at, b.logged_at LIMIT 3";
    for r in db.rows(pairs, []).await {
        let (one, two): (Uuid, Uuid) = (r.try_get("", "one").unwrap(), r.try_get("", "two").unwrap());
        let decider: Uuid = r.try_get("", "decider_id").unwrap();
        if crowd.does(decider, "mergeIncidents", json!({"incidentId": one, "intoId": two})).await.is_none() {
            continue;
        }
        // What was merged into waits, of which the reporter of the other does not learn.
        let subject = "SELECT person_id FROM incident_subjects WHERE incident_id = $1 ORDER BY position";
        let subject = db.ids(subject, [two.into()]).await[0];
        let question = json!({"incidentId": two, "personId": subject, "question": words(random, "Asking")});
        crowd.does(decider, "askAboutIncident", question).await;
    }
    // Somebody has left for good, so that of what was about them stubs are left.
    let gone = "SELECT p.id FROM people p JOIN incident_subjects s ON s.person_id = p.id JOIN incidents i ON i.id = s.incident_id \
                WHERE p.role = 'MEMBER' AND p.active AND i.state = 'DELIVERED' AND i.reporter_id <> p.id AND NOT EXISTS \
                (SELECT 1 FROM people r WHERE r.manager_id = p.id) ORDER BY p.email, i.logged_at LIMIT 1";
    for person in db.ids(gone, []).await {
        leave(crowd, db, person).await;
        let input = json!({"personId": person, "reason": words(random, "They asked")});
        crowd.does(admins[0], "erasePerson", input).await;
    }
    // Each admin has used a link that another one made.
    for (n, admin) in admins.iter().enumerate() {
        let other = admins[(n + 1) % admins.len()];
        confirm(crowd, other).await;
        let made = crowd.does(other, "createSignInLink", json!({"personId": admin})).await;
        let link = made.as_ref().and_then(|m| m["link"].as_str()).unwrap_or_default();
        let token = link.split('#').nth(1).unwrap_or_default();
        let input = json!({"token": token, "password": CHOSEN});
        Client::anonymous(crowd.server).act("resetPassword", input).await.expect("the link is good");
        crowd.clients.remove(admin);
        crowd.chose.insert(*admin);
    }
    // A leader leaves with duties open.
    let deciders = "SELECT DISTINCT i.decider_id FROM incidents i JOIN people p ON p.id = i.decider_id \
                    WHERE i.state IN ('OPEN', 'WAITING') AND p.role = 'MEMBER' AND p.manager_id IS NOT NULL \
                    AND p.id NOT IN (SELECT leader_id FROM decisions WHERE confirmed_by IS NOT NULL)";
    let mut deciders = db.ids(deciders, []).await;
    deciders.sort_by_key(|p| crowd.email(*p).to_owned());
    for leader in random.some(&deciders, 1) {
        leave(crowd, db, leader).await;
    }
}

/// Admins open entries, and hold some of them: after somebody was erased, as who stands in a held text is not.
async fn openings(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random) {
    let admins = db.ids("SELECT id FROM people WHERE role = 'ADMIN' ORDER BY email", []).await;
    for admin in &admins {
        confirm(crowd, *admin).await;
    }
    let open = "SELECT i.id FROM incidents i WHERE i.kind = 'VIOLATED' AND i.state IN ('OPEN', 'WAITING', 'DECIDED', 'DELIVERED') \
                AND NOT EXISTS (SELECT 1 FROM incident_access a WHERE a.incident_id = i.id AND a.person_id = $1) ORDER BY i.logged_at, i.title";
    for admin in &admins {
        let hidden = db.ids(open, [(*admin).into()]).await;
        let opened = random.some(&hidden, 2);
        for incident in &opened {
            let input = json!({"incidentId": incident, "reason": words(random, "A complaint came in")});
            crowd.does(*admin, "openEntry", input).await;
            crowd.client(*admin).await.incident(&incident.to_string(), "id title").await;
        }
        // Whoever holds an entry has it open.
        for incident in opened.iter().take(1) {
            let input = json!({"incidentId": incident, "on": true, "reason": words(random, "A court asks")});
            crowd.does(*admin, "setLegalHold", input).await;
        }
    }
}

/// Teams prepare meetings, hold them, and keep what came of them; something is left for the next one.
async fn meetings(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random) {
    let mut there: BTreeMap<String, (Value, Vec<Uuid>, Option<Uuid>)> = BTreeMap::new();
    for person in db.ids("SELECT id FROM people WHERE active ORDER BY email", []).await {
        let places = "{ meetingPlaces { venue { id name } holds } }";
        let places = crowd.client(person).await.ok(places, Value::Null).await;
        for place in places["meetingPlaces"].as_array().into_iter().flatten() {
            let name = place["venue"]["name"].as_str().unwrap_or_default().to_owned();
            let (venue, people, lead) = there.entry(name).or_default();
            *venue = place["venue"]["id"].clone();
            people.push(person);
            *lead = lead.or((place["holds"] == true).then_some(person));
        }
    }
    let topics =
        db.ids("SELECT id FROM topics WHERE team_id IS NULL AND NOT retired ORDER BY text", []).await;
    for (_, (venue, members, lead)) in there {
        let Some(lead) = lead else { continue };
        let point = |random: &mut Random, kind: &str| json!({"key": new_key(), "venueId": venue, "kind": kind, "text": words(random, "To talk about")});
        let mut added = Vec::new();
        for (who, kind) in random.some(&members, 2).into_iter().zip(["QUESTION", "GAP"]) {
            let input = point(random, kind);
            let made = crowd.does(who, "addMeetingPoint", input).await;
            added.extend(made.map(|m| m["point"]["id"].clone()));
        }
        let page = "query($id: ID!) { meeting(venueId: $id) { value { id } examples { id } } }";
        let page = crowd.client(lead).await.ok(page, json!({"id": venue})).await["meeting"].take();
        let examples: Vec<Value> =
            page["examples"].as_array().into_iter().flatten().map(|e| e["id"].clone()).collect();
        let plan = json!({"venueId": venue, "plannedOn": day(4), "valueId": page["value"]["id"], "exampleIds": examples});
        crowd.does(lead, "planMeeting", plan).await;
        let points: Vec<Value> = added
            .iter()
            .map(|id| json!({"pointId": id, "note": words(random, "Answer"), "decidesId": lead}))
            .collect();
        let finish = json!({"key": new_key(), "venueId": venue, "valueId": page["value"]["id"], "exampleIds": examples,
            "topics": [{"topicId": topics[0], "note": words(random, "Said"), "decidesId": lead}], "points": points,
            "note": words(random, "Kept")});
        crowd.does(lead, "finishMeeting", finish).await;
        for who in random.some(&members, 2) {
            let input = point(random, "GAP");
            crowd.does(who, "addMeetingPoint", input).await;
        }
        let next = json!({"venueId": venue, "plannedOn": day(11)});
        crowd.does(lead, "planMeeting", next).await;
        crowd.does(lead, "mentionTopic", json!({"key": new_key(), "topicId": topics[0]})).await;
    }
    // Some days ago, so that the next one can be written down.
    let before = Utc::now() - TimeDelta::days(2);
    db.run("UPDATE meetings SET finished_at = $1 WHERE finished_at IS NOT NULL", [before.into()]).await;
}

async fn confirm(crowd: &mut Crowd<'_>, who: Uuid) {
    let input = json!({"password": crowd.password(who)});
    crowd.does(who, "confirmIdentity", input).await;
}

/// Somebody leaves, as an admin does it.
pub(crate) async fn leave(crowd: &mut Crowd<'_>, db: &Db, person: Uuid) {
    let admin = db
        .ids("SELECT id FROM people WHERE role = 'ADMIN' AND id <> $1 ORDER BY email", [person.into()])
        .await[0];
    confirm(crowd, admin).await;
    crowd.does(admin, "deactivatePerson", json!({"personId": person})).await.expect("the person leaves");
}

/// A token, used once, which its owner sees.
pub(crate) async fn token(crowd: &mut Crowd<'_>, random: &mut Random, who: Uuid) {
    let input = json!({"name": words(random, "Token"), "expiresInDays": 30});
    let made = crowd.does(who, "createApiToken", input).await.expect("a token");
    let token = made["token"].as_str().unwrap_or_default();
    Client::with_token(crowd.server, token).ok("{ viewer { id } }", Value::Null).await;
}

/// Two people log the same event, so that whoever decides is offered to make one of them.
pub(crate) async fn twice(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random, decider: Uuid) {
    let reports = "SELECT id FROM people WHERE manager_id = $1 AND active ORDER BY email";
    let Some(&subject) = db.ids(reports, [decider.into()]).await.first() else { return };
    let people = db.ids("SELECT id FROM people WHERE active ORDER BY email", []).await;
    let others: Vec<Uuid> = people.into_iter().filter(|p| *p != subject && *p != decider).collect();
    let value = db.ids("SELECT id FROM company_values WHERE NOT retired ORDER BY position", []).await[0];
    let venue = db.ids("SELECT id FROM venues WHERE audience <> 'ONE_TO_ONE' ORDER BY name", []).await[0];
    for reporter in random.some(&others, 2) {
        let input = json!({"key": new_key(), "kind": "VIOLATED", "subjectIds": [subject], "valueIds": [value],
            "venueId": venue, "title": words(random, "Twice"), "situation": words(random, "Situation"),
            "behaviour": words(random, "Behaviour"), "impact": words(random, "Impact"), "occurredOn": day(0)});
        crowd.does(reporter, "logIncident", input).await;
    }
}

async fn pick(db: &Db, random: &mut Random, n: usize, fit: impl Fn(&Case) -> bool) -> Vec<Case> {
    let mut found: Vec<Case> = cases(db).await.into_iter().filter(fit).collect();
    random.shuffle(&mut found);
    found.truncate(n);
    found
}

fn words(random: &mut Random, what: &str) -> String {
    format!("{what} {}.", random.canary())
}

async fn undecided_steps(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random) {
    for case in pick(db, random, 2, Case::undecided).await {
        crowd.does(case.reporter, "withdrawIncident", json!({"incidentId": case.id})).await;
    }
    for case in pick(db, random, 3, Case::undecided).await {
        let input = json!({"incidentId": case.id, "reason": words(random, "Involved")});
        crowd.does(case.decider, "passIncident", input).await;
    }
    let above = db
        .rows(
            "SELECT a.incident_id, a.person_id FROM incident_access a JOIN incidents i ON i.id = a.incident_id \
             JOIN people p ON p.id = a.person_id WHERE a.why = 'LEADER_ABOVE' AND i.state IN ('OPEN', 'WAITING') \
             ORDER BY i.logged_at, i.title, p.email",
            [],
        )
        .await;
    let above: Vec<(Uuid, Uuid)> = above
        .iter()
        .map(|r| (r.try_get("", "incident_id").unwrap(), r.try_get("", "person_id").unwrap()))
        .collect();
    for (incident, leader) in random.some(&above, 2) {
        let input = json!({"incidentId": incident, "reason": words(random, "Taken")});
        crowd.does(leader, "takeOverIncident", input).await;
    }
    for (n, case) in
        pick(db, random, 6, |c| c.undecided() && c.kind == "VIOLATED").await.into_iter().enumerate()
    {
        let Some(&subject) = case.subjects.first() else { continue };
        let of = if n % 2 == 0 { case.reporter } else { subject };
        let input = json!({"incidentId": case.id, "personId": of, "question": words(random, "Asking")});
        if crowd.does(case.decider, "askAboutIncident", input).await.is_some() && n < 4 {
            let input = json!({"incidentId": case.id, "text": words(random, "Answer")});
            crowd.does(of, "replyToIncident", input).await;
        }
    }
    // Passed, and said in public by somebody else.
    for case in pick(db, random, 3, |c| c.undecided() && c.kind == "UPHELD" && !c.subjects.is_empty()).await {
        let pass = json!({"incidentId": case.id, "reason": words(random, "Involved")});
        if crowd.does(case.decider, "passIncident", pass).await.is_none() {
            continue;
        }
        let sql = "SELECT decider_id FROM incidents WHERE id = $1";
        let decider = db.ids(sql, [case.id.into()]).await[0];
        let recognition = json!({"key": new_key(), "incidentId": case.id, "outcome": "RECOGNITION",
            "handling": "PUBLIC", "wording": words(random, "Wording"), "rationale": words(random, "Because")});
        if let Some(decided) = crowd.does(decider, "recordDecision", recognition).await {
            let decision = &decided["decision"]["id"];
            if crowd.does(decider, "markDelivered", json!({"decisionId": decision})).await.is_some() {
                break;
            }
        }
    }
    // Whoever asked a reporter that is hidden and is not the decider any more.
    let mut left = 0;
    for case in pick(db, random, 9, |c| c.undecided() && c.hide && c.kind == "VIOLATED").await {
        let ask =
            json!({"incidentId": case.id, "personId": case.reporter, "question": words(random, "Asking")});
        let pass = json!({"incidentId": case.id, "reason": words(random, "Involved")});
        if left < 2
            && crowd.does(case.decider, "askAboutIncident", ask).await.is_some()
            && crowd.does(case.decider, "passIncident", pass).await.is_some()
        {
            left += 1;
        }
    }
    for case in pick(db, random, 1, Case::undecided).await {
        let consideration =
            json!({"onlyOneWhoKnows": false, "nobodyElseAffected": true, "knownAtFirstHand": true});
        let input = json!({"key": new_key(), "incidentId": case.id, "outcome": "NO_ACTION",
            "rationale": words(random, "Closing"), "consideration": consideration});
        crowd.does(case.decider, "recordDecision", input).await;
    }
}

async fn decided_steps(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random) {
    for case in pick(db, random, 3, |c| c.state == "DECIDED" && !c.lapse()).await {
        let Some((_, leader)) = case.decision else { continue };
        let mut input = json!({"key": new_key(), "incidentId": case.id, "outcome": case.outcome,
            "handling": "ONE_TO_ONE", "rationale": words(random, "Revised"), "expectedVersion": 1});
        if case.kind == "VIOLATED" {
            input["consideration"] =
                json!({"onlyOneWhoKnows": false, "nobodyElseAffected": true, "knownAtFirstHand": true});
        }
        crowd.does(leader, "recordDecision", input).await;
    }
    for case in pick(db, random, 2, |c| c.state == "DECIDED" && !c.lapse()).await {
        let Some((decision, leader)) = case.decision else { continue };
        crowd.does(leader, "markDelivered", json!({"decisionId": decision})).await;
    }
    for (kind, handling) in
        [("UPHELD", "PUBLIC"), ("VIOLATED", "PUBLIC"), ("VIOLATED", "PUBLIC"), ("VIOLATED", "ONE_TO_ONE")]
    {
        let fit = |c: &Case| {
            c.state == "DELIVERED"
                && c.kind == kind
                && c.handling.as_deref() == Some(handling)
                && !c.retracted
        };
        for case in pick(db, random, 1, fit).await {
            let Some((decision, leader)) = case.decision else { continue };
            let input = json!({"decisionId": decision, "reason": words(random, "Retracted")});
            crowd.does(leader, "retractDecision", input).await;
        }
    }
    for case in pick(db, random, 2, |c| c.state == "DELIVERED" && c.kind == "VIOLATED").await {
        let input = json!({"incidentId": case.id, "text": words(random, "My side")});
        crowd.does(case.subjects[0], "replyToIncident", input).await;
    }
}

async fn fresh_entries(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random) {
    let people = db.ids("SELECT id FROM people ORDER BY email", []).await;
    let leaders = db.ids(LEADS, []).await;
    let values = db.ids("SELECT id FROM company_values ORDER BY position", []).await;
    let venues = db.ids("SELECT id FROM venues ORDER BY name", []).await;
    for n in 0..4 {
        let two = random.some(&people, 2);
        let (reporter, subject) = if n == 0 { (leaders[0], leaders[0]) } else { (two[0], two[1]) };
        let input = json!({
            "key": new_key(), "kind": if n == 1 { "UPHELD" } else { "VIOLATED" }, "subjectIds": [subject],
            "valueIds": [random.pick(&values)], "venueId": random.pick(&venues), "title": words(random, "Fresh"),
            "situation": words(random, "Situation"), "behaviour": words(random, "Behaviour"),
            "impact": words(random, "Impact"), "occurredOn": day(0), "hideReporterFromSubject": n % 2 == 0,
        });
        crowd.does(reporter, "logIncident", input).await;
    }
}

async fn public_life(crowd: &mut Crowd<'_>, db: &Db, random: &mut Random) {
    let people = db.ids("SELECT id FROM people ORDER BY email", []).await;
    let some = random.some(&people, 6);
    for recognition in db.ids("SELECT id FROM recognitions ORDER BY published_at, wording", []).await {
        for who in random.some(&some, 3) {
            let emoji = *random.pick(&["👏", "🙌", "🎉"]);
            let input = json!({"recognitionId": recognition, "emoji": emoji, "on": true});
            crowd.does(who, "react", input).await;
            if random.chance(60) {
                let input = json!({"recognitionId": recognition, "text": words(random, "Comment")});
                crowd.does(who, "comment", input).await;
            }
        }
    }
    let admins = db.ids("SELECT id FROM people WHERE role = 'ADMIN' ORDER BY email", []).await;
    let input = json!({"name": "Old ways", "statement": "How it was.", "looksLikeUpheld": ["Then."],
        "looksLikeViolated": ["Now."], "retired": true});
    crowd.does(admins[0], "saveValue", input).await;
    let teams = db.ids("SELECT id FROM teams ORDER BY name", []).await;
    let goal = json!({"kind": "GOAL", "teamId": teams[0], "text": "Nights without a page", "unit": "nights",
        "baseline": 2.0, "target": 6.0});
    crowd.does(admins[0], "saveTopic", goal).await;
    for topic in db.ids("SELECT id FROM topics WHERE text = 'Nights without a page'", []).await {
        let input = json!({"topicId": topic, "value": 4.0, "note": words(random, "Note")});
        crowd.does(admins[0], "checkIn", input).await;
    }
}
