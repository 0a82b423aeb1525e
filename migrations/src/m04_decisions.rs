//! Decisions, one current one for an incident, and their versions.

crate::migration!(
    "
CREATE TABLE decisions (
    id {id} PRIMARY KEY,
    incident_id {id} NOT NULL UNIQUE REFERENCES incidents (id) ON DELETE CASCADE,
    leader_id {id} NOT NULL REFERENCES people (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('RECOGNITION', 'CORRECTION', 'NO_ACTION')),
    handling TEXT CHECK (handling IN ('PUBLIC', 'ONE_TO_ONE')),
    venue_id {id} REFERENCES venues (id),
    reach TEXT CHECK (reach IN ('NARROWER', 'MATCHED', 'WIDER')),
    only_one_who_knows BOOLEAN,
    nobody_else_affected BOOLEAN,
    known_at_first_hand BOOLEAN,
    heard TEXT CHECK (heard IN ('REPLY_ATTACHED', 'ASKED', 'IN_THE_MOMENT')),
    heard_reason TEXT,
    rationale TEXT,
    wording TEXT,
    names_subject BOOLEAN NOT NULL,
    also_one_to_one BOOLEAN NOT NULL,
    witness_word TEXT NOT NULL CHECK (witness_word IN ('NOTHING', 'ADDRESSED', 'PRINCIPLE')),
    principle TEXT,
    repair TEXT,
    considered BOOLEAN NOT NULL,
    decided_at {time} NOT NULL,
    confirmed_by {id} REFERENCES people (id) CHECK (confirmed_by <> leader_id),
    delivered_at {time},
    delivered_in {id} REFERENCES venues (id),
    retracted_at {time},
    retraction_reason TEXT,
    version INTEGER NOT NULL CHECK (version > 0),
    CHECK ((handling IS NULL) = (outcome = 'NO_ACTION')),
    CHECK (handling <> 'PUBLIC' OR venue_id IS NOT NULL),
    CHECK ((only_one_who_knows IS NULL) = (nobody_else_affected IS NULL)
        AND (only_one_who_knows IS NULL) = (known_at_first_hand IS NULL)),
    CHECK (retracted_at IS NULL OR delivered_at IS NOT NULL)
);
CREATE INDEX decisions_by_leader ON decisions (leader_id, decided_at, id);

CREATE TABLE decision_versions (
    decision_id {id} NOT NULL REFERENCES decisions (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    recorded_by {id} NOT NULL REFERENCES people (id),
    recorded_at {time} NOT NULL,
    body TEXT,
    PRIMARY KEY (decision_id, version)
);
",
    sqlite: "",
    postgres: ""
);
