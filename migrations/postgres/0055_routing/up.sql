-- Who gets new leads: the first active rule whose filter takes a lead gives it to one of its people.
CREATE TABLE routing_rules (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    name text NOT NULL,
    filter text NOT NULL,
    method text COLLATE "C" NOT NULL,
    user_ids text NOT NULL,
    team_id text COLLATE "C",
    needs text NOT NULL,
    fallback_id text COLLATE "C",
    active boolean NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, fallback_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- Each one's last turn in a rule.
CREATE TABLE routing_turns (
    workspace_id text COLLATE "C" NOT NULL,
    rule_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    turn bigint NOT NULL,
    PRIMARY KEY (workspace_id, rule_id, user_id),
    FOREIGN KEY (workspace_id, rule_id) REFERENCES routing_rules (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);

-- Who gets what no rule takes, the turns given so far, and the limits within which leads should be answered. Whoever gives
-- leads away counts `turn` up first, and so waits for the others who do.
CREATE TABLE routing_settings (
    workspace_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    turn bigint NOT NULL,
    default_user_id text COLLATE "C",
    clocks text,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, default_user_id) REFERENCES memberships (workspace_id, user_id)
);

ALTER TABLE routing_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON routing_rules USING (in_scope(workspace_id));
ALTER TABLE routing_turns ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_turns FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON routing_turns USING (in_scope(workspace_id));
ALTER TABLE routing_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON routing_settings USING (in_scope(workspace_id));

-- How many leads each one has open.
CREATE INDEX leads_open ON leads (workspace_id, owner_id) WHERE deleted_at IS NULL AND status IN ('new', 'working', 'nurturing', 'qualified');
