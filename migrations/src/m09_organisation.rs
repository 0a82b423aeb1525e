//! Policy, the policy that an entry was logged under, and the steps that changes of people bring about.

crate::migration!(
    "
ALTER TABLE organisations ADD COLUMN subject_sees_after_hours INTEGER NOT NULL DEFAULT 48
    CHECK (subject_sees_after_hours > 0);
ALTER TABLE organisations ADD COLUMN hand_over_text TEXT;
ALTER TABLE organisations ADD COLUMN hand_over_link TEXT;

ALTER TABLE incidents ADD COLUMN subject_sees_after_hours INTEGER NOT NULL DEFAULT 48
    CHECK (subject_sees_after_hours > 0);
CREATE INDEX incidents_by_survivor ON incidents (merged_into);

CREATE TABLE incident_steps_new (
    id {id} PRIMARY KEY,
    incident_id {id} NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN
        ('PASSED', 'TAKEN_OVER', 'HANDED_OVER', 'DECIDER_LEFT', 'LINE_CHANGED', 'MERGED')),
    by_id {id} NOT NULL REFERENCES people (id),
    from_id {id} REFERENCES people (id),
    to_id {id} REFERENCES people (id),
    reason TEXT,
    at {time} NOT NULL,
    by_name BOOLEAN NOT NULL DEFAULT FALSE
);
INSERT INTO incident_steps_new (id, incident_id, kind, by_id, from_id, to_id, reason, at, by_name)
    SELECT id, incident_id, kind, by_id, from_id, to_id,
        CASE WHEN kind = 'HANDED_OVER' THEN NULL ELSE reason END, at, kind = 'PASSED'
    FROM incident_steps;
DROP TABLE incident_steps;
ALTER TABLE incident_steps_new RENAME TO incident_steps;
CREATE INDEX incident_steps_by_incident ON incident_steps (incident_id, at);
",
    // Words of a deleted recognition leave the index at once instead of staying in it behind a mark.
    sqlite: "INSERT INTO recognition_search (recognition_search, rank) VALUES ('secure-delete', 1);",
    postgres: ""
);
