-- Who takes part in an activity, whether it takes the whole day, and whether it comes again.
ALTER TABLE activities ADD COLUMN all_day boolean NOT NULL DEFAULT false;
ALTER TABLE activities ADD COLUMN attendees text NOT NULL DEFAULT '[]';
ALTER TABLE activities ADD COLUMN members text NOT NULL DEFAULT '[]';
ALTER TABLE activities ADD COLUMN recurrence text COLLATE "C";
ALTER TABLE activities ADD COLUMN series_id text COLLATE "C";
-- What somebody has in a week, done or not.
CREATE INDEX activities_calendar ON activities (workspace_id, owner_id, due_at, id) WHERE deleted_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX activities_series ON activities (workspace_id, series_id, due_at) WHERE series_id IS NOT NULL;

-- What comes again: its rule, by which clock, and up to when its activities are made.
CREATE TABLE activity_series (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    starts_at bigint NOT NULL,
    made_through bigint NOT NULL,
    ended_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX activity_series_open ON activity_series (workspace_id, made_through) WHERE ended_at IS NULL;

ALTER TABLE activity_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_series FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON activity_series USING (in_scope(workspace_id));
