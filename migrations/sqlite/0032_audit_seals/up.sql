-- What the audit log was: each seal covers the entries after the last one's `last_id` up to its own, and everything before
-- by `chain`.
CREATE TABLE audit_seals (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    last_id TEXT NOT NULL,
    entries INTEGER NOT NULL,
    digest TEXT NOT NULL,
    chain TEXT NOT NULL,
    PRIMARY KEY (workspace_id, number)
) STRICT, WITHOUT ROWID;
