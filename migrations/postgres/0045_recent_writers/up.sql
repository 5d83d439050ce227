-- Who wrote when: for a few seconds they read from the primary, so that a replica never shows them less than they did.
CREATE TABLE recent_writers (
    workspace_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    wrote_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
ALTER TABLE recent_writers ENABLE ROW LEVEL SECURITY;
ALTER TABLE recent_writers FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON recent_writers USING (in_scope(workspace_id));
