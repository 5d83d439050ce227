-- Who takes part in an activity, whether it takes the whole day, and whether it comes again.
ALTER TABLE activities ADD COLUMN all_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE activities ADD COLUMN attendees TEXT NOT NULL DEFAULT '[]';
ALTER TABLE activities ADD COLUMN members TEXT NOT NULL DEFAULT '[]';
ALTER TABLE activities ADD COLUMN recurrence TEXT;
ALTER TABLE activities ADD COLUMN series_id TEXT;
-- What somebody has in a week, done or not.
CREATE INDEX activities_calendar ON activities (workspace_id, owner_id, due_at, id) WHERE deleted_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX activities_series ON activities (workspace_id, series_id, due_at) WHERE series_id IS NOT NULL;

-- What comes again: its rule, by which clock, and up to when its activities are made.
CREATE TABLE activity_series (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    rule TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    made_through INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_series_open ON activity_series (workspace_id, made_through) WHERE ended_at IS NULL;
