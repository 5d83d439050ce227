-- An entry whose text was emptied because a person asked to be erased keeps the digests that it had: `erased` is the
-- SHA-256 of its changes and that of the whole entry. Seals by scheme 2 go over the digest of the changes, older ones
-- over the whole entry.
ALTER TABLE audit_entries ADD COLUMN erased text COLLATE "C";
ALTER TABLE audit_seals ADD COLUMN scheme bigint NOT NULL DEFAULT 1;

-- Emptying is the one thing that may be done to an entry, once.
DROP TRIGGER audit_entries_stay ON audit_entries;
CREATE TRIGGER audit_entries_stay BEFORE DELETE OR TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_stay();
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries FOR EACH ROW
WHEN (NEW.erased IS NULL OR OLD.erased IS NOT NULL OR NEW.changes <> '[]'
    OR NEW.workspace_id IS DISTINCT FROM OLD.workspace_id OR NEW.record_id IS DISTINCT FROM OLD.record_id
    OR NEW.id IS DISTINCT FROM OLD.id OR NEW.at IS DISTINCT FROM OLD.at OR NEW.action IS DISTINCT FROM OLD.action
    OR NEW.object IS DISTINCT FROM OLD.object OR NEW.actor_id IS DISTINCT FROM OLD.actor_id
    OR NEW.cause IS DISTINCT FROM OLD.cause)
EXECUTE FUNCTION audit_entries_stay();

-- Who had whom erased, when and why, and how many rows went: the certificate that stays.
CREATE TABLE erasures (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    reason text COLLATE "C" NOT NULL,
    counts text COLLATE "C" NOT NULL DEFAULT '{}',
    job_id text COLLATE "C",
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    finished_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX erasures_contact ON erasures (workspace_id, contact_id);

-- Addresses and numbers of erased people, each as a keyed digest, so that an import can be told.
CREATE TABLE erasure_marks (
    workspace_id text COLLATE "C" NOT NULL,
    mark text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    erasure_id text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, mark),
    FOREIGN KEY (workspace_id, erasure_id) REFERENCES erasures (workspace_id, id)
);
