-- Events are numbered in the order in which they are written, which is that of their commits: there is one writer. What
-- is there already comes first, by its ids.
CREATE TABLE outbox_events_new (
    workspace_id TEXT NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (workspace_id, seq, id)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_events_new (workspace_id, id, at, kind, object, record_id, payload)
SELECT workspace_id, id, at, kind, object, record_id, payload FROM outbox_events;
DROP TABLE outbox_events;
ALTER TABLE outbox_events_new RENAME TO outbox_events;
