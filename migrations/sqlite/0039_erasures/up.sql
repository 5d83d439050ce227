-- An entry whose text was emptied because a person asked to be erased keeps the digests that it had: `erased` is the
-- SHA-256 of its changes and that of the whole entry. Seals by scheme 2 go over the digest of the changes, older ones
-- over the whole entry.
ALTER TABLE audit_entries ADD COLUMN erased TEXT;
ALTER TABLE audit_seals ADD COLUMN scheme INTEGER NOT NULL DEFAULT 1;

-- Emptying is the one thing that may be done to an entry, once.
DROP TRIGGER audit_entries_no_update;
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
WHEN NEW.erased IS NULL OR OLD.erased IS NOT NULL OR NEW.changes <> '[]'
    OR NEW.workspace_id IS NOT OLD.workspace_id OR NEW.record_id IS NOT OLD.record_id OR NEW.id IS NOT OLD.id
    OR NEW.at IS NOT OLD.at OR NEW.action IS NOT OLD.action OR NEW.object IS NOT OLD.object
    OR NEW.actor_id IS NOT OLD.actor_id OR NEW.cause IS NOT OLD.cause
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;

-- Who had whom erased, when and why, and how many rows went: the certificate that stays.
CREATE TABLE erasures (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    reason TEXT NOT NULL,
    counts TEXT NOT NULL DEFAULT '{}',
    job_id TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasures_contact ON erasures (workspace_id, contact_id);

-- Addresses and numbers of erased people, each as a keyed digest, so that an import can be told.
CREATE TABLE erasure_marks (
    workspace_id TEXT NOT NULL,
    mark TEXT NOT NULL,
    kind TEXT NOT NULL,
    erasure_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, mark),
    FOREIGN KEY (workspace_id, erasure_id) REFERENCES erasures (workspace_id, id)
) STRICT, WITHOUT ROWID;
