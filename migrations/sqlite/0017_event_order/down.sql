CREATE TABLE outbox_events_old (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_events_old (workspace_id, id, at, kind, object, record_id, payload)
SELECT workspace_id, id, at, kind, object, record_id, payload FROM outbox_events;
DROP TABLE outbox_events;
ALTER TABLE outbox_events_old RENAME TO outbox_events;
