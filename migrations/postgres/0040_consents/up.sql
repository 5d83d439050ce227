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
