//! A leader's reinforcement history.

use async_graphql::connection::Connection;
use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::NaiveDate;
use upheld_domain::history::Counts;
use upheld_store as store;

use super::dates::Date;
use super::error::fail;
use super::incident::Decision;
use super::loaders::{ValueKey, load, viewer};
use super::page::{PageArgs, connection, rows};
use super::person::{Person, people, person};
use super::value::Value;

/// The history of a period.
pub(crate) struct ReinforcementHistory(pub store::History);

/// One leader's decisions of a period, both kinds, both handlings, and the silences. Counts, never a score; no target.
#[Object]
impl ReinforcementHistory {
    async fn leader(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.leader).await
    }
    async fn since(&self) -> Date {
        Date(self.0.since)
    }
    async fn until(&self) -> Date {
        Date(self.0.until)
    }
    async fn recognitions(&self) -> u32 {
        self.0.sums.total.recognitions
    }
    async fn corrections(&self) -> u32 {
        self.0.sums.total.corrections
    }
    async fn no_actions(&self) -> u32 {
        self.0.sums.total.no_actions
    }
    /// What came to the leader in the period and is not decided.
    async fn undecided(&self) -> u32 {
        self.0.sums.undecided
    }
    /// Undecided violations past the organisation's silent limit.
    async fn silent(&self) -> u32 {
        self.0.sums.total.silent
    }
    async fn public(&self) -> u32 {
        self.0.sums.total.public
    }
    async fn one_to_one(&self) -> u32 {
        self.0.sums.total.one_to_one
    }
    /// Considered decisions / (decided + overdue or silent). Null when fewer than 5 came to the leader.
    async fn considered_rate(&self) -> Option<f64> {
        self.0.sums.considered_rate
    }
    /// Violations that went past the silent limit / violations that came. Null when fewer than 5 came to the leader.
    async fn silence_rate(&self) -> Option<f64> {
        self.0.sums.silence_rate
    }
    async fn narrower(&self) -> u32 {
        self.0.sums.narrower
    }
    async fn matched(&self) -> u32 {
        self.0.sums.matched
    }
    async fn wider(&self) -> u32 {
        self.0.sums.wider
    }
    /// Without the time that was spent waiting for an answer. Null for fewer than 5.
    async fn hours_to_decide(&self) -> Option<Spread> {
        self.0.sums.hours_to_decide.map(|s| Spread { median: s.median, p90: s.p90 })
    }
    /// From the decision. Null for fewer than 5.
    async fn hours_to_deliver(&self) -> Option<Spread> {
        self.0.sums.hours_to_deliver.map(|s| Spread { median: s.median, p90: s.p90 })
    }
    #[graphql(complexity = "12 * child_complexity + 1")]
    async fn by_value(&self) -> Vec<HistoryByValue> {
        self.0.by_value.iter().copied().map(HistoryByValue).collect()
    }
    #[graphql(complexity = "12 * child_complexity + 1")]
    async fn by_month(&self) -> Vec<HistoryByMonth> {
        self.0.sums.by_month.iter().map(|(month, counts)| HistoryByMonth(*month, *counts)).collect()
    }
    /// Direct reports without a recognition from this leader in the last 30 days of the period.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn not_heard_from(&self, ctx: &Context<'_>) -> Result<Vec<Person>> {
        people(ctx, &self.0.not_heard_from).await
    }
    /// The decisions that the viewer may see, newest first; the sums also count the others.
    #[graphql(complexity = "rows(first, last) * child_complexity + 20")]
    async fn decisions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, Decision>> {
        let page = PageArgs { first, after, last, before }.request()?;
        let slice = viewer(ctx)?.history_decisions(&self.0, &page).await.map_err(|e| fail(ctx, e))?;
        Ok(connection(slice, Decision))
    }
}

/// Hours.
#[derive(SimpleObject)]
pub(crate) struct Spread {
    /// The middle.
    median: f64,
    /// Nine of ten were at most this.
    p90: f64,
}

/// The counts of a value.
pub(crate) struct HistoryByValue(store::HistoryRow);

/// The counts of a value; an incident of two values counts for both.
#[Object]
impl HistoryByValue {
    async fn value(&self, ctx: &Context<'_>) -> Result<Value> {
        let found = load(ctx, ValueKey(self.0.value)).await?;
        found.map(Value).ok_or_else(|| fail(ctx, store::StoreError::Internal("a value is missing".into())))
    }
    async fn recognitions(&self) -> u32 {
        self.0.counts.recognitions
    }
    async fn corrections(&self) -> u32 {
        self.0.counts.corrections
    }
    async fn silent(&self) -> u32 {
        self.0.counts.silent
    }
    async fn public(&self) -> u32 {
        self.0.counts.public
    }
    async fn one_to_one(&self) -> u32 {
        self.0.counts.one_to_one
    }
}

/// The counts of a month.
pub(crate) struct HistoryByMonth(NaiveDate, Counts);

/// The counts of a month.
#[Object]
impl HistoryByMonth {
    /// The first day, in the organisation's time zone; every month of the period is listed, empty ones too.
    async fn month(&self) -> Date {
        Date(self.0)
    }
    async fn recognitions(&self) -> u32 {
        self.1.recognitions
    }
    async fn corrections(&self) -> u32 {
        self.1.corrections
    }
    async fn no_actions(&self) -> u32 {
        self.1.no_actions
    }
    async fn silent(&self) -> u32 {
        self.1.silent
    }
    async fn public(&self) -> u32 {
        self.1.public
    }
    async fn one_to_one(&self) -> u32 {
        self.1.one_to_one
    }
}
