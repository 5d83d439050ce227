-- What is written once, in the order of time, and kept for some weeks is kept by month: a month that is over goes as a
-- whole (decision 10). Rows that are there stay where they are, in the part for what belongs to no month; the program makes
-- the months and moves the rows of the present one into it.
SELECT set_config('app.workspace', '*', true);

-- Without a reference, as on SQLite: dropping a month would have to lock the workspaces.
ALTER TABLE outbox_events DROP CONSTRAINT outbox_events_pkey, DROP CONSTRAINT outbox_events_workspace_id_fkey;
ALTER TABLE outbox_events RENAME TO outbox_events_default;
CREATE TABLE outbox_events (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    payload text NOT NULL,
    seq bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    PRIMARY KEY (workspace_id, seq, id, at)
) PARTITION BY RANGE (at);
ALTER TABLE outbox_events ATTACH PARTITION outbox_events_default DEFAULT;
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_events FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON outbox_events USING (in_scope(workspace_id));
-- Finds the rows of one month, and costs next to nothing.
CREATE INDEX outbox_events_default_age ON outbox_events_default USING brin (at);

ALTER TABLE api_key_requests DROP CONSTRAINT api_key_requests_pkey;
ALTER TABLE api_key_requests RENAME TO api_key_requests_default;
ALTER INDEX api_key_requests_age RENAME TO api_key_requests_default_age;
CREATE TABLE api_key_requests (
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
    PRIMARY KEY (workspace_id, key_id, id, at),
    CONSTRAINT api_key_requests_key FOREIGN KEY (workspace_id, key_id) REFERENCES api_keys (workspace_id, id) ON DELETE CASCADE
) PARTITION BY RANGE (at);
ALTER TABLE api_key_requests ATTACH PARTITION api_key_requests_default DEFAULT;
ALTER TABLE api_key_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON api_key_requests USING (in_scope(workspace_id));
