//! Values with their versions, and the venues where things happen.

crate::migration!(
    "
CREATE TABLE company_values (
    id {id} PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    statement TEXT NOT NULL,
    upheld_examples TEXT NOT NULL,
    violated_examples TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    retired BOOLEAN NOT NULL DEFAULT FALSE,
    position INTEGER NOT NULL
);

CREATE TABLE value_versions (
    value_id {id} NOT NULL REFERENCES company_values (id),
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    statement TEXT NOT NULL,
    upheld_examples TEXT NOT NULL,
    violated_examples TEXT NOT NULL,
    retired BOOLEAN NOT NULL,
    changed_by {id} REFERENCES people (id),
    changed_at {time} NOT NULL,
    PRIMARY KEY (value_id, version)
);

CREATE TABLE venues (
    id {id} PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL
        CHECK (audience IN ('ONE_TO_ONE', 'SMALL_GROUP', 'TEAM', 'CROSS_TEAM', 'ORGANISATION', 'EXTERNAL')),
    audience_size INTEGER NOT NULL CHECK (audience_size > 0),
    everybody BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE venue_teams (
    venue_id {id} NOT NULL REFERENCES venues (id),
    team_id {id} NOT NULL REFERENCES teams (id),
    PRIMARY KEY (venue_id, team_id)
);
CREATE INDEX venue_teams_by_team ON venue_teams (team_id);
CREATE TABLE venue_people (
    venue_id {id} NOT NULL REFERENCES venues (id),
    person_id {id} NOT NULL REFERENCES people (id),
    PRIMARY KEY (venue_id, person_id)
);
CREATE INDEX venue_people_by_person ON venue_people (person_id);
",
    sqlite: "",
    postgres: ""
);
