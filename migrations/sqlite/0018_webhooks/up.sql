-- Addresses that are told of events. Each knows how far it has come; its secrets are encrypted.
CREATE TABLE webhook_endpoints (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    kinds TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    secret TEXT NOT NULL,
    former_secret TEXT,
    former_until INTEGER,
    failing_since INTEGER,
    place_seq INTEGER NOT NULL,
    place_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX webhook_endpoints_active ON webhook_endpoints (workspace_id, id) WHERE state = 'active';

-- One for each endpoint and event: the id is that of the event. Due while there is something to do; a lease is a due
-- time ahead with a token.
CREATE TABLE webhook_deliveries (
    workspace_id TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER,
    lease_token TEXT,
    attempted_at INTEGER,
    status INTEGER,
    error TEXT,
    response TEXT,
    duration_ms INTEGER,
    PRIMARY KEY (workspace_id, endpoint_id, id),
    FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (workspace_id, endpoint_id, due_at) WHERE due_at IS NOT NULL;
-- What has not arrived, to be looked at.
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (workspace_id, endpoint_id, id) WHERE state <> 'delivered';
