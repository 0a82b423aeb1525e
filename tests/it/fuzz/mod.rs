//! Documents made from the published schema, by the thousand: whatever comes, the server answers in time and in words.
//!
//! `UPHELD_FUZZ_DOCUMENTS` and `UPHELD_FUZZ_SEED` make a longer run and repeat one; `cargo xtask fuzz` sets them.

mod documents;
pub(crate) mod random;
mod run;
mod sdl;
mod strings;
mod texts;
mod values;

use crate::harness::{Engine, Server};
use run::Run;

/// For both databases together.
const DOCUMENTS: usize = 5_000;

pub(crate) fn setting(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// Whether the long forms were asked for.
pub(crate) fn full() -> bool {
    std::env::var_os("UPHELD_TEST_FULL").is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_of_every_shape_are_answered() {
    let documents = setting("UPHELD_FUZZ_DOCUMENTS").map_or(DOCUMENTS, |n| usize::try_from(n).unwrap());
    let seed = setting("UPHELD_FUZZ_SEED").unwrap_or(20_261_125);
    let engines = Engine::all();
    for engine in &engines {
        println!("— on {engine:?}, seed {seed}");
        let server = Server::demo(*engine);
        let run = Run::over(&server, seed, documents / engines.len()).await;
        run.print();
        run.assert_passed(&server);
    }
}
