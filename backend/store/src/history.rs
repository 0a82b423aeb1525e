//! A leader's reinforcement history: sums for that leader and the current leaders above; the list under them follows
//! the access rows.

use std::collections::HashMap;

use chrono::{Months, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use upheld_domain::clock::{self, Times};
use upheld_domain::history::{self, Case, Decided, NOT_HEARD_FROM_DAYS, Sums};
use upheld_domain::words::{Handling, IncidentKind, IncidentState, Outcome, Reach};
use upheld_domain::{Id, Instant};

use crate::access::{self, rules};
use crate::entities::{decisions, incidents, people};
use crate::error::{StoreError, word, word_opt};
use crate::incident_view::Decision;
use crate::page::{Cursor, PageRequest, Slice};
use crate::people::limits;
use crate::viewer::ViewerStore;

/// The history of a period.
#[derive(Debug, Clone)]
pub struct History {
    /// Whose.
    pub leader: Id,
    /// The first day.
    pub since: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// The sums.
    pub sums: Sums,
    /// Per value, in the order of the values.
    pub by_value: Vec<HistoryRow>,
    /// Direct reports without a recognition from this leader in the last 30 days of the period.
    pub not_heard_from: Vec<Id>,
    /// The instants that the period covers, for the list of decisions.
    pub between: (Instant, Instant),
}

/// The counts of one value.
#[derive(Debug, Clone, Copy)]
pub struct HistoryRow {
    /// The value.
    pub value: Id,
    /// The counts.
    pub counts: history::Counts,
}

impl ViewerStore {
    /// The history of a leader; `None` unless the viewer is that leader or above that leader now.
    ///
    /// # Errors
    /// When the period is upside down or the database does not answer.
    pub async fn history(
        &self,
        leader: Id,
        since: Option<NaiveDate>,
        until: Option<NaiveDate>,
    ) -> Result<Option<History>, StoreError> {
        let db = &self.db().read;
        let me = self.viewer().id();
        if me != leader
            && !leak!(HistoryToEverybody)
            && !rules::reporting_lines(db).await?.above(leader).contains(&me)
        {
            return Ok(None);
        }
        if !rules::is_leader(db, leader).await? && !self.has_decided(leader).await? {
            return Ok(None);
        }
        let organisation = rules::organisation(db).await?.ok_or(StoreError::Unavailable)?;
        let zone: Tz = organisation.time_zone.parse().unwrap_or(Tz::UTC);
        let now = crate::now();
        let day = |at: Instant| day_in(zone, at);
        let until = until.unwrap_or_else(|| day(now));
        let since = since.unwrap_or_else(|| {
            until.checked_sub_months(Months::new(11)).map_or(until, history::first_of_month)
        });
        let years = |d: NaiveDate| (1970..=9000).contains(&chrono::Datelike::year(&d));
        if !years(since) || !years(until) {
            return Err(StoreError::field("since", "Please give a period within the years 1970 to 9000."));
        }
        if since > until {
            return Err(StoreError::field("since", "Please let the period begin before it ends."));
        }
        if until - since > TimeDelta::days(3_700) {
            return Err(StoreError::field("since", "Please choose a period of at most ten years."));
        }
        let limits = limits(&organisation);
        let (rows, made, mut values) = rules::came_to(db, leader).await?;
        let made: HashMap<Id, decisions::Model> = made.into_iter().map(|d| (d.incident_id, d)).collect();
        let subject_of_own: Vec<Id> = access::own_lapses(db, leader).await?;
        let mut cases = Vec::with_capacity(rows.len());
        for row in rows {
            let decision = made.get(&row.id);
            let own_lapse = subject_of_own.contains(&row.id);
            if decision.is_some_and(|d| own_lapse && d.confirmed_by.is_none()) {
                // It waits with the leader who is to confirm it and does not count here before that.
                continue;
            }
            let kind = word(IncidentKind::parse, &row.kind)?;
            let state = word(IncidentState::parse, &row.state)?;
            // An entry about somebody who was erased can no longer be decided: it stays as old as it was then.
            let now = row.erased_at.map_or(now, |erased| erased.min(now));
            // An own lapse of somebody below that waits for this leader's word is undecided here.
            let waits = decision.is_none();
            let state = if waits && !state.undecided() { IncidentState::Open } else { state };
            let times = Times {
                logged_at: row.logged_at,
                waiting_since: row.waiting_since,
                waited_seconds: row.waited_seconds,
                decided_at: decision.map(|d| d.decided_at),
            };
            let took = clock::time_to_decide(&times, now);
            cases.push(Case {
                kind,
                values: values.remove(&row.id).unwrap_or_default(),
                logged_on: day(row.logged_at),
                age: clock::age(kind, clock::state_at(state, row.waiting_since, now), &times, limits, now),
                late_past_silence: kind == IncidentKind::Violated && clock::past_silent_limit(took, limits),
                decision: decision
                    .filter(|d| d.retracted_at.is_none())
                    .map(|d| decided(d, took, &day))
                    .transpose()?,
                waits,
            });
        }
        let sums = history::sums(&cases, since, until);
        let mut by_value: Vec<HistoryRow> = Vec::new();
        for value in self.values(true).await? {
            if let Some(counts) = sums.by_value.get(&value.id) {
                by_value.push(HistoryRow { value: value.id, counts: *counts });
            }
        }
        let start = |d: NaiveDate| {
            // A day that begins in a gap of the clock begins at the gap's end, an hour later at most.
            let midnight = d.and_time(chrono::NaiveTime::MIN);
            midnight.and_local_timezone(zone).earliest().map_or_else(|| midnight.and_utc(), |t| t.to_utc())
        };
        let between = (start(since), start(until.succ_opt().unwrap_or(until)));
        let window_end = between.1.min(now);
        let heard = rules::recognised_since(
            db,
            leader,
            window_end - TimeDelta::days(NOT_HEARD_FROM_DAYS),
            window_end,
        )
        .await?;
        let reports = access::people(self.viewer())
            .filter(people::Column::ManagerId.eq(leader))
            .filter(people::Column::Active.eq(true))
            .order_by_asc(people::Column::Name)
            .all(db)
            .await?;
        let not_heard_from = reports.into_iter().map(|p| p.id).filter(|p| !heard.contains(p)).collect();
        Ok(Some(History { leader, since, until, sums, by_value, not_heard_from, between }))
    }

    async fn has_decided(&self, leader: Id) -> Result<bool, StoreError> {
        rules::has_decided(&self.db().read, leader).await
    }

    /// The decisions of a history's period that the viewer may see, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn history_decisions(
        &self,
        history: &History,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<Decision, Cursor>, StoreError> {
        use incidents::Column as I;
        let now = crate::now();
        let line = self.fold_line(now).await?;
        let select = access::incidents_decided_by(self.viewer(), now, history.leader, line)
            .filter(I::DecidedAt.gte(history.between.0))
            .filter(I::DecidedAt.lt(history.between.1))
            .distinct();
        let select = crate::page::by_time(select, I::DecidedAt, I::Id, true, page);
        let rows = self.incidents(select, now).await?;
        let rows = rows
            .into_iter()
            .filter_map(|i| i.decision.map(|d| (Cursor { at: d.decided_at, id: d.incident }, d)));
        Ok(Slice::cut(rows.collect(), page))
    }
}

fn decided(
    d: &decisions::Model,
    took: TimeDelta,
    day: &impl Fn(Instant) -> NaiveDate,
) -> Result<Decided, StoreError> {
    #[expect(clippy::cast_precision_loss, reason = "minutes of a few years are far below 2^52")]
    let hours = |t: TimeDelta| t.num_seconds() as f64 / 3600.0;
    Ok(Decided {
        outcome: word(Outcome::parse, &d.outcome)?,
        handling: word_opt(Handling::parse, d.handling.as_deref())?,
        reach: word_opt(Reach::parse, d.reach.as_deref())?,
        considered: d.considered,
        decided_on: day(d.decided_at),
        hours_to_decide: hours(took),
        hours_to_deliver: d.delivered_at.map(|at| hours((at - d.decided_at).max(TimeDelta::zero()))),
    })
}

/// The day that it is in a zone.
fn day_in(zone: Tz, at: Instant) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
