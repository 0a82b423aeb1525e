//! Topics: business context, strategy and goals, with their check-ins, and when they were talked about.

crate::migration!(
    "
CREATE TABLE topics (
    id {id} PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('BUSINESS_CONTEXT', 'STRATEGY', 'GOAL')),
    team_id {id} REFERENCES teams (id),
    text TEXT NOT NULL,
    unit TEXT,
    baseline DOUBLE PRECISION,
    target DOUBLE PRECISION,
    cycle_days INTEGER NOT NULL CHECK (cycle_days > 0),
    retired BOOLEAN NOT NULL,
    created_by {id} REFERENCES people (id),
    created_at {time} NOT NULL,
    CHECK ((kind = 'GOAL') = (unit IS NOT NULL AND baseline IS NOT NULL AND target IS NOT NULL))
);
CREATE INDEX topics_by_time ON topics (created_at, id);

CREATE TABLE topic_check_ins (
    id {id} PRIMARY KEY,
    topic_id {id} NOT NULL REFERENCES topics (id),
    value DOUBLE PRECISION NOT NULL,
    note TEXT,
    by_id {id} REFERENCES people (id),
    at {time} NOT NULL
);
CREATE INDEX topic_check_ins_by_topic ON topic_check_ins (topic_id, at, id);

CREATE TABLE topic_talks (
    id {id} PRIMARY KEY,
    topic_id {id} NOT NULL REFERENCES topics (id),
    place TEXT NOT NULL CHECK (place IN ('TEAM_MEETING', 'ONE_TO_ONE')),
    team_id {id} REFERENCES teams (id),
    leader_id {id} REFERENCES people (id),
    at {time} NOT NULL
);
CREATE INDEX topic_talks_by_topic ON topic_talks (topic_id, place, at);
CREATE INDEX topic_talks_by_leader ON topic_talks (leader_id, at);
",
    sqlite: "",
    postgres: ""
);
