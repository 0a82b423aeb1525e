//! A chance organisation as an import file: people in levels, teams, venues of all kinds, and entries in every state
//! that a file can hold. What a file cannot hold is done over the API afterwards ([`crate::life`]).

use std::collections::HashMap;

use serde_json::{Value, json};
use upheld_domain::people::{self, ReportingLines, TeamSubject};
use uuid::Uuid;

use crate::random::Random;

/// How big an organisation is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) people: usize,
    pub(crate) levels: usize,
    pub(crate) incidents: usize,
}

impl Size {
    pub(crate) fn chance(random: &mut Random) -> Self {
        let people = random.between(5, 60);
        Self { people, levels: random.between(3, 6), incidents: random.between(10, 300) }
    }
}

/// Every kind of entry that a file can hold; each organisation goes round them.
const SCRIPTS: &[&str] = &[
    "violated delivered one-to-one",
    "violated delivered public",
    "upheld delivered public",
    "violated waiting subject",
    "violated open old",
    "violated decided",
    "violated delivered one-to-one word",
    "upheld delivered one-to-one",
    "upheld open",
    "violated open",
    "violated closed seen",
    "lapse unconfirmed",
    "handed over",
    "violated merged",
    "violated delivered public named",
    "upheld decided",
    "team delivered public",
    "violated waiting reporter",
    "violated closed unseen",
    "lapse confirmed",
    "upheld closed",
    "team open",
    "upheld waiting",
    "violated delivered elsewhere",
    "lapse delivered",
    "upheld merged",
];

const PREFERENCES: [&str; 3] = ["PUBLIC", "ASK_FIRST", "ONE_TO_ONE"];

struct Person {
    key: String,
    id: Uuid,
    name: String,
    manager: Option<usize>,
    team: Option<usize>,
    admin: bool,
}

struct Maker<'r> {
    random: &'r mut Random,
    people: Vec<Person>,
    leads: Vec<usize>,
    lines: ReportingLines,
    admins: Vec<Uuid>,
    venues: Vec<(String, &'static str, bool)>,
    values: Vec<String>,
    incidents: Vec<Value>,
}

/// Makes the import file.
pub(crate) fn file(random: &mut Random, size: Size) -> Value {
    let mut maker = Maker {
        random,
        people: Vec::new(),
        leads: Vec::new(),
        lines: ReportingLines::default(),
        admins: Vec::new(),
        venues: Vec::new(),
        values: Vec::new(),
        incidents: Vec::new(),
    };
    maker.file(size)
}

