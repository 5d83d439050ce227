-- How often something may happen, whichever process does it: free_at is when the next permit is to be had.
CREATE TABLE rate_buckets (
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    free_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, name),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
