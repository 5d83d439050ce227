-- Work on many records at once; the ids that it works through, what it refused and what it exported lie in files.
CREATE TABLE bulk_operations (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    object TEXT NOT NULL,
    target TEXT NOT NULL,
    task TEXT NOT NULL,
    state TEXT NOT NULL,
    counts TEXT NOT NULL,
    undo_counts TEXT,
    error TEXT,
    job_id TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX bulk_operations_person ON bulk_operations (workspace_id, created_by, id);
