-- Leads of whom nothing is removed, by rule or by hand, for as long as a reason holds.
CREATE TABLE lead_holds (
    workspace_id text COLLATE "C" NOT NULL,
    lead_id text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, lead_id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
ALTER TABLE lead_holds ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_holds FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON lead_holds USING (in_scope(workspace_id));

-- Rules may be about leads; the application knows what else.
ALTER TABLE retention_rules DROP CONSTRAINT retention_rules_object_check;
