//! Topics: what a team must be aligned on beside values, how goals stand, and how often they are talked about.

use std::collections::HashMap;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Set,
};
use upheld_domain::text;
use upheld_domain::topics::{self as rules_of, Course, Measure, TopicForm};
use upheld_domain::words::{Attention, TalkedAt, TopicKind};
use upheld_domain::{Id, Instant};

use crate::access::{self, rules};
use crate::audit::hash;
use crate::entities::{topic_check_ins, topics};
use crate::error::{StoreError, word};
use crate::keys::ClientKey;
use crate::viewer::ViewerStore;

/// The most topics that are listed.
const LISTED: u64 = 200;
/// The check-ins that a chart shows: half a year of weeks.
const CHECK_INS: u64 = 26;

/// Something that a team must be aligned on.
#[derive(Debug, Clone)]
pub struct Topic {
    /// The id.
    pub id: Id,
    /// What kind.
    pub kind: TopicKind,
    /// The team that it is for; everybody's where there is none.
    pub team: Option<Id>,
    /// What it says.
    pub text: String,
    /// How it is measured: goals alone.
    pub measure: Option<Measure>,
    /// The days of a cycle.
    pub cycle_days: i32,
    /// Whether it is no longer followed.
    pub retired: bool,
    /// When it was written.
    pub created_at: Instant,
    /// The last check-ins, oldest first.
    pub check_ins: Vec<CheckIn>,
    /// How many team meetings talked about it.
    pub discussed: i64,
    /// The last of them.
    pub last_discussed: Option<Instant>,
    /// In how many 1:1s it was mentioned.
    pub mentioned: i64,
    /// Whether it is alive.
    pub attention: Attention,
}

/// Where a goal stood.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// The id.
    pub id: Id,
    /// The number, in the goal's unit.
    pub value: f64,
    /// What stands beside it.
    pub note: Option<String>,
    /// Who wrote it; nobody for an imported one.
    pub by: Option<Id>,
    /// When.
    pub at: Instant,
}

/// A topic as a leader or an admin writes it.
#[derive(Debug, Clone)]
pub struct TopicInput {
    /// The topic to change; none for a new one.
    pub id: Option<Id>,
    /// The team that it is for; everybody where there is none. It stays what it was on a change.
    pub team: Option<Id>,
    /// What it says, and how it is measured.
    pub form: TopicForm,
    /// Whether it is no longer followed.
    pub retired: bool,
}

