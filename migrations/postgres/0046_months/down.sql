SELECT set_config('app.workspace', '*', true);

CREATE TABLE outbox_events_whole (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    payload text NOT NULL,
    seq bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    PRIMARY KEY (workspace_id, seq, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
INSERT INTO outbox_events_whole SELECT * FROM outbox_events;
DROP TABLE outbox_events;
ALTER TABLE outbox_events_whole RENAME TO outbox_events;
ALTER TABLE outbox_events RENAME CONSTRAINT outbox_events_whole_pkey TO outbox_events_pkey;
ALTER TABLE outbox_events RENAME CONSTRAINT outbox_events_whole_workspace_id_fkey TO outbox_events_workspace_id_fkey;
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_events FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON outbox_events USING (in_scope(workspace_id));

CREATE TABLE api_key_requests_whole (
    workspace_id text COLLATE "C" NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    method text COLLATE "C" NOT NULL,
    route text COLLATE "C" NOT NULL,
    status bigint NOT NULL,
    micros bigint NOT NULL,
    ip text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, key_id, id),
    FOREIGN KEY (workspace_id, key_id) REFERENCES api_keys (workspace_id, id) ON DELETE CASCADE
);
INSERT INTO api_key_requests_whole SELECT * FROM api_key_requests;
DROP TABLE api_key_requests;
ALTER TABLE api_key_requests_whole RENAME TO api_key_requests;
ALTER TABLE api_key_requests RENAME CONSTRAINT api_key_requests_whole_pkey TO api_key_requests_pkey;
ALTER TABLE api_key_requests RENAME CONSTRAINT api_key_requests_whole_workspace_id_key_id_fkey
    TO api_key_requests_workspace_id_key_id_fkey;
CREATE INDEX api_key_requests_age ON api_key_requests (at);
ALTER TABLE api_key_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON api_key_requests USING (in_scope(workspace_id));
