DROP TRIGGER audit_entries_no_delete;
DROP TRIGGER audit_entries_no_update;
DROP INDEX audit_entries_workspace;
