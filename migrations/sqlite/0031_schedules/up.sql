-- Work that comes again, by the clock of a time zone. next_at is moved on by whoever puts the job in, so that each due
-- time makes one job. The text of cron and time_zone is empty where the standard holds: that of the product, and the
-- workspace's zone.
CREATE TABLE job_schedules (
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    cron TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    paused INTEGER NOT NULL,
    next_at INTEGER,
    last_at INTEGER,
    last_job_id TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, name),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_schedules_due ON job_schedules (next_at) WHERE next_at IS NOT NULL;

-- Chores of the installation, which one process does at a time: due_at is moved on by whoever does it.
CREATE TABLE upkeep (
    name TEXT NOT NULL PRIMARY KEY,
    due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
