-- Single records that somebody shared: with a member, who is user_id and to_id, or with a team, which is team_id and to_id.
CREATE TABLE record_shares (
    workspace_id text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    to_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    user_id text COLLATE "C",
    team_id text COLLATE "C",
    may_edit boolean NOT NULL,
    until_at bigint,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, record_id, to_id),
    UNIQUE (workspace_id, id),
    CHECK (to_id = coalesce(user_id, team_id) AND (user_id IS NULL OR team_id IS NULL)),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX record_shares_to ON record_shares (workspace_id, to_id, object, record_id);
