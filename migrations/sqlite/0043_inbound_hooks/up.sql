-- Addresses that others send to; what comes becomes records by a mapping. The token in the address is
-- found by its hash, and encrypted.
CREATE TABLE inbound_hooks (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    object TEXT NOT NULL,
    mapping TEXT NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, token_hash),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- What came, and what became of it. A sender that names its message sends it once.
CREATE TABLE inbound_requests (
    workspace_id TEXT NOT NULL,
    hook_id TEXT NOT NULL,
    id TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    sender_key TEXT,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    record_id TEXT,
    faults TEXT,
    error TEXT,
    attempted_at INTEGER,
    PRIMARY KEY (workspace_id, hook_id, id),
    FOREIGN KEY (workspace_id, hook_id) REFERENCES inbound_hooks (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX inbound_requests_sender_key ON inbound_requests (workspace_id, hook_id, sender_key) WHERE sender_key IS NOT NULL;
-- What did not become a record, to be looked at.
CREATE INDEX inbound_requests_open ON inbound_requests (workspace_id, hook_id, id) WHERE state IN ('waiting', 'failed');
-- What is known of one record.
CREATE INDEX inbound_requests_record ON inbound_requests (workspace_id, record_id) WHERE record_id IS NOT NULL;
