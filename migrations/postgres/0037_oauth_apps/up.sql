-- Apps of others that may ask people for access. `secret_hash` is a SHA-256, empty for apps that can keep none;
-- `redirect_uris` and `scopes` are JSON lists.
CREATE TABLE oauth_apps (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    name text NOT NULL,
    confidential boolean NOT NULL,
    secret_hash text COLLATE "C",
    secret_hint text COLLATE "C",
    redirect_uris text COLLATE "C" NOT NULL,
    scopes text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- What a person has let an app do: the family of its tokens.
CREATE TABLE oauth_grants (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    app_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    scopes text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint,
    last_used_ip text COLLATE "C",
    ended_at bigint,
    end_reason text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, app_id) REFERENCES oauth_apps (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX oauth_grants_user ON oauth_grants (workspace_id, user_id);
CREATE INDEX oauth_grants_app ON oauth_grants (workspace_id, app_id);
CREATE INDEX oauth_grants_age ON oauth_grants (expires_at);

-- Codes of one minute that are exchanged for tokens, each good once. `challenge` is the S256 one of PKCE; `grant_id` is
-- what came of the code.
CREATE TABLE oauth_codes (
    workspace_id text COLLATE "C" NOT NULL,
    code_hash text COLLATE "C" NOT NULL,
    app_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    redirect_uri text COLLATE "C" NOT NULL,
    challenge text COLLATE "C" NOT NULL,
    scopes text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    grant_id text COLLATE "C",
    PRIMARY KEY (workspace_id, code_hash),
    FOREIGN KEY (workspace_id, app_id) REFERENCES oauth_apps (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, grant_id) REFERENCES oauth_grants (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX oauth_codes_age ON oauth_codes (expires_at);

-- Access and refresh tokens by their SHA-256. A refresh token is good once; one that was used stays until its end, so
-- that its coming back is seen.
CREATE TABLE oauth_tokens (
    workspace_id text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    grant_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('access', 'refresh')),
    scopes text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, grant_id) REFERENCES oauth_grants (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX oauth_tokens_grant ON oauth_tokens (workspace_id, grant_id);
CREATE INDEX oauth_tokens_age ON oauth_tokens (expires_at);
