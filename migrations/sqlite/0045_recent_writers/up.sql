-- Who wrote when: for a few seconds they read from the primary, so that a replica never shows them less than they did.
CREATE TABLE recent_writers (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    wrote_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
