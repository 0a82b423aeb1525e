//! Sessions, personal access tokens, and the client keys that make retries safe.

crate::migration!(
    "
CREATE TABLE sessions (
    id {id} PRIMARY KEY,
    person_id {id} NOT NULL REFERENCES people (id),
    network TEXT NOT NULL,
    device TEXT NOT NULL,
    device_hash TEXT NOT NULL,
    started_at {time} NOT NULL,
    last_seen_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    ended_at {time}
);
CREATE INDEX sessions_by_person ON sessions (person_id, started_at);

CREATE TABLE api_tokens (
    id {id} PRIMARY KEY,
    person_id {id} NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    last_used_at {time},
    revoked_at {time}
);
CREATE INDEX api_tokens_by_person ON api_tokens (person_id, created_at);

CREATE TABLE idempotency_keys (
    person_id {id} NOT NULL REFERENCES people (id),
    client_key {id} NOT NULL,
    operation TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    object_id {id} NOT NULL,
    at {time} NOT NULL,
    PRIMARY KEY (person_id, client_key)
);
",
    sqlite: "",
    postgres: ""
);
