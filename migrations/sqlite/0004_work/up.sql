-- Background work. due_at: the earliest start while ready, the end of the lease while running, none once finished.
CREATE TABLE jobs (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER,
    lease_token TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    dedupe_key TEXT,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    checkpoint TEXT,
    progress_done INTEGER NOT NULL DEFAULT 0,
    progress_total INTEGER NOT NULL DEFAULT 0,
    result TEXT,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    started_at INTEGER,
    finished_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
CREATE INDEX jobs_due ON jobs (workspace_id, queue, due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_dedupe ON jobs (workspace_id, kind, dedupe_key) WHERE due_at IS NOT NULL AND dedupe_key IS NOT NULL;
CREATE INDEX jobs_finished ON jobs (workspace_id, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_running ON jobs (workspace_id, queue, due_at) WHERE state = 'running';

-- Whose turn it is: one row per queue and workspace that ever had work.
CREATE TABLE job_lanes (
    workspace_id TEXT NOT NULL,
    queue TEXT NOT NULL,
    served_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, queue),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_lanes_turn ON job_lanes (served_at);

-- Files on their way in.
CREATE TABLE imports (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    object TEXT NOT NULL,
    state TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_size INTEGER NOT NULL,
    file_rows INTEGER NOT NULL,
    file_sha256 TEXT NOT NULL,
    encoding TEXT NOT NULL,
    delimiter TEXT NOT NULL,
    columns TEXT NOT NULL,
    preview TEXT NOT NULL,
    options TEXT NOT NULL,
    counts TEXT,
    error TEXT,
    job_id TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT;

-- Records that an import changed and did not make; what changed stands in the audit log.
CREATE TABLE import_changes (
    workspace_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, import_id, record_id),
    FOREIGN KEY (workspace_id, import_id) REFERENCES imports (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