impl ViewerStore {
    /// The topics of everybody and of all teams, oldest first; retired ones only when asked for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn topics(&self, retired_too: bool) -> Result<Vec<Topic>, StoreError> {
        let mut select = access::topics::topics(self.viewer())
            .order_by_asc(topics::Column::CreatedAt)
            .order_by_asc(topics::Column::Id)
            .limit(LISTED);
        if !retired_too {
            select = select.filter(topics::Column::Retired.eq(false));
        }
        self.with_courses(select.all(&self.db().read).await?).await
    }

    /// The topics of these ids, in no order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn topics_by_id(&self, ids: &[Id]) -> Result<Vec<Topic>, StoreError> {
        let select =
            access::topics::topics(self.viewer()).filter(topics::Column::Id.is_in(ids.iter().copied()));
        self.with_courses(select.all(&self.db().read).await?).await
    }

    async fn with_courses(&self, rows: Vec<topics::Model>) -> Result<Vec<Topic>, StoreError> {
        let (db, now) = (&self.db().read, crate::now());
        let ids: Vec<Id> = rows.iter().map(|r| r.id).collect();
        let mut check_ins: HashMap<Id, Vec<CheckIn>> = HashMap::new();
        for row in access::topics::check_ins(self.viewer(), &ids, CHECK_INS).all(db).await? {
            let check_in =
                CheckIn { id: row.id, value: row.value, note: row.note, by: row.by_id, at: row.at };
            check_ins.entry(row.topic_id).or_default().push(check_in);
        }
        let mut talks: HashMap<(Id, TalkedAt), (i64, Instant)> = HashMap::new();
        for t in access::topics::talks(db, self.viewer(), &ids).await? {
            talks.insert((t.topic, word(TalkedAt::parse, &t.place)?), (t.times, t.last));
        }
        rows.into_iter()
            .map(|row| {
                let kind = word(TopicKind::parse, &row.kind)?;
                let check_ins = check_ins.remove(&row.id).unwrap_or_default();
                let talked = |at| talks.get(&(row.id, at)).copied();
                let discussed = talked(TalkedAt::TeamMeeting);
                let course = Course {
                    kind,
                    since: row.created_at,
                    checked_in: check_ins.last().map(|c| c.at),
                    discussed: discussed.map(|(_, last)| last),
                    cycle_days: row.cycle_days,
                };
                let measure = match (row.unit, row.baseline, row.target) {
                    (Some(unit), Some(baseline), Some(target)) => Some(Measure { unit, baseline, target }),
                    _ => None,
                };
                Ok(Topic {
                    id: row.id,
                    kind,
                    team: row.team_id,
                    text: row.text,
                    measure,
                    cycle_days: row.cycle_days,
                    retired: row.retired,
                    created_at: row.created_at,
                    discussed: discussed.map_or(0, |(times, _)| times),
                    last_discussed: course.discussed,
                    mentioned: talked(TalkedAt::OneToOne).map_or(0, |(times, _)| times),
                    attention: rules_of::attention(course, now),
                    check_ins,
                })
            })
            .collect()
    }

    /// Writes a topic: of a team its lead and that lead's manager, of everybody the leader at the top; and admins.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, or the fields that need mending.
    pub async fn save_topic(&self, input: TopicInput) -> Result<Topic, StoreError> {
        self.may_write()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        let current = match input.id {
            Some(id) => Some(access::topics::lock_topic(&tx, id).await?.ok_or(StoreError::NotFound)?),
            None => None,
        };
        let team = current.as_ref().map_or(input.team, |row| row.team_id);
        self.require_topics_of(&tx, team).await?;
        if let Some(current) = &current
            && current.kind != input.form.kind.as_str()
        {
            return Err(StoreError::field(
                "kind",
                "Please write a new topic: the kind of one stays what it is.",
            ));
        }
        rules_of::check(&input.form)?;
        let (unit, baseline, target) = match input.form.measure {
            Some(m) => (Some(m.unit.trim().to_owned()), Some(m.baseline), Some(m.target)),
            None => (None, None, None),
        };
        let text = input.form.text.trim().to_owned();
        let saved = if let Some(row) = current {
            let mut row = row.into_active_model();
            row.text = Set(text);
            row.unit = Set(unit);
            row.baseline = Set(baseline);
            row.target = Set(target);
            row.cycle_days = Set(input.form.cycle_days);
            row.retired = Set(input.retired);
            row.update(&tx).await?
        } else {
            let row = topics::ActiveModel {
                id: Set(Id::new_v4()),
                kind: Set(input.form.kind.as_str().into()),
                team_id: Set(team),
                text: Set(text),
                unit: Set(unit),
                baseline: Set(baseline),
                target: Set(target),
                cycle_days: Set(input.form.cycle_days),
                retired: Set(input.retired),
                created_by: Set(Some(self.viewer().id())),
                created_at: Set(at),
            };
            row.insert(&tx).await?
        };
        self.note_change(&tx, at, "topic.save", ("topic", saved.id), &saved.text).await?;
        tx.commit().await?;
        self.topic(saved.id).await
    }

    /// Says where a goal stands: whoever may write it, and every leader.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Conflict` for what is no goal, or the fields that need mending.
    pub async fn check_in(&self, topic: Id, value: f64, note: Option<&str>) -> Result<Topic, StoreError> {
        self.may_write()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        let row = access::topics::lock_topic(&tx, topic).await?.ok_or(StoreError::NotFound)?;
        if !rules::is_leader(&tx, self.viewer().id()).await? {
            self.require_topics_of(&tx, row.team_id).await?;
        }
        if row.kind != TopicKind::Goal.as_str() {
            return Err(StoreError::Conflict("Only a goal has check-ins."));
        }
        rules_of::number("value", value)?;
        let note = note.map(str::trim).filter(|n| !n.is_empty());
        if let Some(note) = note {
            text::bounded("note", note, text::CHECK_IN)?;
        }
        let id = Id::new_v4();
        topic_check_ins::ActiveModel {
            id: Set(id),
            topic_id: Set(topic),
            value: Set(value),
            note: Set(note.map(str::to_owned)),
            by_id: Set(Some(self.viewer().id())),
            at: Set(at),
        }
        .insert(&tx)
        .await?;
        self.note_change(&tx, at, "topic.checkIn", ("topic", topic), &value.to_string()).await?;
        tx.commit().await?;
        self.topic(topic).await
    }

    /// Notes that a topic was mentioned in a 1:1; leaders. With whom is not kept.
    ///
    /// # Errors
    /// `Forbidden`, or `NotFound`.
    pub async fn mention_topic(&self, key: Id, topic: Id) -> Result<Topic, StoreError> {
        self.may_write()?;
        let me = self.viewer().id();
        let digest = hash(&[&topic.to_string()]);
        let key = ClientKey { person: me, key, operation: "mentionTopic", digest };
        let now = crate::now();
        let tx = self.db().begin().await?;
        if !rules::is_leader(&tx, me).await? {
            return Err(StoreError::Forbidden("Leaders note what they mention in a 1:1."));
        }
        access::topics::lock_topic(&tx, topic).await?.ok_or(StoreError::NotFound)?;
        if key.made(&tx).await?.is_some() || !key.note(&tx, topic, now).await? {
            tx.rollback().await?;
            return self.topic(topic).await;
        }
        self.put_talk(&tx, topic, TalkedAt::OneToOne, &[], now).await?;
        self.note_change(&tx, now, "topic.mention", ("meeting", topic), "").await?;
        tx.commit().await?;
        self.topic(topic).await
    }

    async fn topic(&self, id: Id) -> Result<Topic, StoreError> {
        self.topics_by_id(&[id]).await?.pop().ok_or(StoreError::NotFound)
    }

    /// Whether the viewer may write the topics of a team, or of everybody.
    async fn require_topics_of<C: ConnectionTrait>(
        &self,
        db: &C,
        team: Option<Id>,
    ) -> Result<(), StoreError> {
        let me = self.viewer().id();
        if self.viewer().is_admin() {
            return match team {
                Some(team) if rules::team(db, team).await?.is_none() => {
                    Err(StoreError::field("teamId", "Please choose a team that exists: this one is unknown."))
                }
                _ => Ok(()),
            };
        }
        let Some(team) = team else {
            let top = rules::is_leader(db, me).await? && rules::manager_of(db, me).await?.is_none();
            let who = "The topics of everybody are written by the leader at the top and by admins.";
            return if top { Ok(()) } else { Err(StoreError::Forbidden(who)) };
        };
        let lead = rules::team(db, team).await?.and_then(|(_, lead)| lead);
        let above = match lead {
            Some(lead) => rules::manager_of(db, lead).await?,
            None => None,
        };
        if lead == Some(me) || above == Some(me) {
            return Ok(());
        }
        Err(StoreError::Forbidden(
            "The topics of a team are written by its lead, that lead's manager, and admins.",
        ))
    }
}
