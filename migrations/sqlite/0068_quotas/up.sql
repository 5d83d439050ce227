-- What a person, a team or the workspace should win in a month. Of what was taken back the value is empty, so that versions
-- only grow.
CREATE TABLE quotas (
    workspace_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'team', 'workspace')),
    subject_id TEXT NOT NULL,
    measure TEXT NOT NULL CHECK (measure IN ('won_amount', 'won_count')),
    month TEXT NOT NULL,
    value INTEGER,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, measure, month, kind, subject_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, updated_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
