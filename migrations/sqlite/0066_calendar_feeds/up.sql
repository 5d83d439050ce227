-- The secret address under which a calendar reads what somebody has to do.
CREATE TABLE calendar_feeds (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    busy_only INTEGER NOT NULL CHECK (busy_only IN (0, 1)),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    UNIQUE (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
