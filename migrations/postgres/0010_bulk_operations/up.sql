-- Work on many records at once; the ids that it works through, what it refused and what it exported lie in files.
CREATE TABLE bulk_operations (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    target text NOT NULL,
    task text NOT NULL,
    state text COLLATE "C" NOT NULL,
    counts text NOT NULL,
    undo_counts text,
    error text,
    job_id text COLLATE "C",
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    finished_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX bulk_operations_person ON bulk_operations (workspace_id, created_by, id);
