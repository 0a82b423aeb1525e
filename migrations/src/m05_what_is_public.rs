//! What others read: recognitions with reactions and comments, and the notices of venues with their own access rows.

crate::migration!(
    "
CREATE TABLE recognitions (
    id {id} PRIMARY KEY,
    decision_id {id} NOT NULL UNIQUE REFERENCES decisions (id) ON DELETE CASCADE,
    leader_id {id} NOT NULL REFERENCES people (id),
    subject_team_id {id} REFERENCES teams (id),
    spotted_by {id} REFERENCES people (id),
    venue_id {id} REFERENCES venues (id),
    wording TEXT NOT NULL,
    published_at {time} NOT NULL
);
CREATE INDEX recognitions_by_time ON recognitions (published_at, id);
CREATE INDEX recognitions_by_leader ON recognitions (leader_id, published_at, id);

CREATE TABLE recognition_subjects (
    recognition_id {id} NOT NULL REFERENCES recognitions (id) ON DELETE CASCADE,
    person_id {id} NOT NULL REFERENCES people (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (recognition_id, person_id)
);
CREATE INDEX recognition_subjects_by_person ON recognition_subjects (person_id, recognition_id);

CREATE TABLE recognition_values (
    recognition_id {id} NOT NULL REFERENCES recognitions (id) ON DELETE CASCADE,
    value_id {id} NOT NULL REFERENCES company_values (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (recognition_id, value_id)
);
CREATE INDEX recognition_values_by_value ON recognition_values (value_id, recognition_id);

CREATE TABLE reactions (
    recognition_id {id} NOT NULL REFERENCES recognitions (id) ON DELETE CASCADE,
    emoji TEXT NOT NULL,
    person_id {id} NOT NULL REFERENCES people (id),
    at {time} NOT NULL,
    PRIMARY KEY (recognition_id, emoji, person_id)
);

CREATE TABLE comments (
    id {id} PRIMARY KEY,
    recognition_id {id} NOT NULL REFERENCES recognitions (id) ON DELETE CASCADE,
    author_id {id} NOT NULL REFERENCES people (id),
    text TEXT NOT NULL,
    at {time} NOT NULL
);
CREATE INDEX comments_by_recognition ON comments (recognition_id, at, id);

CREATE TABLE notices (
    id {id} PRIMARY KEY,
    decision_id {id} NOT NULL REFERENCES decisions (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('CORRECTION', 'WITNESS_WORD', 'RETRACTION')),
    venue_id {id} NOT NULL REFERENCES venues (id),
    wording TEXT NOT NULL,
    about_id {id} REFERENCES people (id),
    at {time} NOT NULL
);
CREATE INDEX notices_by_decision ON notices (decision_id);
CREATE TABLE notice_values (
    notice_id {id} NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
    value_id {id} NOT NULL REFERENCES company_values (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (notice_id, value_id)
);
CREATE TABLE notice_access (
    notice_id {id} NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
    person_id {id} NOT NULL REFERENCES people (id),
    at {time} NOT NULL,
    PRIMARY KEY (notice_id, person_id)
);
CREATE INDEX notice_access_by_person ON notice_access (person_id, at, notice_id);
",
    sqlite: "
CREATE VIRTUAL TABLE recognition_search USING fts5(
    recognition_id UNINDEXED, words, tokenize = 'unicode61 remove_diacritics 0'
);
",
    postgres: "
CREATE TABLE recognition_search (
    recognition_id UUID PRIMARY KEY REFERENCES recognitions (id) ON DELETE CASCADE,
    words TSVECTOR NOT NULL
);
CREATE INDEX recognition_search_words ON recognition_search USING GIN (words);
"
);
