-- Companies that use the product, each with its own records.
CREATE TABLE workspaces (
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

-- People who sign in; one row each, however many workspaces they work in.
CREATE TABLE users (
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    email text COLLATE "C" NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    full_name text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    password_hash text COLLATE "C",
    password_changed_at bigint,
    PRIMARY KEY (id),
    UNIQUE (email_key)
);

-- Who works in which workspace, and as what. Never deleted: records name their owner by it.
CREATE TABLE memberships (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    role text COLLATE "C" NOT NULL,
    team_id text COLLATE "C",
    active boolean NOT NULL DEFAULT true,
    last_seen_at bigint,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX memberships_user ON memberships (user_id);

-- Where somebody is signed in: a family of refresh tokens that lives and dies together.
CREATE TABLE sessions (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    ended_at bigint,
    end_reason text COLLATE "C",
    user_agent text NOT NULL,
    ip text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX sessions_user ON sessions (workspace_id, user_id, ended_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Every refresh token of a session, by its SHA-256: a used one that comes again betrays a theft.
CREATE TABLE refresh_tokens (
    workspace_id text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    issued_at bigint NOT NULL,
    used_at bigint,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, session_id) REFERENCES sessions (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (workspace_id, session_id);

-- Links that let somebody become a member, once.
CREATE TABLE invitations (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    team_id text COLLATE "C",
    token_hash text COLLATE "C" NOT NULL,
    invited_by text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    accepted_at bigint,
    accepted_by text COLLATE "C",
    revoked_at bigint,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, token_hash),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, invited_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX invitations_email ON invitations (workspace_id, email_key);

-- Failed sign-ins by account and by address, kept here so that a restart forgets none. `subject` is a SHA-256.
CREATE TABLE sign_in_attempts (
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    failures bigint NOT NULL,
    last_failed_at bigint NOT NULL,
    blocked_until bigint NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX sign_in_attempts_age ON sign_in_attempts (last_failed_at);

-- Ed25519 keys of access tokens, here so that restarts and several servers share them.
CREATE TABLE signing_keys (
    kid text COLLATE "C" NOT NULL,
    private_key text COLLATE "C" NOT NULL,
    public_key text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (kid)
);

-- One row once the first workspace is there: set-up runs once only.
CREATE TABLE setups (
    id bigint NOT NULL,
    at bigint NOT NULL,
    workspace_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (id),
    CHECK (id = 1),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Answers to requests with an Idempotency-Key, for 24 hours. `status` is empty while the request runs.
CREATE TABLE idempotency_keys (
    workspace_id text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    route text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    body_hash text COLLATE "C" NOT NULL,
    status bigint,
    version bigint,
    location text,
    body text NOT NULL DEFAULT '',
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, actor_id, route, key),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
