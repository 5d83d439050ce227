DROP TABLE erasure_marks;
DROP TABLE erasures;
DROP TRIGGER audit_entries_no_update ON audit_entries;
DROP TRIGGER audit_entries_stay ON audit_entries;
ALTER TABLE audit_seals DROP COLUMN scheme;
ALTER TABLE audit_entries DROP COLUMN erased;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_stay();
