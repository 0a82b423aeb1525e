//! Eight leaders' devices decide the same entry at once: one decision, and seven are told so.

use futures_util::future::join_all;

use super::figure;
use crate::harness::{Server, close, correct_alone, on_each_fresh_engine, violated};

const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_deciders_at_once_make_one_decision() {
    on_each_fresh_engine(async |server: &Server| {
        let incidents = figure(200, 1_000);
        let heath = server.person("heath").await;
        let mut cedars = Vec::new();
        for _ in 0..AT_ONCE {
            cedars.push(server.own_session("cedar").await);
        }
        let (mut won, mut conflicts) = (0, 0);
        for _ in 0..incidents {
            let incident = violated(&heath).about("larch").send().await;
            let inputs = join_all(cedars.iter().enumerate().map(|(n, cedar)| {
                let incident = &incident;
                async move {
                    match n % 2 {
                        0 => correct_alone(cedar, incident).input().await,
                        _ => close(cedar, incident).considered([true; 3]).input().await,
                    }
                }
            }))
            .await;
            let sent = cedars.iter().zip(inputs).map(|(cedar, input)| cedar.act("recordDecision", input));
            let mut made = None;
            for answer in join_all(sent).await {
                match answer {
                    Ok(payload) => {
                        won += 1;
                        assert!(made.replace(payload["decision"]["id"].clone()).is_none(), "two decisions");
                    }
                    Err(refusal) => {
                        refusal.is("CONFLICT");
                        conflicts += 1;
                    }
                }
            }
            let seen = cedars[0].incident(&incident, "decision { id version }").await;
            assert_eq!(Some(&seen["decision"]["id"]), made.as_ref());
            assert_eq!(seen["decision"]["version"], 1);
        }
        println!("{incidents} entries, {AT_ONCE} deciders each: {won} decisions, {conflicts} conflicts");
        assert_eq!((won, conflicts), (incidents, incidents * (AT_ONCE - 1)));
    })
    .await;
}
