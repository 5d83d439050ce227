-- Who gets new leads: the first active rule whose filter takes a lead gives it to one of its people.
CREATE TABLE routing_rules (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    filter TEXT NOT NULL,
    method TEXT NOT NULL,
    user_ids TEXT NOT NULL,
    team_id TEXT,
    needs TEXT NOT NULL,
    fallback_id TEXT,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, fallback_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- Each one's last turn in a rule.
CREATE TABLE routing_turns (
    workspace_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    turn INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, rule_id, user_id),
    FOREIGN KEY (workspace_id, rule_id) REFERENCES routing_rules (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- Who gets what no rule takes, the turns given so far, and the limits within which leads should be answered. Whoever gives
-- leads away counts `turn` up first, and so waits for the others who do.
CREATE TABLE routing_settings (
    workspace_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    default_user_id TEXT,
    clocks TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, default_user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- How many leads each one has open.
CREATE INDEX leads_open ON leads (workspace_id, owner_id) WHERE deleted_at IS NULL AND status IN ('new', 'working', 'nurturing', 'qualified');
