//! Team meetings: the page for the next one, what is written down after it, and those that are over.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    Set,
};
use upheld_domain::meetings::{self as rules_of, Candidate, EXAMPLES, Talked};
use upheld_domain::text;
use upheld_domain::words::{PointKind, TalkedAt};
use upheld_domain::{Id, Instant};

use crate::access::meetings::{self as open, Attends};
use crate::access::{self, rules};
use crate::audit::hash;
use crate::entities::{meeting_examples, meeting_points, meeting_topics, meetings, topic_talks, topics};
use crate::error::{StoreError, word};
use crate::incident_view::Incident;
use crate::keys::ClientKey;
use crate::topics::Topic;
use crate::viewer::ViewerStore;

/// The most meetings and points that are listed.
const LISTED: u64 = 50;
/// The newest recognitions of a value among which examples are looked for.
const LOOKED_AT: u64 = 20;
/// Minutes in which a second report of one meeting is taken for a mistake.
const ONE_MEETING: i64 = 10;

/// A venue whose meetings the viewer has a part in.
#[derive(Debug, Clone, Copy)]
pub struct MeetingPlace {
    /// The venue.
    pub venue: Id,
    /// Whether the viewer prepares and holds them.
    pub holds: bool,
}

/// The next meeting of a venue, prepared or proposed.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// The venue.
    pub venue: Id,
    /// Whether the viewer prepares and holds it.
    pub holds: bool,
    /// Who prepared it; nobody yet where it is all proposed.
    pub prepared_by: Option<Id>,
    /// The day that it is planned for.
    pub planned_on: Option<NaiveDate>,
    /// The value that it talks about.
    pub value: Option<Id>,
    /// The recognitions that show it.
    pub examples: Vec<Id>,
    /// When the last meeting here was over.
    pub previous_at: Option<Instant>,
    /// The topics of everybody and of the venue's teams.
    pub topics: Vec<Topic>,
    /// What people want to talk about, oldest first.
    pub points: Vec<Point>,
    /// The entries whose public wording the viewer is to say here.
    pub waiting: Vec<Incident>,
}

/// Something that somebody wants to talk about.
#[derive(Debug, Clone)]
pub struct Point {
    /// The id.
    pub id: Id,
    /// Question or gap.
    pub kind: PointKind,
    /// The words.
    pub text: String,
    /// Who added it.
    pub author: Id,
    /// When.
    pub at: Instant,
    /// What came of it.
    pub note: Option<String>,
    /// Who decides what is open.
    pub decides: Option<Id>,
}

/// A meeting that is over.
#[derive(Debug, Clone)]
pub struct PastMeeting {
    /// The id.
    pub id: Id,
    /// The venue.
    pub venue: Id,
    /// Who held it.
    pub held_by: Id,
    /// When it was over.
    pub finished_at: Instant,
    /// The value that it talked about.
    pub value: Option<Id>,
    /// The recognitions that showed it, those that were not retracted since.
    pub examples: Vec<Id>,
    /// The topics that it talked about.
    pub topics: Vec<Talked>,
    /// The points that it talked about.
    pub points: Vec<Point>,
    /// What else is worth keeping.
    pub note: Option<String>,
}

/// How a meeting is prepared. What is not given is proposed anew.
#[derive(Debug, Clone)]
pub struct PlanInput {
    /// The venue.
    pub venue: Id,
    /// The day.
    pub planned_on: Option<NaiveDate>,
    /// The value to talk about.
    pub value: Option<Id>,
    /// Recognitions of that value.
    pub examples: Vec<Id>,
}

/// A point as somebody adds it.
#[derive(Debug, Clone)]
pub struct PointInput {
    /// The client's key.
    pub key: Id,
    /// The venue.
    pub venue: Id,
    /// Question or gap.
    pub kind: PointKind,
    /// The words.
    pub text: String,
    /// The entry that it comes from, of which nothing is kept but whom the words must not name.
    pub incident: Option<Id>,
}

/// What is written down after a meeting.
#[derive(Debug, Clone)]
pub struct FinishInput {
    /// The client's key.
    pub key: Id,
    /// The venue.
    pub venue: Id,
    /// The value that was talked about.
    pub value: Option<Id>,
    /// The recognitions that showed it.
    pub examples: Vec<Id>,
    /// The topics that were talked about.
    pub topics: Vec<Talked>,
    /// The points that were talked about.
    pub points: Vec<Talked>,
    /// What else is worth keeping.
    pub note: Option<String>,
}

