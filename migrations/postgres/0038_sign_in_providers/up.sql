-- The service by which people of a workspace sign in (OpenID Connect). `secret` is encrypted; `domains` is a JSON list;
-- `join_role` is what unknown people of these domains become, empty when they are refused.
CREATE TABLE sign_in_providers (
    workspace_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    label text NOT NULL,
    issuer text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    secret text COLLATE "C",
    domains text COLLATE "C" NOT NULL,
    join_role text COLLATE "C",
    proves_second_factor boolean NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Who is who at a service: an issuer's subject is somebody, in one workspace.
CREATE TABLE provider_identities (
    workspace_id text COLLATE "C" NOT NULL,
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    linked_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, issuer, subject),
    UNIQUE (workspace_id, issuer, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);

-- Sessions that a workspace's own service has opened stay in that workspace.
ALTER TABLE sessions ADD COLUMN by_provider boolean NOT NULL DEFAULT false;
