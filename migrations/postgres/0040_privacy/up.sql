-- What a workspace uses data of people for. `channels` is a JSON list; `wording` is what people are shown when they are
-- asked, and `wording_version` counts its changes.
CREATE TABLE consent_purposes (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    legal_basis text COLLATE "C" NOT NULL,
    channels text COLLATE "C" NOT NULL,
    wording text COLLATE "C" NOT NULL,
    wording_version bigint NOT NULL,
    retired_at bigint,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_key),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- What a person agreed to or took back, one row each time; the newest of a purpose and channel counts. Append-only.
-- `proof` is the text that was shown, as it was then.
CREATE TABLE consents (
    workspace_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    purpose_id text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('given', 'withdrawn')),
    at bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    proof text COLLATE "C",
    proof_version bigint,
    note text COLLATE "C",
    ip text COLLATE "C",
    file_id text COLLATE "C",
    recorded_at bigint NOT NULL,
    recorded_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, purpose_id) REFERENCES consent_purposes (workspace_id, id),
    FOREIGN KEY (workspace_id, recorded_by) REFERENCES memberships (workspace_id, user_id)
);

-- After how many months without life records go, or are listed for somebody to look at. `filter` narrows contacts;
-- `run_as` is whose rights hold when it runs, who changed it last.
CREATE TABLE retention_rules (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL CHECK (object IN ('contact', 'activity', 'file')),
    months bigint NOT NULL,
    filter text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL CHECK (action IN ('trash', 'erase', 'list')),
    active boolean NOT NULL,
    run_as text COLLATE "C" NOT NULL,
    last_run_at bigint,
    last_result text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, run_as) REFERENCES memberships (workspace_id, user_id)
);

-- People of whom nothing is removed, by rule or by hand, for as long as a reason holds.
CREATE TABLE retention_holds (
    workspace_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, contact_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- The record of processing activities. `entry` is JSON of texts.
CREATE TABLE processing_entries (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    entry text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, updated_by) REFERENCES memberships (workspace_id, user_id)
);
