-- How often something may happen, whichever process does it: free_at is when the next permit is to be had.
CREATE TABLE rate_buckets (
    workspace_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    free_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, name),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
