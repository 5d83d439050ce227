-- Days on which the open deals were noted, each once.
CREATE TABLE forecast_days (
    workspace_id text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL,
    taken_at bigint NOT NULL,
    deals bigint NOT NULL,
    PRIMARY KEY (workspace_id, day),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- What open deals added up to on a day, by the month in which they should close.
CREATE TABLE forecast_snapshots (
    workspace_id text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL,
    close_month text COLLATE "C" NOT NULL,
    owner_id text COLLATE "C" NOT NULL,
    team_id text COLLATE "C" NOT NULL,
    stage_id text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    deals bigint NOT NULL,
    amount bigint NOT NULL,
    weighted bigint NOT NULL,
    by_history bigint,
    PRIMARY KEY (workspace_id, day, close_month, owner_id, team_id, stage_id, category, currency),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- How an open deal stood from a day on until before another one; a row for each change, none for a closed deal.
CREATE TABLE deal_states (
    workspace_id text COLLATE "C" NOT NULL,
    deal_id text COLLATE "C" NOT NULL,
    from_day text COLLATE "C" NOT NULL,
    to_day text COLLATE "C" NOT NULL,
    owner_id text COLLATE "C",
    team_id text COLLATE "C",
    stage_id text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    chance bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    close_date text COLLATE "C",
    PRIMARY KEY (workspace_id, deal_id, from_day),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX deal_states_to ON deal_states (workspace_id, to_day, close_date);

-- Of each stage: how many deals that have been in it were closed in the two years before, and how many of those were won.
CREATE TABLE stage_outcomes (
    workspace_id text COLLATE "C" NOT NULL,
    stage_id text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL,
    closed bigint NOT NULL,
    won bigint NOT NULL,
    PRIMARY KEY (workspace_id, stage_id),
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stages (workspace_id, id) ON DELETE CASCADE
);

ALTER TABLE forecast_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE forecast_days FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON forecast_days USING (in_scope(workspace_id));
ALTER TABLE forecast_snapshots ENABLE ROW LEVEL SECURITY;
ALTER TABLE forecast_snapshots FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON forecast_snapshots USING (in_scope(workspace_id));
ALTER TABLE deal_states ENABLE ROW LEVEL SECURITY;
ALTER TABLE deal_states FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON deal_states USING (in_scope(workspace_id));
ALTER TABLE stage_outcomes ENABLE ROW LEVEL SECURITY;
ALTER TABLE stage_outcomes FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON stage_outcomes USING (in_scope(workspace_id));
