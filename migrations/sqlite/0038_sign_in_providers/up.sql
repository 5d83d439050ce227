-- The service by which people of a workspace sign in (OpenID Connect). `secret` is encrypted; `domains` is a JSON list;
-- `join_role` is what unknown people of these domains become, empty when they are refused.
CREATE TABLE sign_in_providers (
    workspace_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    label TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    secret TEXT,
    domains TEXT NOT NULL,
    join_role TEXT,
    proves_second_factor INTEGER NOT NULL CHECK (proves_second_factor IN (0, 1)),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- Who is who at a service: an issuer's subject is somebody, in one workspace.
CREATE TABLE provider_identities (
    workspace_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL,
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, issuer, subject),
    UNIQUE (workspace_id, issuer, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- Sessions that a workspace's own service has opened stay in that workspace.
ALTER TABLE sessions ADD COLUMN by_provider INTEGER NOT NULL DEFAULT 0 CHECK (by_provider IN (0, 1));
