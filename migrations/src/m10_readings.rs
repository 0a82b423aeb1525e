//! Who opened and read what is confidential, and an audit trail whose salts can be erased with the text they belong to.
//!
//! Rows from now on have an id of their own, which the hash covers, and no salt: `audit_salts` holds it until the text
//! goes. Rows from before keep their salt (no release wrote any) and get the beginning of their hash for an id.

crate::migration!(
    "
CREATE TABLE readings (
    id {id} PRIMARY KEY,
    incident_id {id} NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    person_id {id} NOT NULL REFERENCES people (id),
    why TEXT NOT NULL CHECK (why IN ('LEADER_ABOVE', 'FORMER_DECIDER', 'ADMIN')),
    on_day {day} NOT NULL,
    reason TEXT,
    at {time} NOT NULL,
    until {time},
    CHECK (reason IS NULL OR until IS NOT NULL)
);
CREATE UNIQUE INDEX readings_once_a_day ON readings (incident_id, person_id, on_day) WHERE until IS NULL;
CREATE INDEX readings_by_incident ON readings (incident_id, at, id);

CREATE TABLE audit_salts (
    event_id {id} PRIMARY KEY,
    object_id {id} NOT NULL,
    salt TEXT NOT NULL
);
CREATE INDEX audit_salts_by_object ON audit_salts (object_id);
",
    sqlite: "
DROP TRIGGER audit_events_keep;
ALTER TABLE audit_events ADD COLUMN id BLOB;
UPDATE audit_events SET id = CAST(substr(hash, 1, 16) AS BLOB);
CREATE UNIQUE INDEX audit_events_by_id ON audit_events (id);
CREATE INDEX audit_events_by_time ON audit_events (at, id);
CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
-- INSERT OR REPLACE deletes without asking the trigger of deletes.
CREATE TRIGGER audit_events_grow BEFORE INSERT ON audit_events
WHEN NEW.seq IS NULL OR NEW.id IS NULL OR NEW.seq > (SELECT seq FROM audit_head)
    OR EXISTS (SELECT 1 FROM audit_events WHERE seq = NEW.seq)
    OR EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head WHEN NEW.seq < OLD.seq
BEGIN SELECT RAISE(ABORT, 'audit_head only grows'); END;
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'audit_head only grows'); END;
CREATE TRIGGER audit_head_is_one BEFORE INSERT ON audit_head
BEGIN SELECT RAISE(ABORT, 'audit_head only grows'); END;
",
    postgres: "
DROP TRIGGER audit_events_keep ON audit_events;
ALTER TABLE audit_events ADD COLUMN id UUID;
UPDATE audit_events SET id = encode(convert_to(substr(hash, 1, 16), 'UTF8'), 'hex')::uuid;
ALTER TABLE audit_events ALTER COLUMN id SET NOT NULL;
CREATE UNIQUE INDEX audit_events_by_id ON audit_events (id);
CREATE INDEX audit_events_by_time ON audit_events (at, id);
CREATE TRIGGER audit_events_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only();
CREATE FUNCTION audit_head_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit_head only grows'; END $$;
CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head
FOR EACH ROW WHEN (NEW.seq < OLD.seq) EXECUTE FUNCTION audit_head_only_grows();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION audit_head_only_grows();
"
);
