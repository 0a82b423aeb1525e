//! The organisation, its people with their reporting lines, and teams.

crate::migration!(
    "
CREATE TABLE organisations (
    id {id} PRIMARY KEY,
    only_one BOOLEAN NOT NULL DEFAULT TRUE UNIQUE CHECK (only_one),
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    hours_to_decide INTEGER NOT NULL CHECK (hours_to_decide > 0),
    silent_after_days INTEGER NOT NULL CHECK (silent_after_days > 0),
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    created_at {time} NOT NULL
);

CREATE TABLE teams (
    id {id} PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE people (
    id {id} PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT,
    email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
    role TEXT NOT NULL CHECK (role IN ('MEMBER', 'ADMIN')),
    team_id {id} REFERENCES teams (id),
    manager_id {id} REFERENCES people (id) CHECK (manager_id <> id),
    preference TEXT NOT NULL CHECK (preference IN ('PUBLIC', 'ASK_FIRST', 'ONE_TO_ONE')),
    password_hash TEXT,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    joined_at {time} NOT NULL
);
CREATE INDEX people_by_name ON people (name, id);
CREATE INDEX people_by_manager ON people (manager_id, name, id);
CREATE INDEX people_by_team ON people (team_id, name, id);

CREATE TABLE team_leads (
    team_id {id} PRIMARY KEY REFERENCES teams (id),
    person_id {id} NOT NULL REFERENCES people (id)
);
CREATE INDEX team_leads_by_person ON team_leads (person_id);

CREATE TABLE invites (
    token_hash TEXT PRIMARY KEY,
    person_id {id} NOT NULL REFERENCES people (id),
    expires_at {time} NOT NULL,
    used_at {time}
);
CREATE INDEX invites_by_person ON invites (person_id);

CREATE TABLE server_secrets (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL
);
",
    sqlite: "",
    postgres: ""
);
