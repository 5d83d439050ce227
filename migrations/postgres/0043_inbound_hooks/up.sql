-- Addresses that others send to; what comes becomes records by a mapping. The token in the address is
-- found by its hash, and encrypted.
CREATE TABLE inbound_hooks (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    object text COLLATE "C" NOT NULL,
    mapping text NOT NULL,
    options text NOT NULL,
    state text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    token text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, token_hash),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- What came, and what became of it. A sender that names its message sends it once.
CREATE TABLE inbound_requests (
    workspace_id text COLLATE "C" NOT NULL,
    hook_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    received_at bigint NOT NULL,
    sender_key text COLLATE "C",
    body text NOT NULL,
    state text COLLATE "C" NOT NULL,
    record_id text COLLATE "C",
    faults text,
    error text COLLATE "C",
    attempted_at bigint,
    PRIMARY KEY (workspace_id, hook_id, id),
    FOREIGN KEY (workspace_id, hook_id) REFERENCES inbound_hooks (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX inbound_requests_sender_key ON inbound_requests (workspace_id, hook_id, sender_key) WHERE sender_key IS NOT NULL;
-- What did not become a record, to be looked at.
CREATE INDEX inbound_requests_open ON inbound_requests (workspace_id, hook_id, id) WHERE state IN ('waiting', 'failed');
-- What is known of one record.
CREATE INDEX inbound_requests_record ON inbound_requests (workspace_id, record_id) WHERE record_id IS NOT NULL;
