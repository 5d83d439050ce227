DROP TABLE erasure_marks;
DROP TABLE erasures;
DROP TRIGGER audit_entries_no_update;
ALTER TABLE audit_seals DROP COLUMN scheme;
ALTER TABLE audit_entries DROP COLUMN erased;
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;
