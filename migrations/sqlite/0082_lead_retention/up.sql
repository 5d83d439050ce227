-- Leads of whom nothing is removed, by rule or by hand, for as long as a reason holds.
CREATE TABLE lead_holds (
    workspace_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, lead_id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- Rules may be about leads; the application knows what else.
CREATE TABLE retention_rules_new (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    object TEXT NOT NULL,
    months INTEGER NOT NULL,
    filter TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('trash', 'erase', 'list')),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    run_as TEXT NOT NULL,
    last_run_at INTEGER,
    last_result TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, run_as) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
INSERT INTO retention_rules_new (workspace_id, id, version, name, object, months, filter, action, active, run_as, last_run_at, last_result, created_at, updated_at)
SELECT workspace_id, id, version, name, object, months, filter, action, active, run_as, last_run_at, last_result, created_at, updated_at FROM retention_rules;
DROP TABLE retention_rules;
ALTER TABLE retention_rules_new RENAME TO retention_rules;
