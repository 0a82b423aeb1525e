//! Honest people reading the feed while something else goes on.

use std::time::{Duration, Instant};

use crate::harness::Client;

const DOCUMENT: &str =
    "{ recognitions(first: 20) { nodes { id wording publishedAt subjects { name } values { name }
    leader { name } reactions { emoji count } comments(first: 3) { nodes { text author { name } } } } } }";

/// What reading the feed ten times a second came to.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) requests: usize,
    pub(super) errors: usize,
    pub(super) median: Duration,
    pub(super) p99: Duration,
}

/// Reads until the work is done, and for so long at least.
pub(super) async fn read_during<T>(
    by: &Client<'_>,
    at_least: Duration,
    work: impl Future<Output = T>,
) -> (Feed, T) {
    let done = std::cell::Cell::new(false);
    let reading = async {
        let (mut times, mut errors, began) = (Vec::new(), 0, Instant::now());
        while !done.get() || began.elapsed() < at_least {
            let asked = Instant::now();
            let request = by.request("POST", "/graphql").json(&serde_json::json!({"query": DOCUMENT}));
            let text = match request.timeout(Duration::from_secs(10)).send().await {
                Ok(answer) => answer.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            errors += usize::from(!text.starts_with("{\"data\":{\"recognitions\""));
            times.push(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(100).saturating_sub(asked.elapsed())).await;
        }
        times.sort();
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        Feed { requests: times.len(), errors, median: at(50), p99: at(99) }
    };
    let work = async {
        let result = work.await;
        done.set(true);
        result
    };
    tokio::join!(reading, work)
}

pub(super) async fn idle(by: &Client<'_>) -> Feed {
    read_during(by, Duration::from_secs(8), async {}).await.0
}
