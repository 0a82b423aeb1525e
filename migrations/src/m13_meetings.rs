//! Team meetings: what is prepared for a venue, what was talked about there, and the points that its people add.

crate::migration!(
    "
CREATE TABLE meetings (
    id {id} PRIMARY KEY,
    venue_id {id} NOT NULL REFERENCES venues (id),
    held_by {id} NOT NULL REFERENCES people (id),
    planned_on {day},
    value_id {id} REFERENCES company_values (id),
    note TEXT,
    created_at {time} NOT NULL,
    finished_at {time}
);
CREATE UNIQUE INDEX meetings_one_ahead ON meetings (venue_id) WHERE finished_at IS NULL;
CREATE INDEX meetings_by_venue ON meetings (venue_id, finished_at, id);

CREATE TABLE meeting_examples (
    meeting_id {id} NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    recognition_id {id} NOT NULL REFERENCES recognitions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (meeting_id, recognition_id)
);
CREATE INDEX meeting_examples_by_recognition ON meeting_examples (recognition_id);

CREATE TABLE meeting_points (
    id {id} PRIMARY KEY,
    venue_id {id} NOT NULL REFERENCES venues (id),
    meeting_id {id} REFERENCES meetings (id),
    kind TEXT NOT NULL CHECK (kind IN ('QUESTION', 'GAP')),
    text TEXT NOT NULL,
    author_id {id} NOT NULL REFERENCES people (id),
    at {time} NOT NULL,
    note TEXT,
    decides_id {id} REFERENCES people (id)
);
CREATE INDEX meeting_points_by_venue ON meeting_points (venue_id, meeting_id, at);
CREATE INDEX meeting_points_by_author ON meeting_points (author_id, at);

CREATE TABLE meeting_topics (
    meeting_id {id} NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    topic_id {id} NOT NULL REFERENCES topics (id),
    note TEXT,
    decides_id {id} REFERENCES people (id),
    PRIMARY KEY (meeting_id, topic_id)
);
",
    sqlite: "",
    postgres: ""
);
