DROP TRIGGER audit_entries_stay ON audit_entries;
DROP FUNCTION audit_entries_stay();
DROP INDEX audit_entries_workspace;
