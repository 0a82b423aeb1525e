//! The topics of an import file, with what happened to them.

use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use upheld_domain::topics::{self as rules, CYCLE_DAYS, Measure, TopicForm};
use upheld_domain::words::{TalkedAt, TopicKind};
use upheld_domain::{Id, Instant};

use super::ImportError;
use super::file::AlignmentRow;
use crate::entities::{topic_check_ins, topic_talks, topics};

/// Days that a topic of the file is older than the first thing that happened to it.
const WRITTEN_BEFORE: i64 = 60;

struct Row<'a> {
    at: String,
    kind: TopicKind,
    text: &'a str,
    measure: Option<Measure>,
    check_ins: Vec<(i64, f64)>,
    discussed: Vec<i64>,
    mentioned: u32,
}

fn rows(file: &AlignmentRow) -> Vec<Row<'_>> {
    let plain = |list: &'static str, kind, topics: &'_ [super::file::TopicRow]| {
        topics
            .iter()
            .enumerate()
            .map(|(n, t)| {
                (format!("alignment.{list}[{n}] ({})", t.id), kind, t.last_discussed_in_team_meeting_days_ago)
            })
            .collect::<Vec<_>>()
    };
    let mut all = Vec::new();
    for (topics, named) in [
        (
            &file.business_context,
            plain("businessContext", TopicKind::BusinessContext, &file.business_context),
        ),
        (&file.strategy, plain("strategy", TopicKind::Strategy, &file.strategy)),
    ] {
        for (topic, (at, kind, discussed)) in topics.iter().zip(named) {
            let discussed = discussed.into_iter().collect();
            let row = Row {
                at,
                kind,
                text: &topic.text,
                measure: None,
                check_ins: Vec::new(),
                discussed,
                mentioned: 0,
            };
            all.push(row);
        }
    }
    for (n, goal) in file.goals.iter().enumerate() {
        let mut days = goal.check_ins_days_ago.clone();
        days.sort_unstable_by(|a, b| b.cmp(a));
        // The file tells the last number alone: those before lie on the way to it.
        let last = goal.current.unwrap_or(goal.baseline);
        let steps = days.len();
        let check_ins = days
            .into_iter()
            .enumerate()
            .map(|(n, day)| {
                #[expect(clippy::cast_precision_loss, reason = "a handful of check-ins")]
                let share = (n + 1) as f64 / steps as f64;
                (day, goal.baseline + (last - goal.baseline) * share)
            })
            .collect();
        all.push(Row {
            at: format!("alignment.goals[{n}] ({})", goal.id),
            kind: TopicKind::Goal,
            text: &goal.title,
            measure: Some(Measure { unit: goal.unit.clone(), baseline: goal.baseline, target: goal.target }),
            check_ins,
            discussed: goal.discussed_in_team_meetings_days_ago.clone(),
            mentioned: goal.mentioned_in_one_to_ones,
        });
    }
    all
}

/// Writes the topics with their check-ins and talks.
pub(super) async fn put<C: ConnectionTrait>(
    db: &C,
    file: &AlignmentRow,
    now: Instant,
) -> Result<(), ImportError> {
    for (n, row) in rows(file).into_iter().enumerate() {
        let fault = |e: sea_orm::DbErr| ImportError::of(&row.at, e.into());
        let form = TopicForm {
            kind: row.kind,
            text: row.text.to_owned(),
            measure: row.measure.clone(),
            cycle_days: CYCLE_DAYS,
        };
        rules::check(&form).map_err(|e| ImportError::of(&row.at, e.into()))?;
        let days = row.check_ins.iter().map(|(day, _)| *day).chain(row.discussed.iter().copied());
        let oldest = days.max().unwrap_or_default() + WRITTEN_BEFORE;
        // Some minutes apart, so that the order of the file stays.
        let minutes = TimeDelta::minutes(i64::try_from(n).unwrap_or_default());
        let ago = |days: i64| now - TimeDelta::days(days) - TimeDelta::hours(3) + minutes;
        let id = Id::new_v4();
        let (unit, baseline, target) = match row.measure.clone() {
            Some(m) => (Some(m.unit), Some(m.baseline), Some(m.target)),
            None => (None, None, None),
        };
        let topic = topics::ActiveModel {
            id: Set(id),
            kind: Set(row.kind.as_str().into()),
            team_id: Set(None),
            text: Set(row.text.trim().into()),
            unit: Set(unit),
            baseline: Set(baseline),
            target: Set(target),
            cycle_days: Set(CYCLE_DAYS),
            retired: Set(false),
            created_by: Set(None),
            created_at: Set(ago(oldest)),
        };
        topic.insert(db).await.map_err(fault)?;
        for (day, value) in &row.check_ins {
            let check_in = topic_check_ins::ActiveModel {
                id: Set(Id::new_v4()),
                topic_id: Set(id),
                value: Set(*value),
                note: Set(None),
                by_id: Set(None),
                at: Set(ago(*day)),
            };
            check_in.insert(db).await.map_err(fault)?;
        }
        let talks = row
            .discussed
            .iter()
            .map(|day| (TalkedAt::TeamMeeting, *day))
            .chain((0..row.mentioned).map(|n| (TalkedAt::OneToOne, i64::from(n) * 7 + 3)));
        for (place, day) in talks {
            let talk = topic_talks::ActiveModel {
                id: Set(Id::new_v4()),
                topic_id: Set(id),
                place: Set(place.as_str().into()),
                team_id: Set(None),
                leader_id: Set(None),
                at: Set(ago(day)),
            };
            talk.insert(db).await.map_err(fault)?;
        }
    }
    Ok(())
}
