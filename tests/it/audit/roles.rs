//! On PostgreSQL the server can run as a role that has no right to change or remove what is in the trail.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{audit, confirmed};
use crate::harness::{Engine, Place, Server, violated};

/// A role of the whole database server, gone when dropped.
struct Role<'p>(String, &'p Place);

impl Drop for Role<'_> {
    fn drop(&mut self) {
        let owner = self.1.owner_url().expect("a place on PostgreSQL");
        let gone = format!("DROP OWNED BY {0}; DROP ROLE {0}", self.0);
        let _ = Command::new("psql").args([&owner, "-qc", &gone]).status();
    }
}

#[tokio::test]
async fn the_documented_role_adds_to_the_trail_and_changes_nothing_in_it() {
    if !Engine::all().contains(&Engine::Postgres) {
        return;
    }
    let place = Arc::new(Place::new(Engine::Postgres));
    let owner = Server::start(&place, &["--demo", "--demo-fresh"]);
    assert!(owner.terminate(Duration::from_secs(15)).is_some());
    let role = Role(format!("upheld_test_{}", uuid::Uuid::new_v4().simple()), &place);
    place.psql(&format!("CREATE ROLE {} LOGIN", role.0)).expect("a superuser makes roles");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/postgres-roles.sql");
    let granted = Command::new("psql")
        .args([
            &place.url().expect("PostgreSQL"),
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-v",
            &format!("server={}", role.0),
        ])
        .arg("-f")
        .arg(file)
        .output()
        .expect("psql");
    assert!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stderr));

    place.sign_in_as(&role.0);
    let server = Server::start(&place, &["--demo"]);
    let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
    let id = violated(&tansy).about("larch").send().await;
    let hazel = confirmed(&server, "hazel").await;
    hazel.does("openEntry", json!({"incidentId": id, "reason": "To see that it can."})).await;
    cedar.does("handOverIncident", json!({"incidentId": id, "reason": "For another place."})).await;
    let state = hazel.ok("{ auditState { guard } }", json!({})).await;
    assert_eq!(state["auditState"]["guard"], "RIGHTS");
    for statement in [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "DROP TABLE audit_events",
        "ALTER TABLE audit_events DISABLE TRIGGER ALL",
        "UPDATE seaql_migrations SET version = 'x'",
    ] {
        let refused = place.psql(statement).expect_err(statement);
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{statement}: {refused}"
        );
    }
    let (code, out, err) = audit(&place, &["verify"]);
    assert_eq!(code, Some(0), "{out}{err}");
    server.assert_well();
    assert!(server.terminate(Duration::from_secs(15)).is_some());
}