impl Maker<'_> {
    fn file(&mut self, size: Size) -> Value {
        self.hire(size);
        let teams = self.teams();
        let venues = self.open_venues();
        let values: Vec<Value> = ["Candour", "Care", "Craft", "Courage"]
            .iter()
            .map(|name| {
                let id = name.to_lowercase();
                self.values.push(id.clone());
                json!({"id": id, "title": name, "statement": format!("{name} is how we work."),
                    "looksLikeUpheld": ["Said it in the room."], "looksLikeViolated": ["Said it behind a back."]})
            })
            .collect();
        for n in 0..size.incidents {
            let script = SCRIPTS[n % SCRIPTS.len()];
            self.incident(n, script);
        }
        let people: Vec<Value> = self
            .people
            .iter()
            .enumerate()
            .map(|(n, p)| {
                json!({"id": p.key, "displayName": p.name, "email": format!("{}@twin.example", p.key),
                    "title": if n % 4 == 0 { Value::Null } else { format!("Works on {n}").into() },
                    "role": if p.admin { "ADMIN" } else { "MEMBER" },
                    "teamId": p.team.map(|t| format!("team{t}")),
                    "managerId": p.manager.map(|m| self.people[m].key.clone()),
                    "recognitionPreference": *PREFERENCES.get(n % 3).unwrap()})
            })
            .collect();
        json!({
            "organisation": {"name": "Twin", "timezone": "Europe/Vienna", "decisionTargetHours": 48, "silentAfterDays": 21},
            "values": values, "teams": teams, "people": people, "venues": venues, "incidents": self.incidents,
            "alignment": alignment(),
        })
    }

    /// People in levels; whoever is made earlier leads, so that no line loops.
    fn hire(&mut self, size: Size) {
        const FIRST: [&str; 10] =
            ["Ada", "Bela", "Cleo", "Dorn", "Ewa", "Falk", "Gita", "Hugo", "Iris", "Jona"];
        const LAST: [&str; 8] = ["Quell", "Rasp", "Stark", "Tamm", "Ulmer", "Voss", "Wirth", "Zabel"];
        let mut levels: Vec<usize> = Vec::new();
        for n in 0..size.people {
            // A spine as deep as asked for comes first; everybody else reports to a chance person above the last level.
            let manager = if n == 0 {
                None
            } else if n < size.levels {
                Some(n - 1)
            } else {
                let above: Vec<usize> = (0..n).filter(|m| levels[*m] + 1 < size.levels).collect();
                Some(*self.random.pick(&above))
            };
            levels.push(manager.map_or(0, |m| levels[m] + 1));
            let name = format!("{} {}{n}", FIRST[n % FIRST.len()], LAST[(n / 3) % LAST.len()]);
            let id = Uuid::from_u128(n as u128 + 1);
            self.people.push(Person { key: format!("p{n}"), id, name, manager, team: None, admin: false });
        }
        // Two admins at least: one is not the first person, so that a case about either has somebody to decide.
        let admins = self.random.some(&(1..size.people).collect::<Vec<_>>(), 2);
        for n in admins {
            self.people[n].admin = true;
        }
        self.lines =
            self.people.iter().filter_map(|p| p.manager.map(|m| (p.id, self.people[m].id))).collect();
        let mut admins: Vec<&Person> = self.people.iter().filter(|p| p.admin).collect();
        admins.sort_by(|a, b| a.name.cmp(&b.name));
        self.admins = admins.iter().map(|p| p.id).collect();
    }

    fn managers(&self) -> Vec<usize> {
        (0..self.people.len()).filter(|n| self.people.iter().any(|p| p.manager == Some(*n))).collect()
    }

    fn teams(&mut self) -> Vec<Value> {
        let managers = self.managers();
        let count = (self.people.len() / 6).clamp(1, managers.len());
        self.leads = self.random.some(&managers, count);
        for n in 0..self.people.len() {
            let own = self.leads.iter().position(|lead| *lead == n);
            let above = self.people[n].manager.and_then(|m| self.leads.iter().position(|lead| *lead == m));
            let team = own.or(above).or_else(|| self.random.chance(60).then(|| self.random.below(count)));
            self.people[n].team = team;
        }
        self.leads
            .iter()
            .enumerate()
            .map(|(t, lead)| json!({"id": format!("team{t}"), "name": format!("Team {t}"), "leadId": self.people[*lead].key}))
            .collect()
    }

    fn open_venues(&mut self) -> Vec<Value> {
        let mut list = Vec::new();
        let all: Vec<usize> = (0..self.people.len()).collect();
        let mut open = |maker: &mut Self,
                        audience: &'static str,
                        everybody: bool,
                        teams: Vec<usize>,
                        people: Vec<usize>| {
            let id = format!("v{}", maker.venues.len());
            let named: Vec<&String> = people.iter().map(|p| &maker.people[*p].key).collect();
            let teams: Vec<String> = teams.iter().map(|t| format!("team{t}")).collect();
            list.push(json!({"id": id, "name": format!("Place {id}"), "kind": "MEETING", "audience": audience,
                "audienceSize": 3 + maker.venues.len(), "everybody": everybody, "teamIds": teams, "personIds": named}));
            let peopled = everybody || !named.is_empty() || !teams.is_empty();
            maker.venues.push((id, audience, peopled));
        };
        open(self, "ORGANISATION", true, vec![], vec![]);
        let some = self.random.some(&all, 3 + all.len() / 5);
        open(self, "SMALL_GROUP", false, vec![], some);
        open(self, "TEAM", false, vec![0], vec![]);
        let teams: Vec<usize> = (0..self.leads.len()).collect();
        let some = self.random.some(&all, 2);
        open(self, "CROSS_TEAM", false, teams, some);
        open(self, "EXTERNAL", false, vec![], vec![]);
        let some = self.random.some(&all, 2);
        open(self, "ONE_TO_ONE", false, vec![], some);
        let some = self.random.some(&all, 4 + all.len() / 4);
        open(self, "SMALL_GROUP", false, vec![], some);
        list
    }

    fn text(&mut self, what: &str) -> Value {
        format!("{what} {}.", self.random.canary()).into()
    }

    fn decider(&self, subjects: &[usize], team: Option<usize>) -> Option<usize> {
        let ids: Vec<Uuid> = subjects.iter().map(|s| self.people[*s].id).collect();
        let team = team.map(|t| TeamSubject { lead: Some(self.people[self.leads[t]].id) });
        let found = people::decider(&self.lines, &ids, team, &[], &self.admins)?;
        self.people.iter().position(|p| p.id == found)
    }

    fn venue(&mut self, public: bool, peopled: bool) -> String {
        let fit: Vec<String> = self
            .venues
            .iter()
            .filter(|(_, audience, has)| (!public || *audience != "ONE_TO_ONE") && (!peopled || *has))
            .map(|(id, ..)| id.clone())
            .collect();
        self.random.pick(&fit).clone()
    }

    /// One entry; where the script has no people that fit, nothing.
    fn incident(&mut self, n: usize, script: &str) {
        let has = |word: &str| script.split(' ').any(|w| w == word);
        let all: Vec<usize> = (0..self.people.len()).collect();
        let lapse = has("lapse");
        let violated = has("violated") || lapse || has("handed");
        let team = has("team").then(|| self.random.below(self.leads.len()));
        let subjects: Vec<usize> = if team.is_some() {
            Vec::new()
        } else if lapse {
            let managers = self.managers();
            vec![*self.random.pick(&managers)]
        } else if violated {
            vec![*self.random.pick(&all)]
        } else {
            let many = self.random.between(1, 3.min(all.len() - 3));
            self.random.some(&all, many)
        };
        let Some(decider) = self.decider(&subjects, team) else { return };
        let outside = |maker: &Self, p: usize| match team {
            Some(t) => maker.people[p].team != Some(t) && maker.leads[t] != p,
            None => violated || !subjects.contains(&p),
        };
        let mut reporters: Vec<usize> = all.iter().copied().filter(|p| outside(self, *p)).collect();
        // Logging one's own lapse is rare; the decider reports now and then.
        reporters.retain(|p| !subjects.contains(p) || self.random.chance(20));
        if reporters.is_empty() {
            return;
        }
        let reporter = *self.random.pick(&reporters);
        let days = if has("unseen") || (script == "violated open") {
            self.random.below(2)
        } else if has("decided") || has("waiting") {
            self.random.between(3, 9)
        } else if self.random.chance(20) {
            // Long ago: it has folded away from lists.
            self.random.between(200, 300)
        } else {
            self.random.between(3, 60)
        };
        let mut values = self.values.clone();
        self.random.shuffle(&mut values);
        values.truncate(self.random.between(1, 3));
        let wants_people = has("word") || has("public") || has("elsewhere");
        let at = self.venue(has("public"), wants_people);
        let mut row = json!({
            "id": format!("i{n}"), "kind": if violated { "VIOLATED" } else { "UPHELD" }, "valueIds": values,
            "venueId": at, "daysAgo": days, "reporterId": self.people[reporter].key,
            "subjectIds": subjects.iter().map(|s| self.people[*s].key.clone()).collect::<Vec<_>>(),
            "subjectTeamId": team.map(|t| format!("team{t}")),
            "title": self.text("Title"), "situation": self.text("Situation"), "behaviour": self.text("Behaviour"),
            "impact": self.text("Impact"), "hideReporterFromSubject": self.random.chance(50),
            "creditReporter": self.random.chance(50),
        });
        if self.random.chance(40) {
            row["evidenceUrl"] = format!("https://twin.example/{}", self.random.canary()).into();
            row["affected"] = "TEAM".into();
            row["audience"] = "SMALL_GROUP".into();
            row["audienceSize"] = 4.into();
        }
        if violated && self.random.chance(60) {
            row["severity"] = (*self.random.pick(&["MINOR", "MODERATE", "SERIOUS"])).into();
        }
        self.steps(script, &mut row, decider, reporter, &subjects);
        self.incidents.push(row);
        if has("merged") && !has("twin") {
            // The survivor comes with a different reporter and goes its own way.
            let state = *self.random.pick(&["waiting subject", "open", "decided", "delivered one-to-one"]);
            self.survivor(n, state);
        }
    }

    fn steps(&mut self, script: &str, row: &mut Value, decider: usize, reporter: usize, subjects: &[usize]) {
        let has = |word: &str| script.split(' ').any(|w| w == word);
        let key = |maker: &Self, p: usize| maker.people[p].key.clone();
        let violated = row["kind"] == "VIOLATED";
        if has("handed") {
            row["handedOver"] =
                json!({"byId": key(self, decider), "afterHours": 1.0, "reason": self.text("Reason")});
            return;
        }
        let mut asked_subject = false;
        if has("waiting") || (violated && self.random.chance(25)) {
            let of = if has("subject") || (violated && !has("reporter")) { subjects[0] } else { reporter };
            if of != decider {
                asked_subject = subjects.contains(&of);
                row["waiting"] = json!({"askedById": key(self, decider), "ofId": key(self, of),
                    "question": self.text("Question"), "afterHours": 0.5});
            }
        }
        if !(has("decided") || has("delivered") || has("closed") || has("lapse")) {
            return;
        }
        let after = if has("unseen") || has("decided") { 1.0 } else { 50.0 + self.random.below(15) as f64 };
        let lapse = has("lapse");
        let leader = if lapse { subjects[0] } else { decider };
        let public = lapse || has("public") || has("elsewhere") || (has("decided") && self.random.chance(50));
        let mut d = json!({
            "leaderId": key(self, leader), "rationale": self.text("Rationale"), "decidedAfterHours": after,
            "outcome": if has("closed") { "NO_ACTION" } else if violated { "CORRECTION" } else { "RECOGNITION" },
        });
        if self.random.chance(50) {
            d["repair"] = self.text("Repair");
        }
        if has("closed") {
            if self.random.chance(50) {
                d["wording"] = self.text("Closing");
            }
            row["decision"] = d;
            return;
        }
        d["handling"] = if public { "PUBLIC" } else { "ONE_TO_ONE" }.into();
        d["wording"] = self.text("Wording");
        d["alsoOneToOne"] = self.random.chance(30).into();
        if public {
            d["venueId"] =
                if has("elsewhere") { self.venue(true, true).into() } else { row["venueId"].clone() };
            let given = d["venueId"].as_str().unwrap_or_default().to_owned();
            if self.venues.iter().any(|(id, audience, _)| *id == given && *audience == "ONE_TO_ONE") {
                d["venueId"] = self.venue(true, true).into();
            }
        }
        if violated {
            d["consideration"] = json!({"onlyOneWhoKnows": self.random.chance(50),
                "nobodyElseAffected": self.random.chance(50), "knownAtFirstHand": self.random.chance(50)});
            d["namesSubject"] = has("named").into();
            if public && !lapse {
                if asked_subject && self.random.chance(60) {
                    d["heard"] = "REPLY_ATTACHED".into();
                    d["subjectReply"] = self.text("Reply");
                } else {
                    d["heard"] = "IN_THE_MOMENT".into();
                    d["heardReason"] = self.text("Heard");
                }
            } else if self.random.chance(40) {
                d["subjectReply"] = self.text("Reply");
            }
            let at = row["venueId"].as_str().unwrap_or_default();
            let peopled = self.venues.iter().any(|(id, _, has)| id == at && *has);
            if peopled && (has("word") || has("elsewhere")) {
                let word = *self.random.pick(&["ADDRESSED", "PRINCIPLE"]);
                d["witnessWord"] = word.into();
                d["principle"] = self.text("Principle");
            }
        }
        if has("confirmed") || (lapse && has("delivered")) {
            d["confirmedById"] = key(self, decider).into();
        }
        if has("delivered") {
            d["deliveredAfterHours"] = (after + 1.0 + self.random.below(8) as f64).into();
        }
        row["decision"] = d;
    }

    fn survivor(&mut self, n: usize, state: &str) {
        let Some(copy) = self.incidents.last().cloned() else { return };
        let known: HashMap<&str, usize> =
            self.people.iter().enumerate().map(|(n, p)| (p.key.as_str(), n)).collect();
        let subjects: Vec<usize> = copy["subjectIds"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|s| known.get(s.as_str()?).copied())
            .collect();
        let others: Vec<usize> = (0..self.people.len())
            .filter(|p| !subjects.contains(p) && copy["reporterId"] != self.people[*p].key)
            .collect();
        let (Some(decider), false) = (self.decider(&subjects, None), others.is_empty()) else { return };
        let reporter = *self.random.pick(&others);
        let mut row = copy;
        row["id"] = format!("s{n}").into();
        row["reporterId"] = self.people[reporter].key.clone().into();
        for field in ["title", "situation", "behaviour", "impact"] {
            row[field] = self.text("Survivor");
        }
        row.as_object_mut().unwrap().remove("waiting");
        let kind = if row["kind"] == "VIOLATED" { "violated" } else { "upheld" };
        let script = format!("{kind} {state} twin")
            .replace("waiting subject", if kind == "violated" { "waiting subject" } else { "waiting" });
        self.steps(&script, &mut row, decider, reporter, &subjects);
        self.incidents.push(row);
        let at = self.incidents.len() - 2;
        let duplicate = &mut self.incidents[at];
        duplicate["duplicateOf"] = format!("s{n}").into();
        duplicate.as_object_mut().unwrap().remove("waiting");
    }
}

/// What the organisation is aligned on.
fn alignment() -> Value {
    json!({
        "businessContext": [{"id": "bc", "text": "Few customers, much trust.", "lastDiscussedInTeamMeetingDaysAgo": 6}],
        "strategy": [{"id": "st", "text": "One thing at a time.", "lastDiscussedInTeamMeetingDaysAgo": 50}],
        "goals": [
            {"id": "g1", "title": "Calls", "unit": "calls", "baseline": 9, "target": 3, "current": 6,
                "checkInsDaysAgo": [7, 14], "discussedInTeamMeetingsDaysAgo": [7], "mentionedInOneToOnes": 2},
            {"id": "g2", "title": "Partners", "unit": "count", "baseline": 1, "target": 4, "current": null,
                "checkInsDaysAgo": [], "discussedInTeamMeetingsDaysAgo": [], "mentionedInOneToOnes": 3},
        ],
    })
}
