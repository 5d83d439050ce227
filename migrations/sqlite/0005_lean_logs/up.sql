-- Every write adds to these tables. Each keeps its rows in the order in which they are read, in one tree instead of
-- three or four.
CREATE TABLE audit_entries_new (
    workspace_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    actor_id TEXT,
    cause TEXT,
    changes TEXT NOT NULL,
    PRIMARY KEY (workspace_id, record_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_entries_new (workspace_id, record_id, id, at, action, object, actor_id, cause, changes)
SELECT workspace_id, record_id, id, at, action, object, actor_id, cause, changes FROM audit_entries;
DROP TABLE audit_entries;
ALTER TABLE audit_entries_new RENAME TO audit_entries;

CREATE TABLE timeline_events_new (
    workspace_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    subject_object TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor_id TEXT,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (workspace_id, subject_id, at, id)
) STRICT, WITHOUT ROWID;
INSERT INTO timeline_events_new (workspace_id, subject_id, at, id, subject_object, kind, actor_id, object, record_id, data)
SELECT workspace_id, subject_id, at, id, subject_object, kind, actor_id, object, record_id, data FROM timeline_events;
DROP TABLE timeline_events;
ALTER TABLE timeline_events_new RENAME TO timeline_events;
-- Most events are about their own subject and found by it.
CREATE INDEX timeline_events_record ON timeline_events (workspace_id, record_id) WHERE record_id <> subject_id;

CREATE TABLE outbox_events_new (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_events_new (workspace_id, id, at, kind, object, record_id, payload)
SELECT workspace_id, id, at, kind, object, record_id, payload FROM outbox_events;
DROP TABLE outbox_events;
ALTER TABLE outbox_events_new RENAME TO outbox_events;

-- Names that begin with a text are found by the objects' own indexes.
DROP INDEX search_documents_title;

DROP INDEX contacts_lifecycle;
CREATE INDEX contacts_lifecycle ON contacts (workspace_id, lifecycle_stage, full_name_key, id) WHERE lifecycle_stage IS NOT NULL AND deleted_at IS NULL;

-- Fewer, larger merges of the full-text index.
INSERT INTO search_fragments (search_fragments, rank) VALUES ('automerge', 8);
