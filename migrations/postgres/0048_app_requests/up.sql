-- What an app was used for, for 30 days, as with keys: by whom it was let in, what was asked for and how it ended.
CREATE TABLE oauth_app_requests (
    workspace_id text COLLATE "C" NOT NULL,
    app_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    method text COLLATE "C" NOT NULL,
    route text COLLATE "C" NOT NULL,
    status bigint NOT NULL,
    micros bigint NOT NULL,
    ip text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, app_id, id),
    FOREIGN KEY (workspace_id, app_id) REFERENCES oauth_apps (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX oauth_app_requests_user ON oauth_app_requests (workspace_id, user_id, app_id, id);
CREATE INDEX oauth_app_requests_age ON oauth_app_requests (at);
ALTER TABLE oauth_app_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth_app_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON oauth_app_requests USING (in_scope(workspace_id));
