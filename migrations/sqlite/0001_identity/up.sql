-- Companies that use the product, each with its own records.
CREATE TABLE workspaces (
    rid INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    UNIQUE (id)
) STRICT;

-- People who sign in; one row each, however many workspaces they work in.
CREATE TABLE users (
    rid INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    full_name TEXT NOT NULL,
    language TEXT NOT NULL,
    password_hash TEXT,
    password_changed_at INTEGER,
    UNIQUE (id),
    UNIQUE (email_key)
) STRICT;

-- Who works in which workspace, and as what. Never deleted: records name their owner by it.
CREATE TABLE memberships (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    role TEXT NOT NULL,
    team_id TEXT,
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    last_seen_at INTEGER,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (user_id) REFERENCES users (id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE INDEX memberships_user ON memberships (user_id);

-- Where somebody is signed in: a family of refresh tokens that lives and dies together.
CREATE TABLE sessions (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT,
    user_agent TEXT NOT NULL,
    ip TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX sessions_user ON sessions (workspace_id, user_id, ended_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Every refresh token of a session, by its SHA-256: a used one that comes again betrays a theft.
CREATE TABLE refresh_tokens (
    workspace_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    session_id TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, session_id) REFERENCES sessions (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_session ON refresh_tokens (workspace_id, session_id);

-- Links that let somebody become a member, once.
CREATE TABLE invitations (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL,
    team_id TEXT,
    token_hash TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    accepted_by TEXT,
    revoked_at INTEGER,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, token_hash),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, invited_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE INDEX invitations_email ON invitations (workspace_id, email_key);

-- Failed sign-ins by account and by address, kept here so that a restart forgets none. `subject` is a SHA-256.
CREATE TABLE sign_in_attempts (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_failed_at INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_attempts_age ON sign_in_attempts (last_failed_at);

-- Ed25519 keys of access tokens, here so that restarts and several servers share them.
CREATE TABLE signing_keys (
    rid INTEGER PRIMARY KEY,
    kid TEXT NOT NULL,
    private_key TEXT NOT NULL,
    public_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (kid)
) STRICT;

-- One row once the first workspace is there: set-up runs once only.
CREATE TABLE setups (
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    PRIMARY KEY (id),
    CHECK (id = 1),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;

-- Answers to requests with an Idempotency-Key, for 24 hours. `status` is empty while the request runs.
CREATE TABLE idempotency_keys (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER,
    version INTEGER,
    location TEXT,
    body TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    UNIQUE (workspace_id, actor_id, route, key),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
