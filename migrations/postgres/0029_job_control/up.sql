-- What stands still in a workspace: all of its background work (scope 'all', no name), a line, or a kind of job.
CREATE TABLE job_pauses (
    workspace_id text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    paused_at bigint NOT NULL,
    paused_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, scope, name),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Kinds of which only so many run at a time: the row is locked while one is taken.
CREATE TABLE job_kinds (
    kind text COLLATE "C" NOT NULL PRIMARY KEY,
    served_at bigint NOT NULL
);

-- What was given up, and what is at work, by kind.
CREATE INDEX jobs_dead ON jobs (workspace_id, kind, id) WHERE state = 'dead';
CREATE INDEX jobs_kinds_running ON jobs (kind, due_at) WHERE state = 'running';
CREATE INDEX jobs_states ON jobs (workspace_id, state, id);
