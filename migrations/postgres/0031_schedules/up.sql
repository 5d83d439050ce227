-- Work that comes again, by the clock of a time zone. next_at is moved on by whoever puts the job in, so that each due
-- time makes one job. The text of cron and time_zone is empty where the standard holds: that of the product, and the
-- workspace's zone.
CREATE TABLE job_schedules (
    workspace_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    cron text COLLATE "C" NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    paused boolean NOT NULL,
    next_at bigint,
    last_at bigint,
    last_job_id text COLLATE "C",
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, name),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX job_schedules_due ON job_schedules (next_at) WHERE next_at IS NOT NULL;

-- Chores of the installation, which one process does at a time: due_at is moved on by whoever does it.
CREATE TABLE upkeep (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    due_at bigint NOT NULL
);
