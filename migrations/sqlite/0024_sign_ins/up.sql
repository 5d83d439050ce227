-- Who signed in, or was refused, for a year.
CREATE TABLE sign_ins (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    result TEXT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_age ON sign_ins (at);

-- Devices that somebody signed in with, by a SHA-256 of browser, system and network. Like users, of no workspace.
CREATE TABLE known_devices (
    user_id TEXT NOT NULL,
    device_hash TEXT NOT NULL,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, device_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_devices_age ON known_devices (last_seen_at);

-- What a workspace asks of whoever comes in. No row stands for the installation's own. `allowed_networks` is a JSON list;
-- an empty one allows all.
CREATE TABLE security_policies (
    workspace_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    require_second_factor INTEGER NOT NULL CHECK (require_second_factor IN (0, 1)),
    session_minutes INTEGER,
    session_idle_minutes INTEGER,
    allowed_networks TEXT NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
