-- What the audit log was: each seal covers the entries after the last one's `last_id` up to its own, and everything before
-- by `chain`.
CREATE TABLE audit_seals (
    workspace_id text COLLATE "C" NOT NULL REFERENCES workspaces (id),
    number bigint NOT NULL,
    at bigint NOT NULL,
    last_id text COLLATE "C" NOT NULL,
    entries bigint NOT NULL,
    digest text COLLATE "C" NOT NULL,
    chain text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, number)
);
