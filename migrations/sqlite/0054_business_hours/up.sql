-- Hours in which people work, by time zone, and days on which nobody does.
CREATE TABLE business_calendars (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    week TEXT NOT NULL,
    holidays TEXT NOT NULL,
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- Teams that work by another calendar than the usual one.
CREATE TABLE team_calendars (
    workspace_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    calendar_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, team_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, calendar_id) REFERENCES business_calendars (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX team_calendars_calendar ON team_calendars (workspace_id, calendar_id);

-- What members speak and know, how much they take, and until when they are away.
CREATE TABLE work_profiles (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    languages TEXT NOT NULL,
    skills TEXT NOT NULL,
    territories TEXT NOT NULL,
    max_open INTEGER,
    max_per_day INTEGER,
    away_until INTEGER,
    alerts_by_mail INTEGER NOT NULL CHECK (alerts_by_mail IN (0, 1)),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
