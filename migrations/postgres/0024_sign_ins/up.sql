-- Who signed in, or was refused, for a year.
CREATE TABLE sign_ins (
    workspace_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    method text COLLATE "C" NOT NULL,
    result text COLLATE "C" NOT NULL,
    ip text COLLATE "C" NOT NULL,
    user_agent text NOT NULL,
    PRIMARY KEY (workspace_id, user_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX sign_ins_age ON sign_ins (at);

-- Devices that somebody signed in with, by a SHA-256 of browser, system and network. Like users, of no workspace.
CREATE TABLE known_devices (
    user_id text COLLATE "C" NOT NULL,
    device_hash text COLLATE "C" NOT NULL,
    last_seen_at bigint NOT NULL,
    PRIMARY KEY (user_id, device_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX known_devices_age ON known_devices (last_seen_at);

-- What a workspace asks of whoever comes in. No row stands for the installation's own. `allowed_networks` is a JSON list;
-- an empty one allows all.
CREATE TABLE security_policies (
    workspace_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    require_second_factor boolean NOT NULL,
    session_minutes bigint,
    session_idle_minutes bigint,
    allowed_networks text NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