fn point(row: meeting_points::Model) -> Result<Point, StoreError> {
    Ok(Point {
        kind: word(PointKind::parse, &row.kind)?,
        id: row.id,
        text: row.text,
        author: row.author_id,
        at: row.at,
        note: row.note,
        decides: row.decides_id,
    })
}

fn written(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
}

impl ViewerStore {
    /// The venues whose meetings the viewer has a part in, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn meeting_places(&self) -> Result<Vec<MeetingPlace>, StoreError> {
        let parts = open::parts(&self.db().read, self.viewer(), None).await?;
        Ok(parts.iter().map(|p| MeetingPlace { venue: p.venue(), holds: p.holds() }).collect())
    }

    /// The next meeting of a venue; none where the viewer has no part in it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn meeting(&self, venue: Id) -> Result<Option<Meeting>, StoreError> {
        let db = &self.db().read;
        let Some(at) = open::parts(db, self.viewer(), Some(venue)).await?.pop() else { return Ok(None) };
        let now = crate::now();
        let plan = open::ahead(db, &at).await?;
        let value = match plan.as_ref().and_then(|p| p.value_id) {
            Some(value) => Some(value),
            None => self.proposed_value(&at, now).await?,
        };
        let chosen = match &plan {
            Some(p) => open::examples(db, &[p.id]).await?.remove(&p.id).unwrap_or_default(),
            None => Vec::new(),
        };
        let examples = match value {
            Some(value) if chosen.is_empty() => self.proposed_examples(&at, value).await?,
            _ => chosen,
        };
        let previous_at = open::over(&at).limit(1).one(db).await?.and_then(|m| m.finished_at);
        let mut topics = self.topics(false).await?;
        topics.retain(|t| t.team.is_none_or(|team| at.teams().contains(&team)));
        topics.sort_by_key(|t| t.kind);
        let points = open::open_points(&at).limit(LISTED * 2).all(db).await?;
        let waiting = self.incidents(open::waiting(self.viewer(), now, &at), now).await?;
        Ok(Some(Meeting {
            venue,
            holds: at.holds(),
            prepared_by: plan.as_ref().map(|p| p.held_by),
            planned_on: plan.as_ref().and_then(|p| p.planned_on),
            value,
            examples,
            previous_at,
            topics,
            points: points.into_iter().map(point).collect::<Result<_, _>>()?,
            waiting,
        }))
    }

    /// The meetings of a venue that are over, newest first; none where the viewer has no part in them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn past_meetings(&self, venue: Id) -> Result<Vec<PastMeeting>, StoreError> {
        let db = &self.db().read;
        let Some(at) = open::parts(db, self.viewer(), Some(venue)).await?.pop() else {
            return Ok(Vec::new());
        };
        let rows = open::over(&at).limit(LISTED).all(db).await?;
        let ids: Vec<Id> = rows.iter().map(|m| m.id).collect();
        let mut examples = open::examples(db, &ids).await?;
        let mut topics: HashMap<Id, Vec<Talked>> = HashMap::new();
        for row in open::topics_of(&at, &ids).all(db).await? {
            let talked = Talked { id: row.topic_id, note: row.note, decides: row.decides_id };
            topics.entry(row.meeting_id).or_default().push(talked);
        }
        let mut points: HashMap<Id, Vec<Point>> = HashMap::new();
        for row in open::points_of(&at, &ids).all(db).await? {
            let Some(meeting) = row.meeting_id else { continue };
            points.entry(meeting).or_default().push(point(row)?);
        }
        Ok(rows
            .into_iter()
            .filter_map(|m| {
                Some(PastMeeting {
                    examples: examples.remove(&m.id).unwrap_or_default(),
                    topics: topics.remove(&m.id).unwrap_or_default(),
                    points: points.remove(&m.id).unwrap_or_default(),
                    id: m.id,
                    venue: m.venue_id,
                    held_by: m.held_by,
                    finished_at: m.finished_at?,
                    value: m.value_id,
                    note: m.note,
                })
            })
            .collect())
    }

    async fn proposed_value(&self, at: &Attends, now: Instant) -> Result<Option<Id>, StoreError> {
        let db = &self.db().read;
        let talked = open::values_talked(db, at).await?;
        let newest = open::values_recognised(db, self.viewer()).await?;
        let candidates: Vec<Candidate> = self
            .values(false)
            .await?
            .into_iter()
            .map(|v| Candidate {
                value: v.id,
                talked: talked.get(&v.id).copied(),
                newest: newest.get(&v.id).copied(),
            })
            .collect();
        Ok(rules_of::propose(&candidates, now))
    }

    async fn proposed_examples(&self, at: &Attends, value: Id) -> Result<Vec<Id>, StoreError> {
        let db = &self.db().read;
        let rows = open::newest_of_value(self.viewer(), value, LOOKED_AT).all(db).await?;
        let mut ids: Vec<Id> = rows.iter().map(|r| r.id).collect();
        let there: HashSet<Id> = open::of_people_there(db, at, &ids).await?.into_iter().collect();
        ids.sort_by_key(|id| !there.contains(id));
        ids.truncate(EXAMPLES);
        Ok(ids)
    }

    /// Prepares the next meeting of a venue; whoever holds it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, or the fields that need mending.
    pub async fn plan_meeting(&self, input: PlanInput) -> Result<Meeting, StoreError> {
        self.may_write()?;
        let now = crate::now();
        let tx = self.db().begin().await?;
        let at = self.holds_meeting(&tx, input.venue).await?;
        self.check_value(&tx, input.value, &input.examples).await?;
        let plan = match open::ahead(&tx, &at).await? {
            Some(plan) => {
                let id = plan.id;
                let mut row = plan.into_active_model();
                row.planned_on = Set(input.planned_on);
                row.value_id = Set(input.value);
                row.held_by = Set(self.viewer().id());
                row.update(&tx).await?;
                meeting_examples::Entity::delete_many()
                    .filter(meeting_examples::Column::MeetingId.eq(id))
                    .exec(&tx)
                    .await?;
                id
            }
            None => self.put_meeting(&tx, &at, (input.planned_on, input.value), now).await?,
        };
        put_examples(&tx, plan, &input.examples).await?;
        self.note_change(&tx, now, "meeting.plan", ("meeting", plan), "").await?;
        tx.commit().await?;
        self.meeting(input.venue).await?.ok_or(StoreError::NotFound)
    }

    /// Adds something to talk about; whoever is there.
    ///
    /// # Errors
    /// `NotFound`, or the field that needs mending: words that name whom an entry is about, or who logged it, too.
    pub async fn add_point(&self, input: PointInput) -> Result<Point, StoreError> {
        self.may_write()?;
        let me = self.viewer().id();
        let digest = hash(&[&format!("{input:?}")]);
        let key = ClientKey { person: me, key: input.key, operation: "addMeetingPoint", digest };
        let now = crate::now();
        let tx = self.db().begin().await?;
        let at = open::attends(&tx, self.viewer(), input.venue).await?;
        if let Some(made) = key.made(&tx).await? {
            tx.rollback().await?;
            return self.own_point(made).await;
        }
        text::required("text", &input.text, text::POINT)?;
        if let Some(incident) = input.incident {
            self.keep_out(&tx, incident, &input.text).await?;
        }
        let row = meeting_points::ActiveModel {
            id: Set(Id::new_v4()),
            venue_id: Set(at.venue()),
            meeting_id: Set(None),
            kind: Set(input.kind.as_str().into()),
            text: Set(input.text.trim().into()),
            author_id: Set(me),
            at: Set(now),
            note: Set(None),
            decides_id: Set(None),
        };
        let row = row.insert(&tx).await?;
        if !key.note(&tx, row.id, now).await? {
            tx.rollback().await?;
            let made = key.made(&self.db().read).await?.ok_or(StoreError::NotFound)?;
            return self.own_point(made).await;
        }
        self.note_change(&tx, now, "meeting.point", ("meeting", row.id), &row.text).await?;
        tx.commit().await?;
        point(row)
    }

    /// Takes a point back that was not talked about yet; whoever added it.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` once it was talked about.
    pub async fn take_back_point(&self, id: Id) -> Result<Point, StoreError> {
        self.may_write()?;
        let now = crate::now();
        let tx = self.db().begin().await?;
        let row = open::lock_own_point(&tx, self.viewer(), id).await?.ok_or(StoreError::NotFound)?;
        if row.meeting_id.is_some() {
            return Err(StoreError::Conflict("It was talked about already."));
        }
        meeting_points::Entity::delete_by_id(id).exec(&tx).await?;
        crate::audit::forget(&tx, &[id]).await?;
        crate::keys::forget_inputs(&tx, id).await?;
        self.note_change(&tx, now, "meeting.pointBack", ("meeting", id), "").await?;
        tx.commit().await?;
        point(row)
    }

    /// Writes down what a meeting talked about; whoever held it. What is marked as said is marked beside it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict` where somebody has just done it, or the fields that need mending.
    pub async fn finish_meeting(&self, input: FinishInput) -> Result<PastMeeting, StoreError> {
        self.may_write()?;
        let me = self.viewer().id();
        let digest = hash(&[&format!("{input:?}")]);
        let key = ClientKey { person: me, key: input.key, operation: "finishMeeting", digest };
        let now = crate::now();
        let tx = self.db().begin().await?;
        let at = self.holds_meeting(&tx, input.venue).await?;
        if let Some(made) = key.made(&tx).await? {
            tx.rollback().await?;
            return self.past_meeting(input.venue, made).await;
        }
        rules_of::check_finish(&input.topics, &input.points, input.note.as_deref())?;
        self.check_value(&tx, input.value, &input.examples).await?;
        let last = open::over(&at).limit(1).one(&tx).await?.and_then(|m| m.finished_at);
        if last.is_some_and(|last| now - last < chrono::TimeDelta::minutes(ONE_MEETING)) {
            return Err(StoreError::Conflict(
                "Somebody wrote down a meeting here in the last ten minutes: please look at it first.",
            ));
        }
        let plan = match open::ahead(&tx, &at).await? {
            Some(plan) => plan.id,
            None => self.put_meeting(&tx, &at, (None, None), now).await?,
        };
        let row = meetings::ActiveModel {
            id: sea_orm::Unchanged(plan),
            held_by: Set(me),
            value_id: Set(input.value),
            note: Set(written(input.note.as_deref())),
            finished_at: Set(Some(now)),
            ..Default::default()
        };
        row.update(&tx).await?;
        meeting_examples::Entity::delete_many()
            .filter(meeting_examples::Column::MeetingId.eq(plan))
            .exec(&tx)
            .await?;
        put_examples(&tx, plan, &input.examples).await?;
        self.put_topics(&tx, &at, plan, &input.topics, now).await?;
        self.close_points(&tx, &at, plan, &input.points).await?;
        if !key.note(&tx, plan, now).await? {
            tx.rollback().await?;
            let made = key.made(&self.db().read).await?.ok_or(StoreError::NotFound)?;
            return self.past_meeting(input.venue, made).await;
        }
        let content = input.note.as_deref().unwrap_or_default();
        self.note_change(&tx, now, "meeting.finish", ("meeting", plan), content).await?;
        tx.commit().await?;
        self.past_meeting(input.venue, plan).await
    }

    async fn put_topics<C: ConnectionTrait>(
        &self,
        db: &C,
        at: &Attends,
        meeting: Id,
        talked: &[Talked],
        now: Instant,
    ) -> Result<(), StoreError> {
        let ids: Vec<Id> = talked.iter().map(|t| t.id).collect();
        let known =
            access::topics::topics(self.viewer()).filter(topics::Column::Id.is_in(ids)).all(db).await?;
        for (n, t) in talked.iter().enumerate() {
            let of_here =
                known.iter().any(|k| k.id == t.id && k.team_id.is_none_or(|team| at.teams().contains(&team)));
            if !of_here {
                let message = "Please tick topics of this meeting: this one is none.";
                return Err(StoreError::field(&format!("topics.{n}.topicId"), message));
            }
            known_decider(db, &format!("topics.{n}.decidesId"), t.decides).await?;
            let row = meeting_topics::ActiveModel {
                meeting_id: Set(meeting),
                topic_id: Set(t.id),
                note: Set(written(t.note.as_deref())),
                decides_id: Set(t.decides),
            };
            row.insert(db).await?;
            self.put_talk(db, t.id, TalkedAt::TeamMeeting, at.teams(), now).await?;
        }
        Ok(())
    }

    /// Counts a talk about a topic.
    pub(crate) async fn put_talk<C: ConnectionTrait>(
        &self,
        db: &C,
        topic: Id,
        place: TalkedAt,
        teams: &[Id],
        now: Instant,
    ) -> Result<(), StoreError> {
        let team = if let [team] = teams { Some(*team) } else { None };
        let talk = topic_talks::ActiveModel {
            id: Set(Id::new_v4()),
            topic_id: Set(topic),
            place: Set(place.as_str().into()),
            team_id: Set(team),
            leader_id: Set(Some(self.viewer().id())),
            at: Set(now),
        };
        talk.insert(db).await?;
        Ok(())
    }

    async fn close_points<C: ConnectionTrait>(
        &self,
        db: &C,
        at: &Attends,
        meeting: Id,
        talked: &[Talked],
    ) -> Result<(), StoreError> {
        let waiting = open::open_points(at).all(db).await?;
        for (n, t) in talked.iter().enumerate() {
            let Some(row) = waiting.iter().find(|p| p.id == t.id) else {
                let message = "Please tick points of this meeting: this one is none, or was taken back.";
                return Err(StoreError::field(&format!("points.{n}.pointId"), message));
            };
            known_decider(db, &format!("points.{n}.decidesId"), t.decides).await?;
            let mut row = row.clone().into_active_model();
            row.meeting_id = Set(Some(meeting));
            row.note = Set(written(t.note.as_deref()));
            row.decides_id = Set(t.decides);
            row.update(db).await?;
        }
        Ok(())
    }

    async fn put_meeting<C: ConnectionTrait>(
        &self,
        db: &C,
        at: &Attends,
        (planned_on, value): (Option<NaiveDate>, Option<Id>),
        now: Instant,
    ) -> Result<Id, StoreError> {
        let id = Id::new_v4();
        let row = meetings::ActiveModel {
            id: Set(id),
            venue_id: Set(at.venue()),
            held_by: Set(self.viewer().id()),
            planned_on: Set(planned_on),
            value_id: Set(value),
            note: Set(None),
            created_at: Set(now),
            finished_at: Set(None),
        };
        row.insert(db).await?;
        Ok(id)
    }

    /// Asks for the right to hold the meetings of a venue, and locks them.
    async fn holds_meeting<C: ConnectionTrait>(&self, db: &C, venue: Id) -> Result<Attends, StoreError> {
        let at = open::attends(db, self.viewer(), venue).await?;
        if !at.holds() {
            return Err(StoreError::Forbidden("Meetings are prepared and finished by who leads here."));
        }
        open::lock(db, &at).await?;
        Ok(at)
    }

    async fn check_value<C: ConnectionTrait>(
        &self,
        db: &C,
        value: Option<Id>,
        examples: &[Id],
    ) -> Result<(), StoreError> {
        let Some(value) = value else {
            return match examples {
                [] => Ok(()),
                _ => Err(StoreError::field("valueId", "Please choose the value that the examples show.")),
            };
        };
        if rules::active_values(db, &[value]).await?.is_empty() {
            return Err(StoreError::field(
                "valueId",
                "Please choose a value in use: this one is unknown or retired.",
            ));
        }
        let mut distinct = examples.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        if examples.len() > EXAMPLES || distinct.len() != examples.len() {
            return Err(StoreError::field("exampleIds", "Please choose at most two examples."));
        }
        let found = self.recognitions_by_id(examples).await?;
        if found.len() != examples.len() || found.iter().any(|r| !r.values.contains(&value)) {
            let message = "Please choose recognitions of this value: one is of another, or was retracted.";
            return Err(StoreError::field("exampleIds", message));
        }
        Ok(())
    }

    /// Refuses words that name whom an entry is about or who logged it: the person stays out of it.
    async fn keep_out<C: ConnectionTrait>(
        &self,
        db: &C,
        incident: Id,
        words: &str,
    ) -> Result<(), StoreError> {
        let now = crate::now();
        let select = access::of_ids(access::incidents_to_decide(self.viewer(), now), &[incident]);
        let seen = access::see(db, self.viewer(), now, select).await?.pop().ok_or(StoreError::NotFound)?;
        let mut people = rules::subjects(db, incident).await?;
        people.push(seen.row().reporter_id);
        for person in rules::people(db, &people).await? {
            if text::mentions(words, &person.name) {
                let message = format!("Please take the name {} out: speak of what pulls apart.", person.name);
                return Err(StoreError::field("text", message));
            }
        }
        Ok(())
    }

    async fn own_point(&self, id: Id) -> Result<Point, StoreError> {
        let own = open::own_points(self.viewer()).filter(meeting_points::Column::Id.eq(id));
        point(own.one(&self.db().read).await?.ok_or(StoreError::NotFound)?)
    }

    async fn past_meeting(&self, venue: Id, id: Id) -> Result<PastMeeting, StoreError> {
        self.past_meetings(venue).await?.into_iter().find(|m| m.id == id).ok_or(StoreError::NotFound)
    }
}

async fn known_decider<C: ConnectionTrait>(
    db: &C,
    field: &str,
    person: Option<Id>,
) -> Result<(), StoreError> {
    let Some(person) = person else { return Ok(()) };
    if rules::active_people(db, &[person]).await?.is_empty() {
        return Err(StoreError::field(
            field,
            "Please choose somebody who is here: this person is unknown or has left.",
        ));
    }
    Ok(())
}

async fn put_examples<C: ConnectionTrait>(db: &C, meeting: Id, examples: &[Id]) -> Result<(), StoreError> {
    for (recognition, position) in examples.iter().zip(0..) {
        let row = meeting_examples::ActiveModel {
            meeting_id: Set(meeting),
            recognition_id: Set(*recognition),
            position: Set(position),
        };
        row.insert(db).await?;
    }
    Ok(())
}
