-- Hours in which people work, by time zone, and days on which nobody does.
CREATE TABLE business_calendars (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    week text NOT NULL,
    holidays text NOT NULL,
    is_default boolean NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- Teams that work by another calendar than the usual one.
CREATE TABLE team_calendars (
    workspace_id text COLLATE "C" NOT NULL,
    team_id text COLLATE "C" NOT NULL,
    calendar_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, team_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, calendar_id) REFERENCES business_calendars (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX team_calendars_calendar ON team_calendars (workspace_id, calendar_id);

-- What members speak and know, how much they take, and until when they are away.
CREATE TABLE work_profiles (
    workspace_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    languages text NOT NULL,
    skills text NOT NULL,
    territories text NOT NULL,
    max_open bigint,
    max_per_day bigint,
    away_until bigint,
    alerts_by_mail boolean NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);

ALTER TABLE business_calendars ENABLE ROW LEVEL SECURITY;
ALTER TABLE business_calendars FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON business_calendars USING (in_scope(workspace_id));
ALTER TABLE team_calendars ENABLE ROW LEVEL SECURITY;
ALTER TABLE team_calendars FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON team_calendars USING (in_scope(workspace_id));
ALTER TABLE work_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON work_profiles USING (in_scope(workspace_id));
