//! Incidents, whom they are about, who may see them, and what was said about them before a decision.

crate::migration!(
    "
CREATE TABLE incidents (
    id {id} PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('UPHELD', 'VIOLATED')),
    state TEXT NOT NULL CHECK (state IN
        ('OPEN', 'WAITING', 'DECIDED', 'DELIVERED', 'CLOSED', 'HANDED_OVER', 'WITHDRAWN', 'MERGED')),
    reporter_id {id} NOT NULL REFERENCES people (id),
    subject_team_id {id} REFERENCES teams (id),
    decider_id {id} NOT NULL REFERENCES people (id),
    venue_id {id} REFERENCES venues (id),
    audience TEXT NOT NULL
        CHECK (audience IN ('ONE_TO_ONE', 'SMALL_GROUP', 'TEAM', 'CROSS_TEAM', 'ORGANISATION', 'EXTERNAL')),
    audience_size INTEGER CHECK (audience_size > 0),
    affected TEXT
        CHECK (affected IN ('ONE_TO_ONE', 'SMALL_GROUP', 'TEAM', 'CROSS_TEAM', 'ORGANISATION', 'EXTERNAL')),
    severity TEXT CHECK (severity IN ('MINOR', 'MODERATE', 'SERIOUS')),
    title TEXT,
    situation TEXT,
    behaviour TEXT,
    impact TEXT,
    evidence_url TEXT,
    occurred_on {day} NOT NULL,
    hide_reporter BOOLEAN NOT NULL DEFAULT FALSE,
    credit_reporter BOOLEAN NOT NULL DEFAULT FALSE,
    logged_at {time} NOT NULL,
    waiting_since {time},
    waited_seconds BIGINT NOT NULL DEFAULT 0 CHECK (waited_seconds >= 0),
    decided_at {time},
    delivered_at {time},
    merged_into {id} REFERENCES incidents (id),
    CHECK ((state = 'WAITING') = (waiting_since IS NOT NULL)),
    CHECK (state <> 'MERGED' OR merged_into IS NOT NULL),
    CHECK (state NOT IN ('HANDED_OVER', 'WITHDRAWN')
        OR (title IS NULL AND situation IS NULL AND behaviour IS NULL AND impact IS NULL AND evidence_url IS NULL)),
    CHECK (kind = 'UPHELD' OR subject_team_id IS NULL)
);
CREATE INDEX incidents_by_reporter ON incidents (reporter_id, logged_at, id);
CREATE INDEX incidents_by_decider ON incidents (decider_id, state, logged_at, id);

CREATE TABLE incident_subjects (
    incident_id {id} NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    person_id {id} NOT NULL REFERENCES people (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (incident_id, person_id)
);
CREATE INDEX incident_subjects_by_person ON incident_subjects (person_id, incident_id);

CREATE TABLE incident_values (
    incident_id {id} NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    value_id {id} NOT NULL REFERENCES company_values (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (incident_id, value_id)
);
CREATE INDEX incident_values_by_value ON incident_values (value_id, incident_id);

CREATE TABLE incident_access (
    incident_id {id} NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    person_id {id} NOT NULL REFERENCES people (id),
    why TEXT NOT NULL
        CHECK (why IN ('REPORTER', 'SUBJECT', 'DECIDER', 'LEADER_ABOVE', 'FORMER_DECIDER', 'ADMIN')),
    level TEXT NOT NULL CHECK (level IN ('STUB', 'OWN_TEXT', 'OWN_TEXT_PLACE', 'OWN_TEXT_REASON',
        'OWN_TEXT_DECISION', 'TEXT', 'TEXT_REASON', 'TEXT_DECISION', 'TEXT_RATIONALE', 'ALL')),
    since {time} NOT NULL,
    until {time},
    PRIMARY KEY (incident_id, person_id, why)
);
CREATE INDEX incident_access_by_person ON incident_access (person_id, incident_id);

CREATE TABLE incident_steps (
    id {id} PRIMARY KEY,
    incident_id {id} NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('PASSED', 'TAKEN_OVER', 'HANDED_OVER')),
    by_id {id} NOT NULL REFERENCES people (id),
    from_id {id} REFERENCES people (id),
    to_id {id} REFERENCES people (id),
    reason TEXT,
    at {time} NOT NULL
);
CREATE INDEX incident_steps_by_incident ON incident_steps (incident_id, at);

CREATE TABLE questions (
    id {id} PRIMARY KEY,
    incident_id {id} NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    asked_by {id} NOT NULL REFERENCES people (id),
    asked_of {id} NOT NULL REFERENCES people (id),
    text TEXT NOT NULL,
    at {time} NOT NULL,
    answered_at {time}
);
CREATE INDEX questions_by_incident ON questions (incident_id, at, id);

CREATE TABLE replies (
    id {id} PRIMARY KEY,
    incident_id {id} NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    author_id {id} NOT NULL REFERENCES people (id),
    question_id {id} REFERENCES questions (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    at {time} NOT NULL
);
CREATE INDEX replies_by_incident ON replies (incident_id, at, id);
",
    sqlite: "",
    postgres: ""
);
