-- What an app was used for, for 30 days, as with keys: by whom it was let in, what was asked for and how it ended.
CREATE TABLE oauth_app_requests (
    workspace_id TEXT NOT NULL,
    app_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    route TEXT NOT NULL,
    status INTEGER NOT NULL,
    micros INTEGER NOT NULL,
    ip TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, app_id, id),
    FOREIGN KEY (workspace_id, app_id) REFERENCES oauth_apps (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_app_requests_user ON oauth_app_requests (workspace_id, user_id, app_id, id);
CREATE INDEX oauth_app_requests_age ON oauth_app_requests (at);
