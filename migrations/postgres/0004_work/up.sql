-- Background work. due_at: the earliest start while ready, the end of the lease while running, none once finished.
CREATE TABLE jobs (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    queue text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    payload text NOT NULL,
    state text COLLATE "C" NOT NULL,
    due_at bigint,
    lease_token text COLLATE "C",
    attempts bigint NOT NULL DEFAULT 0,
    max_attempts bigint NOT NULL,
    dedupe_key text COLLATE "C",
    cancel_requested boolean NOT NULL DEFAULT false,
    checkpoint text,
    progress_done bigint NOT NULL DEFAULT 0,
    progress_total bigint NOT NULL DEFAULT 0,
    result text,
    last_error text,
    created_at bigint NOT NULL,
    created_by text COLLATE "C",
    started_at bigint,
    finished_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX jobs_due ON jobs (workspace_id, queue, due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_dedupe ON jobs (workspace_id, kind, dedupe_key) WHERE due_at IS NOT NULL AND dedupe_key IS NOT NULL;
CREATE INDEX jobs_finished ON jobs (workspace_id, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_running ON jobs (workspace_id, queue, due_at) WHERE state = 'running';

-- Whose turn it is: one row per queue and workspace that ever had work.
CREATE TABLE job_lanes (
    workspace_id text COLLATE "C" NOT NULL,
    queue text COLLATE "C" NOT NULL,
    served_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, queue),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX job_lanes_turn ON job_lanes (served_at);

-- Files on their way in.
CREATE TABLE imports (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    file_name text COLLATE "C" NOT NULL,
    file_size bigint NOT NULL,
    file_rows bigint NOT NULL,
    file_sha256 text COLLATE "C" NOT NULL,
    encoding text COLLATE "C" NOT NULL,
    delimiter text COLLATE "C" NOT NULL,
    columns text NOT NULL,
    preview text NOT NULL,
    options text NOT NULL,
    counts text,
    error text,
    job_id text COLLATE "C",
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    finished_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- Records that an import changed and did not make; what changed stands in the audit log.
CREATE TABLE import_changes (
    workspace_id text COLLATE "C" NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, import_id, record_id),
    FOREIGN KEY (workspace_id, import_id) REFERENCES imports (workspace_id, id) ON DELETE CASCADE
);
