-- What a workspace uses data of people for. `channels` is a JSON list; `wording` is what people are shown when they are
-- asked, and `wording_version` counts its changes.
CREATE TABLE consent_purposes (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    channels TEXT NOT NULL,
    wording TEXT NOT NULL,
    wording_version INTEGER NOT NULL,
    retired_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_key),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- What a person agreed to or took back, one row each time; the newest of a purpose and channel counts. Append-only.
-- `proof` is the text that was shown, as it was then.
CREATE TABLE consents (
    workspace_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    id TEXT NOT NULL,
    purpose_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('given', 'withdrawn')),
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    proof TEXT,
    proof_version INTEGER,
    note TEXT,
    ip TEXT,
    file_id TEXT,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, purpose_id) REFERENCES consent_purposes (workspace_id, id),
    FOREIGN KEY (workspace_id, recorded_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- After how many months without life records go, or are listed for somebody to look at. `filter` narrows contacts;
-- `run_as` is whose rights hold when it runs, who changed it last.
CREATE TABLE retention_rules (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    object TEXT NOT NULL CHECK (object IN ('contact', 'activity', 'file')),
    months INTEGER NOT NULL,
    filter TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('trash', 'erase', 'list')),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    run_as TEXT NOT NULL,
    last_run_at INTEGER,
    last_result TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, run_as) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- People of whom nothing is removed, by rule or by hand, for as long as a reason holds.
CREATE TABLE retention_holds (
    workspace_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- The record of processing activities. `entry` is JSON of texts.
CREATE TABLE processing_entries (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    entry TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, updated_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
