-- The secret address under which a calendar reads what somebody has to do.
CREATE TABLE calendar_feeds (
    workspace_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    busy_only boolean NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    UNIQUE (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);

ALTER TABLE calendar_feeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_feeds FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON calendar_feeds USING (in_scope(workspace_id));
