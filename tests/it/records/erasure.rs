//! Erasing a person over the API.

use serde_json::json;

use super::confirmed;
use crate::harness::{Group, Server, on_each_engine, unknown_id};

#[tokio::test]
async fn who_may_erase_whom() {
    on_each_engine(Group::Work, async |server: &Server| {
        let larch = server.person_id("larch").await;
        let input = |id: &str| json!({"personId": id, "reason": "They asked for it."});
        confirmed(server, "rowan").await.may_not("erasePerson", input(&larch)).await.is("FORBIDDEN");
        server.own_session("hazel").await.may_not("erasePerson", input(&larch)).await.is("CONFIRM_IDENTITY");
        let hazel = confirmed(server, "hazel").await;
        hazel.may_not("erasePerson", input(&larch)).await.is("CONFLICT");
        hazel.may_not("erasePerson", input(&unknown_id())).await.is("NOT_FOUND");
        hazel.may_not("erasePerson", input("nonsense")).await.is("NOT_FOUND");
        hazel.may_not("erasePerson", json!({"personId": larch, "reason": " "})).await.names("reason");
    })
    .await;
}
