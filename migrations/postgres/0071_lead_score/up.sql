-- How promising a lead is: its grade by the rules, and its chance by the model, in per cent.
ALTER TABLE leads ADD COLUMN grade text COLLATE "C";
ALTER TABLE leads ADD COLUMN chance bigint;
CREATE INDEX leads_score ON leads (workspace_id, score, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_chance ON leads (workspace_id, chance, id) WHERE deleted_at IS NULL;

-- What gives a lead points. happening: an event that counts; without one the filter alone does.
CREATE TABLE score_rules (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    name text NOT NULL,
    filter text NOT NULL,
    happening text COLLATE "C",
    points bigint NOT NULL,
    days bigint,
    active boolean NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- Which rules are met by a lead since when. What has expired stays while the rule is met, so that it does not begin anew.
CREATE TABLE score_marks (
    workspace_id text COLLATE "C" NOT NULL,
    lead_id text COLLATE "C" NOT NULL,
    rule_id text COLLATE "C" NOT NULL,
    points bigint NOT NULL,
    since bigint NOT NULL,
    until bigint,
    counted boolean NOT NULL,
    PRIMARY KEY (workspace_id, lead_id, rule_id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, rule_id) REFERENCES score_rules (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX score_marks_rule ON score_marks (workspace_id, rule_id);
CREATE INDEX score_marks_until ON score_marks (workspace_id, until) WHERE counted;

-- bands: the least points of the grades A, B and C. revision counts what all leads must be worked out anew for.
-- least_auc in ten-thousandths. model_id: the model that is switched on.
CREATE TABLE score_settings (
    workspace_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    revision bigint NOT NULL,
    bands text NOT NULL,
    least_auc bigint NOT NULL,
    model_id text COLLATE "C",
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

ALTER TABLE score_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE score_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON score_rules USING (in_scope(workspace_id));
ALTER TABLE score_marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE score_marks FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON score_marks USING (in_scope(workspace_id));
ALTER TABLE score_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE score_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON score_settings USING (in_scope(workspace_id));
