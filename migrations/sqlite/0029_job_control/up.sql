-- What stands still in a workspace: all of its background work (scope 'all', no name), a line, or a kind of job.
CREATE TABLE job_pauses (
    workspace_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    paused_at INTEGER NOT NULL,
    paused_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, scope, name),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- Kinds of which only so many run at a time: the row is locked while one is taken.
CREATE TABLE job_kinds (
    kind TEXT NOT NULL PRIMARY KEY,
    served_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was given up, and what is at work, by kind.
CREATE INDEX jobs_dead ON jobs (workspace_id, kind, id) WHERE state = 'dead';
CREATE INDEX jobs_kinds_running ON jobs (kind, due_at) WHERE state = 'running';
CREATE INDEX jobs_states ON jobs (workspace_id, state, id);
