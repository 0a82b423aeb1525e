//! What a viewer does on both servers, each with the ids and the secrets that it was told itself.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::harness::{Answer, day, new_key};
use crate::meant;
use crate::pair::Pair;
use crate::pool::Pool;
use crate::stage::Looker;

/// Entries that are asked for together.
const SOME: usize = 5;
/// Entries that a viewer does something with.
const ENTRIES: usize = 80;
/// What is asked of a point of a meeting.
const POINT: &str = "id kind text at note author { name } decides { name }";
/// The password that is chosen.
const ANOTHER: &str = "quite another one 7";

/// The part of an answer that a change gave.
fn of(answer: &Answer, field: &str) -> Value {
    serde_json::from_str::<Value>(&answer.text).unwrap_or_default()["data"][field].clone()
}

impl Pair<'_> {
    /// What is meant well goes through, as far as the viewer may.
    pub(crate) async fn meant(&mut self, pool: &mut Pool, looker: &Looker) {
        for (name, input) in meant::without_entries(pool, looker) {
            self.does(name, [&input, &input]).await;
        }
        self.with_entries(pool).await;
        self.meetings(pool).await;
        self.compare("{ organisation { retention { recognitionMonths foldAfterMonths } } }", true).await;
        if looker.viewer.admin {
            self.open_again(pool).await;
        }
    }

    /// The meetings of every venue that can be seen: the crawl asks for one.
    async fn meetings(&mut self, pool: &Pool) {
        let venues = pool.of_table("venues").map(|i| i.seen.clone()).unwrap_or_default();
        let mut held = Vec::new();
        for some in venues.chunks(SOME) {
            let asked: Vec<String> = some
                .iter()
                .enumerate()
                .map(|(n, venue)| {
                    format!(
                        "m{n}: meeting(venueId: \"{venue}\") {{ holds plannedOn previousAt preparedBy {{ name }} value {{ id }} \
                         examples {{ id }} points {{ {POINT} }} waiting {{ id title decision {{ wording }} }} }} \
                         p{n}: pastMeetings(venueId: \"{venue}\") {{ id finishedAt note heldBy {{ name }} value {{ id }} \
                         examples {{ id }} points {{ {POINT} }} \
                         topics {{ topic {{ text discussed mentioned }} note decides {{ name }} }} }}"
                    )
                })
                .collect();
            let answer = self.compare(&format!("{{ {} }}", asked.join(" ")), true).await;
            let holds = |n: &usize| of(&answer, &format!("m{n}"))["holds"] == true;
            held.extend((0..some.len()).filter(holds).map(|n| some[n]));
        }
        for venue in held.into_iter().take(2) {
            let point =
                json!({"key": new_key(), "venueId": venue, "kind": "GAP", "text": "We say one, we do two."});
            let added = self.does("addMeetingPoint", [&point, &point]).await;
            let [one, other] = added.map(|a| json!({"pointId": a["point"]["id"]}));
            self.does("takeBackMeetingPoint", [&one, &other]).await;
            let plan = json!({"venueId": venue, "plannedOn": day(5)});
            self.does("planMeeting", [&plan, &plan]).await;
            let finish = json!({"key": new_key(), "venueId": venue, "note": "Short."});
            self.does("finishMeeting", [&finish, &finish]).await;
        }
    }

    /// What takes people or the viewer's own session away.
    pub(crate) async fn at_last(&mut self, pool: &mut Pool, looker: &Looker) {
        if looker.viewer.admin {
            self.sign_in_link(looker).await;
            self.last_admin(looker).await;
        }
        self.second_factor(looker.password).await;
        self.sessions(looker).await;
        if looker.viewer.admin {
            self.with_people(pool, looker).await;
        }
    }

    /// Moves, ends and erases people. Not with everybody each of it goes, so that some are tried.
    async fn with_people(&mut self, pool: &mut Pool, looker: &Looker) {
        let others = self.others(looker).await;
        for one in others.iter().take(4) {
            let mut back = Value::Null;
            for (name, input) in meant::with_person(pool, looker.viewer.id, &one["id"]) {
                [back, _] = self.does(name, [&input, &input]).await;
            }
            if !back.is_null() {
                break;
            }
        }
        self.end_holds().await;
        for one in others.iter().rev().take(4) {
            let leaves = json!({"personId": one["id"]});
            self.does("deactivatePerson", [&leaves, &leaves]).await;
            let erase = json!({"personId": one["id"], "reason": "They asked for it."});
            if !self.does("erasePerson", [&erase, &erase]).await[0].is_null() {
                break;
            }
        }
    }

    /// Ends what is held: in how many held texts somebody stands is told to whoever erases them.
    async fn end_holds(&mut self) {
        let answer = self.compare("{ legalHolds(first: 100) { nodes { incidentId } } }", true).await;
        let held = of(&answer, "legalHolds")["nodes"].as_array().cloned().unwrap_or_default();
        for hold in held {
            let end = json!({"incidentId": hold["incidentId"], "on": false, "reason": "It is over."});
            self.does("setLegalHold", [&end, &end]).await;
        }
    }

    /// One change on both; what each of them answered, null where it refused.
    async fn does(&mut self, name: &str, inputs: [&Value; 2]) -> [Value; 2] {
        // A field that is gone is noticed by its coverage.
        let Some(change) = self.corpus.changes().into_iter().find(|c| c.name == name) else {
            return [Value::Null, Value::Null];
        };
        if self.enough() {
            return [Value::Null, Value::Null];
        }
        let document = if change.input.is_empty() { change.document("") } else { change.with_variable() };
        let variables = inputs.map(|i| json!({"input": i}));
        let (truth, twin) = self
            .compare_each([&document; 2].map(String::as_str), [&variables[0], &variables[1]], false)
            .await;
        [of(&truth, name), of(&twin, name)]
    }

    /// Of each action some, on entries of which nothing was done yet where there are any.
    async fn with_entries(&mut self, pool: &Pool) {
        let seen = pool.of_table("incidents").map(|i| i.seen.clone()).unwrap_or_default();
        let mut deeds = Vec::new();
        for some in seen[..seen.len().min(ENTRIES)].chunks(SOME) {
            let answer = self.compare(&meant::entries(some), true).await;
            deeds.extend(meant::with_entries(&answer));
        }
        let mut touched: HashMap<String, usize> = HashMap::new();
        for action in meant::ACTIONS {
            let mut open: Vec<&meant::Deed> = deeds.iter().filter(|d| d.action == action).collect();
            open.sort_by_key(|d| touched.get(&d.entry).copied().unwrap_or_default());
            let mut went = 0;
            for deed in open.into_iter().take(3 * self.effort.width) {
                if went >= self.effort.width || self.enough() {
                    break;
                }
                let (name, input) = &deed.change;
                let [done, _] = self.does(name, [input, input]).await;
                if action == "decide" && !done.is_null() {
                    self.think_again(input).await;
                }
                went += usize::from(!done.is_null());
                *touched.entry(deed.entry.clone()).or_default() += 1;
            }
        }
    }

    /// Revises what was decided a moment ago, and reads what it was before.
    async fn think_again(&mut self, decided: &Value) {
        let mut input = decided.clone();
        input["key"] = new_key().into();
        input["handling"] = "ONE_TO_ONE".into();
        input["expectedVersion"] = 1.into();
        if let Some(fields) = input.as_object_mut() {
            fields.remove("wording");
        }
        self.does("recordDecision", [&input, &input]).await;
        let before = "version handling venue { id } consideration { onlyOneWhoKnows } principle";
        let of = &decided["incidentId"];
        self.compare(&format!("{{ incident(id: {of}) {{ decisionVersions {{ {before} }} }} }}"), true).await;
    }

    /// An admin opens what they had opened before, and holds it.
    async fn open_again(&mut self, pool: &Pool) {
        for id in pool.of_table("incidents").map(|i| i.seen.clone()).unwrap_or_default() {
            let input = json!({"incidentId": id, "reason": "It is needed once more."});
            if self.does("openEntry", [&input, &input]).await[0].is_null() {
                continue;
            }
            for on in [true, false, true] {
                let input = json!({"incidentId": id, "on": on, "reason": "A court asks."});
                self.does("setLegalHold", [&input, &input]).await;
            }
            self.compare("{ legalHolds(first: 50) { nodes { reason setBy { id } } } }", true).await;
            return;
        }
    }

    /// An admin makes a link with which somebody who is there chooses a password.
    async fn sign_in_link(&mut self, looker: &Looker) {
        for person in self.others(looker).await {
            let link = json!({"personId": person["id"]});
            let made = self.does("createSignInLink", [&link, &link]).await;
            if made[0].is_null() {
                continue;
            }
            let inputs = made.map(|m| {
                let token =
                    m["link"].as_str().and_then(|l| l.split('#').nth(1)).unwrap_or_default().to_owned();
                json!({"token": token, "password": ANOTHER})
            });
            self.does("resetPassword", [&inputs[0], &inputs[1]]).await;
            return;
        }
    }

    /// The others who are there, by name, with their roles.
    async fn others(&mut self, looker: &Looker) -> Vec<Value> {
        let answer = self.compare("{ people(first: 100) { nodes { id role } } }", true).await;
        let people = of(&answer, "people")["nodes"].as_array().cloned().unwrap_or_default();
        let me = looker.viewer.id.unwrap_or_default().to_string();
        people.into_iter().filter(|p| p["id"] != me).collect()
    }

    /// Takes the role from every other admin, until there is advice to have a second one.
    async fn last_admin(&mut self, looker: &Looker) {
        for other in self.others(looker).await.iter().filter(|p| p["role"] == "ADMIN") {
            let input = json!({"personId": other["id"], "role": "MEMBER"});
            self.does("setRole", [&input, &input]).await;
        }
    }

    /// The second factor on, other recovery codes, and off again; a recovery code is as good as one of the app.
    async fn second_factor(&mut self, password: &str) {
        let start = json!({"password": password});
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let codes = self.does("startSecondFactor", [&start, &start]).await.map(|begun| {
            let secret = begun["secret"].as_str().unwrap_or_default();
            let app =
                Secret::try_from_base32(secret).ok().and_then(|s| Builder::new().with_secret(s).build().ok());
            let code = app.map_or_else(|| "000000".to_owned(), |app| app.generate(now).to_string());
            json!({"code": code})
        });
        let first = |told: Value| json!({"code": told["recoveryCodes"][0].as_str().unwrap_or_default()});
        let codes = self.does("confirmSecondFactor", [&codes[0], &codes[1]]).await.map(first);
        self.compare("{ secondFactor { on since recoveryCodesLeft } }", true).await;
        let codes = self.does("newRecoveryCodes", [&codes[0], &codes[1]]).await.map(first);
        let ends = codes.map(|c| json!({"password": password, "code": c["code"]}));
        self.does("endSecondFactor", [&ends[0], &ends[1]]).await;
    }

    /// Another password, more sessions, and their end; the one that asks stays.
    async fn sessions(&mut self, looker: &Looker) {
        let other = json!({"currentPassword": looker.password, "newPassword": ANOTHER});
        self.does("changePassword", [&other, &other]).await;
        let sign_in = json!({"email": looker.email, "password": ANOTHER});
        for end in ["endSession", "endOtherSessions"] {
            self.does("signIn", [&sign_in, &sign_in]).await;
            let list = "{ sessions { id current } }";
            let (truth, twin) = self.compare_each([list; 2], [&Value::Null; 2], true).await;
            let other = [truth, twin].map(|answer| {
                let sessions = of(&answer, "sessions");
                let other = sessions.as_array().and_then(|l| l.iter().find(|s| s["current"] == false));
                json!({"sessionId": other.map(|s| s["id"].clone())})
            });
            self.does(end, [&other[0], &other[1]]).await;
            self.compare("{ signInLinks { madeBy { id } madeAt usedAt } }", true).await;
        }
    }
}
