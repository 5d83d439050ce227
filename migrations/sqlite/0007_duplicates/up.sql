-- Two records that may be one, as a search through all of them or a person found. left_id < right_id.
CREATE TABLE duplicate_pairs (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    object TEXT NOT NULL,
    left_id TEXT NOT NULL,
    right_id TEXT NOT NULL,
    score INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    state TEXT NOT NULL,
    scan_id TEXT,
    found_at INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by TEXT,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, object, left_id, right_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
CREATE INDEX duplicate_pairs_list ON duplicate_pairs (workspace_id, object, state, score, id);
CREATE INDEX duplicate_pairs_right ON duplicate_pairs (workspace_id, object, right_id);

-- From which scores on pairs are shown and count as certain; a workspace without a row goes by the defaults.
CREATE TABLE duplicate_settings (
    workspace_id TEXT NOT NULL,
    review INTEGER NOT NULL,
    sure INTEGER NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- Records that became one. `changes`: members of the survivor before and after.
CREATE TABLE merges (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    object TEXT NOT NULL,
    survivor_id TEXT NOT NULL,
    loser_id TEXT NOT NULL,
    changes TEXT NOT NULL,
    merged_at INTEGER NOT NULL,
    merged_by TEXT,
    undone_at INTEGER,
    undone_by TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
CREATE INDEX merges_survivor ON merges (workspace_id, survivor_id);
CREATE INDEX merges_loser ON merges (workspace_id, loser_id);
CREATE INDEX merges_age ON merges (merged_at);

-- References that went from the loser to the survivor, kept while a merge can be undone.
CREATE TABLE merge_moves (
    workspace_id TEXT NOT NULL,
    merge_id TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    field TEXT NOT NULL,
    former TEXT NOT NULL,
    PRIMARY KEY (workspace_id, merge_id, object, record_id, field),
    FOREIGN KEY (workspace_id, merge_id) REFERENCES merges (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Timeline events that went with them.
CREATE TABLE merge_events (
    workspace_id TEXT NOT NULL,
    merge_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, merge_id, event_id),
    FOREIGN KEY (workspace_id, merge_id) REFERENCES merges (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
