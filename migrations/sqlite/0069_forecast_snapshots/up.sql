-- Days on which the open deals were noted, each once.
CREATE TABLE forecast_days (
    workspace_id TEXT NOT NULL,
    day TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    deals INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- What open deals added up to on a day, by the month in which they should close.
CREATE TABLE forecast_snapshots (
    workspace_id TEXT NOT NULL,
    day TEXT NOT NULL,
    close_month TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    stage_id TEXT NOT NULL,
    category TEXT NOT NULL,
    currency TEXT NOT NULL,
    deals INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    weighted INTEGER NOT NULL,
    by_history INTEGER,
    PRIMARY KEY (workspace_id, day, close_month, owner_id, team_id, stage_id, category, currency),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- How an open deal stood from a day on until before another one; a row for each change, none for a closed deal.
CREATE TABLE deal_states (
    workspace_id TEXT NOT NULL,
    deal_id TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    owner_id TEXT,
    team_id TEXT,
    stage_id TEXT NOT NULL,
    category TEXT NOT NULL,
    chance INTEGER NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    close_date TEXT,
    PRIMARY KEY (workspace_id, deal_id, from_day),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX deal_states_to ON deal_states (workspace_id, to_day, close_date);

-- Of each stage: how many deals that have been in it were closed in the two years before, and how many of those were won.
CREATE TABLE stage_outcomes (
    workspace_id TEXT NOT NULL,
    stage_id TEXT NOT NULL,
    day TEXT NOT NULL,
    closed INTEGER NOT NULL,
    won INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, stage_id),
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stages (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
