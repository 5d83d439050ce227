-- Keys by which programs call the API for a member. `token_hash` is a SHA-256; `scopes` a JSON list of actions.
CREATE TABLE api_keys (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    last_used_ip TEXT,
    revoked_at INTEGER,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX api_keys_user ON api_keys (workspace_id, user_id);

-- What a key was used for, for 30 days. No query, no body: only what was asked for and how it ended.
CREATE TABLE api_key_requests (
    workspace_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    route TEXT NOT NULL,
    status INTEGER NOT NULL,
    micros INTEGER NOT NULL,
    ip TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, key_id, id),
    FOREIGN KEY (workspace_id, key_id) REFERENCES api_keys (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_requests_age ON api_key_requests (at);
