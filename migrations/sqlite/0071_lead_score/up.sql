-- How promising a lead is: its grade by the rules, and its chance by the model, in per cent.
ALTER TABLE leads ADD COLUMN grade TEXT;
ALTER TABLE leads ADD COLUMN chance INTEGER;
CREATE INDEX leads_score ON leads (workspace_id, score, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_chance ON leads (workspace_id, chance, id) WHERE deleted_at IS NULL;

-- What gives a lead points. happening: an event that counts; without one the filter alone does.
CREATE TABLE score_rules (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    filter TEXT NOT NULL,
    happening TEXT,
    points INTEGER NOT NULL,
    days INTEGER,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- Which rules are met by a lead since when. What has expired stays while the rule is met, so that it does not begin anew.
CREATE TABLE score_marks (
    workspace_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    points INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    counted INTEGER NOT NULL CHECK (counted IN (0, 1)),
    PRIMARY KEY (workspace_id, lead_id, rule_id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, rule_id) REFERENCES score_rules (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX score_marks_rule ON score_marks (workspace_id, rule_id);
CREATE INDEX score_marks_until ON score_marks (workspace_id, until) WHERE counted = 1;

-- bands: the least points of the grades A, B and C. revision counts what all leads must be worked out anew for.
-- least_auc in ten-thousandths. model_id: the model that is switched on.
CREATE TABLE score_settings (
    workspace_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    bands TEXT NOT NULL,
    least_auc INTEGER NOT NULL,
    model_id TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
