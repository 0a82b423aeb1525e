//! How long texts are kept, what is held for a court, and what was erased.

crate::migration!(
    "
CREATE TABLE retention_policy (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    recognition_months INTEGER CHECK (recognition_months > 0),
    correction_months INTEGER CHECK (correction_months > 0),
    no_action_months INTEGER CHECK (no_action_months > 0),
    stub_months INTEGER CHECK (stub_months > 0),
    fold_after_months INTEGER NOT NULL CHECK (fold_after_months > 0)
);
INSERT INTO retention_policy VALUES (1, NULL, 24, 12, 12, 6);

ALTER TABLE incidents ADD COLUMN erased_at {time};
CREATE INDEX incidents_by_state ON incidents (state, delivered_at, id);
CREATE INDEX IF NOT EXISTS incidents_by_survivor ON incidents (merged_into);

CREATE TABLE legal_holds (
    incident_id {id} PRIMARY KEY REFERENCES incidents (id),
    set_by {id} NOT NULL REFERENCES people (id),
    reason TEXT NOT NULL,
    at {time} NOT NULL
);
CREATE INDEX legal_holds_by_time ON legal_holds (at, incident_id);

CREATE TABLE person_erasures (
    person_id {id} PRIMARY KEY REFERENCES people (id),
    asked_by {id} NOT NULL REFERENCES people (id),
    asked_at {time} NOT NULL,
    done_at {time}
);
CREATE INDEX replies_by_author ON replies (author_id, at, id);
CREATE INDEX questions_by_author ON questions (asked_by, at, id);
CREATE INDEX comments_by_author ON comments (author_id, at, id);
CREATE INDEX reactions_by_person ON reactions (person_id, at);
CREATE INDEX notices_by_person ON notices (about_id, at, id);
",
    sqlite: "
INSERT INTO recognition_search (recognition_search, rank) VALUES ('secure-delete', 1);
",
    postgres: ""
);
