-- The log of a whole workspace, newest first. Entries are added at its end.
CREATE INDEX audit_entries_workspace ON audit_entries (workspace_id, id);

-- What was written into the log stays as it is.
CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed or removed';
END;
$$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_stay();
