INSERT INTO search_fragments (search_fragments, rank) VALUES ('automerge', 4);

DROP INDEX contacts_lifecycle;
CREATE INDEX contacts_lifecycle ON contacts (workspace_id, lifecycle_stage, full_name_key, id) WHERE deleted_at IS NULL;

CREATE INDEX search_documents_title ON search_documents (workspace_id, title_key, object);

CREATE TABLE outbox_events_old (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
INSERT INTO outbox_events_old (workspace_id, id, at, kind, object, record_id, payload)
SELECT workspace_id, id, at, kind, object, record_id, payload FROM outbox_events;
DROP TABLE outbox_events;
ALTER TABLE outbox_events_old RENAME TO outbox_events;

CREATE TABLE timeline_events_old (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_object TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor_id TEXT,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
INSERT INTO timeline_events_old (workspace_id, id, subject_id, subject_object, kind, at, actor_id, object, record_id, data)
SELECT workspace_id, id, subject_id, subject_object, kind, at, actor_id, object, record_id, data FROM timeline_events;
DROP TABLE timeline_events;
ALTER TABLE timeline_events_old RENAME TO timeline_events;
CREATE INDEX timeline_events_subject ON timeline_events (workspace_id, subject_id, at, id);
CREATE INDEX timeline_events_record ON timeline_events (workspace_id, record_id);

CREATE TABLE audit_entries_old (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    actor_id TEXT,
    cause TEXT,
    changes TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
INSERT INTO audit_entries_old (workspace_id, id, at, action, object, record_id, actor_id, cause, changes)
SELECT workspace_id, id, at, action, object, record_id, actor_id, cause, changes FROM audit_entries;
DROP TABLE audit_entries;
ALTER TABLE audit_entries_old RENAME TO audit_entries;
CREATE INDEX audit_entries_record ON audit_entries (workspace_id, record_id, id);
