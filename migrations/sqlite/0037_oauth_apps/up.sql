-- Apps of others that may ask people for access. `secret_hash` is a SHA-256, empty for apps that can keep none;
-- `redirect_uris` and `scopes` are JSON lists.
CREATE TABLE oauth_apps (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    name TEXT NOT NULL,
    confidential INTEGER NOT NULL CHECK (confidential IN (0, 1)),
    secret_hash TEXT,
    secret_hint TEXT,
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- What a person has let an app do: the family of its tokens.
CREATE TABLE oauth_grants (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    app_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    last_used_ip TEXT,
    ended_at INTEGER,
    end_reason TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, app_id) REFERENCES oauth_apps (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_grants_user ON oauth_grants (workspace_id, user_id);
CREATE INDEX oauth_grants_app ON oauth_grants (workspace_id, app_id);
CREATE INDEX oauth_grants_age ON oauth_grants (expires_at);

-- Codes of one minute that are exchanged for tokens, each good once. `challenge` is the S256 one of PKCE; `grant_id` is
-- what came of the code.
CREATE TABLE oauth_codes (
    workspace_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    app_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    grant_id TEXT,
    PRIMARY KEY (workspace_id, code_hash),
    FOREIGN KEY (workspace_id, app_id) REFERENCES oauth_apps (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, grant_id) REFERENCES oauth_grants (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_codes_age ON oauth_codes (expires_at);

-- Access and refresh tokens by their SHA-256. A refresh token is good once; one that was used stays until its end, so
-- that its coming back is seen.
CREATE TABLE oauth_tokens (
    workspace_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
    scopes TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, grant_id) REFERENCES oauth_grants (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_tokens_grant ON oauth_tokens (workspace_id, grant_id);
CREATE INDEX oauth_tokens_age ON oauth_tokens (expires_at);
