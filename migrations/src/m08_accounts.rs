//! Step-up on the session, the second factor with its recovery codes, and an admin's one-time sign-in links.

crate::migration!(
    "
ALTER TABLE sessions ADD COLUMN confirmed_at {time};

CREATE TABLE second_factors (
    person_id {id} PRIMARY KEY REFERENCES people (id),
    secret TEXT NOT NULL,
    started_at {time} NOT NULL,
    since {time},
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    code_hash TEXT PRIMARY KEY,
    person_id {id} NOT NULL REFERENCES people (id),
    used_at {time}
);
CREATE INDEX recovery_codes_by_person ON recovery_codes (person_id);

CREATE TABLE sign_in_links (
    id {id} PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    person_id {id} NOT NULL REFERENCES people (id),
    made_by {id} NOT NULL REFERENCES people (id) CHECK (made_by <> person_id),
    made_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    used_at {time}
);
CREATE INDEX sign_in_links_by_person ON sign_in_links (person_id, made_at);
",
    sqlite: "",
    postgres: ""
);
