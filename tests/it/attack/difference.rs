//! C10: whether times tell what answers do not.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{row, server};
use crate::fuzz::random::Random;
use crate::harness::{Client, unknown_id, violated};

/// The share of the median by which two samples differ, and the chance that they are of one kind (Mann–Whitney).
fn compare(mut a: Vec<Duration>, mut b: Vec<Duration>) -> (f64, f64, f64) {
    let mut all: Vec<(Duration, bool)> =
        a.iter().map(|t| (*t, true)).chain(b.iter().map(|t| (*t, false))).collect();
    all.sort();
    let ranks: f64 =
        all.iter().zip(1_u32..).filter(|((_, of_a), _)| *of_a).map(|(_, rank)| f64::from(rank)).sum();
    let number = |n: usize| f64::from(u32::try_from(n).unwrap());
    let (n, m) = (number(a.len()), number(b.len()));
    let u = ranks - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    a.sort();
    b.sort();
    let (x, y) = (a[a.len() / 2].as_secs_f64(), b[b.len() / 2].as_secs_f64());
    ((x - y).abs() / y, two_sided(z), y * 1_000.0)
}

/// The chance of being further from the middle than `z` (Abramowitz and Stegun 7.1.26).
fn two_sided(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let poly = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    poly.iter().fold(0.0, |sum, factor| (sum + factor) * t) * (-x * x).exp()
}

#[test]
fn the_chance_is_computed_rightly() {
    assert!((two_sided(0.0) - 1.0).abs() < 1e-6 && (two_sided(1.96) - 0.05).abs() < 1e-3);
    let times = |from: u64| (from..from + 400).map(Duration::from_micros).collect::<Vec<_>>();
    assert!(compare(times(1_000), times(1_000)).1 > 0.9);
    assert!(compare(times(1_000), times(1_200)).1 < 0.001);
}

async fn timed(by: &Client<'_>, document: &str, id: &str) -> Duration {
    let request = by.request("POST", "/graphql").json(&json!({"query": document, "variables": {"id": id}}));
    let began = Instant::now();
    let text = request.send().await.expect("an answer").text().await.expect("a body");
    let took = began.elapsed();
    assert!(text.contains("null"), "{text}");
    took
}

#[tokio::test]
#[ignore = "timed: cargo xtask attack"]
async fn hidden_and_absent_take_as_long() {
    let server = server();
    let (heath, moss) = (server.person("heath").await, server.person("moss").await);
    let mut hidden = Vec::new();
    for _ in 0..20 {
        hidden.push(violated(&heath).about("larch").send().await);
    }
    let document = "query($id: ID!) { incident(id: $id) { id title state } }";
    let (mut of_hidden, mut of_absent, mut random) = (Vec::new(), Vec::new(), Random::new(1));
    for n in 0..5_200 {
        let (there, nowhere) = (random.one(&hidden).clone(), unknown_id());
        // Which comes first changes, so that neither profits from the other.
        let (a, b) = if random.percent(50) {
            let a = timed(&moss, document, &there).await;
            (a, timed(&moss, document, &nowhere).await)
        } else {
            let b = timed(&moss, document, &nowhere).await;
            (timed(&moss, document, &there).await, b)
        };
        if n >= 200 {
            of_hidden.push(a);
            of_absent.push(b);
        }
    }
    let (difference, chance, median) = compare(of_hidden, of_absent);
    let measured = format!("5000 pairs, median {median:.3} ms, Δ {:.2} %, p {chance:.3}", difference * 100.0);
    row(
        "C10 an entry by id, hidden and absent",
        measured,
        "Δ < 3 %, p > 0.01",
        difference < 0.03 && chance > 0.01,
    );
}

#[tokio::test]
#[ignore = "timed: cargo xtask attack"]
async fn known_and_unknown_addresses_take_as_long() {
    let server = server();
    let names = [
        "hazel", "cedar", "rowan", "tansy", "larch", "moss", "heath", "basil", "sage", "reed", "yarrow",
        "thistle", "aspen", "briar", "fern", "clover", "linden", "juniper",
    ];
    let (mut known, mut unknown, mut refused) = (Vec::new(), Vec::new(), 0);
    for n in 0..300_usize {
        let (high, low) = (u8::try_from(n / 200 + 1).unwrap(), u8::try_from(n % 200 + 1).unwrap());
        for is_known in [n % 2 == 0, n % 2 == 1] {
            // Each pair from a network of its own, as a patient attacker would.
            let by = Client::from_address(&server, [127, if is_known { 7 } else { 8 }, high, low]);
            by.request("GET", "/healthz").send().await.expect("an answer");
            let email = if is_known { names[n % names.len()].to_owned() } else { format!("nobody{n}") };
            let began = Instant::now();
            let input = json!({"email": format!("{email}@upheld.example"), "password": "not the right one"});
            let answer = by.act("signIn", input).await;
            let took = began.elapsed();
            match answer.map_err(|refusal| refusal.code) {
                Err(code) if code == "UNAUTHENTICATED" => {
                    if is_known { &mut known } else { &mut unknown }.push(took)
                }
                _ => refused += 1,
            }
        }
    }
    let (pairs, passes) = (known.len().min(unknown.len()), "Δ < 3 %, p > 0.01");
    let (difference, chance, median) = compare(known, unknown);
    let measured = format!(
        "{pairs} pairs ({refused} throttled), median {median:.1} ms, Δ {:.2} %, p {chance:.3}",
        difference * 100.0
    );
    row("C10 sign-in, known and unknown address", measured, passes, difference < 0.03 && chance > 0.01);
}
