-- Addresses that are told of events. Each knows how far it has come; its secrets are encrypted.
CREATE TABLE webhook_endpoints (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    url text NOT NULL,
    description text NOT NULL,
    kinds text NOT NULL,
    state text COLLATE "C" NOT NULL,
    reason text COLLATE "C",
    secret text COLLATE "C" NOT NULL,
    former_secret text COLLATE "C",
    former_until bigint,
    failing_since bigint,
    place_seq bigint NOT NULL,
    place_id text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX webhook_endpoints_active ON webhook_endpoints (workspace_id, id) WHERE state = 'active';

-- One for each endpoint and event: the id is that of the event. Due while there is something to do; a lease is a due
-- time ahead with a token.
CREATE TABLE webhook_deliveries (
    workspace_id text COLLATE "C" NOT NULL,
    endpoint_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    payload text NOT NULL,
    state text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    due_at bigint,
    lease_token text COLLATE "C",
    attempted_at bigint,
    status bigint,
    error text COLLATE "C",
    response text,
    duration_ms bigint,
    PRIMARY KEY (workspace_id, endpoint_id, id),
    FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (workspace_id, endpoint_id, due_at) WHERE due_at IS NOT NULL;
-- What has not arrived, to be looked at.
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (workspace_id, endpoint_id, id) WHERE state <> 'delivered';
