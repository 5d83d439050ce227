-- Two records that may be one, as a search through all of them or a person found. left_id < right_id.
CREATE TABLE duplicate_pairs (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    left_id text COLLATE "C" NOT NULL,
    right_id text COLLATE "C" NOT NULL,
    score bigint NOT NULL,
    reasons text NOT NULL,
    state text COLLATE "C" NOT NULL,
    scan_id text COLLATE "C",
    found_at bigint NOT NULL,
    decided_at bigint,
    decided_by text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, object, left_id, right_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX duplicate_pairs_list ON duplicate_pairs (workspace_id, object, state, score, id);
CREATE INDEX duplicate_pairs_right ON duplicate_pairs (workspace_id, object, right_id);

-- From which scores on pairs are shown and count as certain; a workspace without a row goes by the defaults.
CREATE TABLE duplicate_settings (
    workspace_id text COLLATE "C" NOT NULL,
    review bigint NOT NULL,
    sure bigint NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Records that became one. `changes`: members of the survivor before and after.
CREATE TABLE merges (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    survivor_id text COLLATE "C" NOT NULL,
    loser_id text COLLATE "C" NOT NULL,
    changes text NOT NULL,
    merged_at bigint NOT NULL,
    merged_by text COLLATE "C",
    undone_at bigint,
    undone_by text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX merges_survivor ON merges (workspace_id, survivor_id);
CREATE INDEX merges_loser ON merges (workspace_id, loser_id);
CREATE INDEX merges_age ON merges (merged_at);

-- References that went from the loser to the survivor, kept while a merge can be undone.
CREATE TABLE merge_moves (
    workspace_id text COLLATE "C" NOT NULL,
    merge_id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    field text COLLATE "C" NOT NULL,
    former text NOT NULL,
    PRIMARY KEY (workspace_id, merge_id, object, record_id, field),
    FOREIGN KEY (workspace_id, merge_id) REFERENCES merges (workspace_id, id) ON DELETE CASCADE
);

-- Timeline events that went with them.
CREATE TABLE merge_events (
    workspace_id text COLLATE "C" NOT NULL,
    merge_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (workspace_id, merge_id, event_id),
    FOREIGN KEY (workspace_id, merge_id) REFERENCES merges (workspace_id, id) ON DELETE CASCADE
);
