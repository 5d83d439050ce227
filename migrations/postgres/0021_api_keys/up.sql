-- Keys by which programs call the API for a member. `token_hash` is a SHA-256; `scopes` a JSON list of actions.
CREATE TABLE api_keys (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    hint text COLLATE "C" NOT NULL,
    scopes text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    last_used_ip text COLLATE "C",
    revoked_at bigint,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX api_keys_user ON api_keys (workspace_id, user_id);

-- What a key was used for, for 30 days. No query, no body: only what was asked for and how it ended.
CREATE TABLE api_key_requests (
    workspace_id text COLLATE "C" NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    method text COLLATE "C" NOT NULL,
    route text COLLATE "C" NOT NULL,
    status bigint NOT NULL,
    micros bigint NOT NULL,
    ip text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, key_id, id),
    FOREIGN KEY (workspace_id, key_id) REFERENCES api_keys (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX api_key_requests_age ON api_key_requests (at);
