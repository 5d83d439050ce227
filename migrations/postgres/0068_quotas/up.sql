-- What a person, a team or the workspace should win in a month. Of what was taken back the value is empty, so that versions
-- only grow.
CREATE TABLE quotas (
    workspace_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('person', 'team', 'workspace')),
    subject_id text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL CHECK (measure IN ('won_amount', 'won_count')),
    month text COLLATE "C" NOT NULL,
    value bigint,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, measure, month, kind, subject_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, updated_by) REFERENCES memberships (workspace_id, user_id)
);

ALTER TABLE quotas ENABLE ROW LEVEL SECURITY;
ALTER TABLE quotas FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON quotas USING (in_scope(workspace_id));
