-- The log of a whole workspace, newest first. Entries are added at its end.
CREATE INDEX audit_entries_workspace ON audit_entries (workspace_id, id);

-- What was written into the log stays as it is.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never removed');
END;
