DROP INDEX contacts_lifecycle;
CREATE INDEX contacts_lifecycle ON contacts (workspace_id, lifecycle_stage, full_name_key, id) WHERE deleted_at IS NULL;

CREATE INDEX search_documents_title ON search_documents (workspace_id, title_key, object);

DROP INDEX timeline_events_record;
CREATE INDEX timeline_events_record ON timeline_events (workspace_id, record_id);
ALTER TABLE timeline_events DROP CONSTRAINT timeline_events_pkey;
ALTER TABLE timeline_events ADD PRIMARY KEY (workspace_id, id);
CREATE INDEX timeline_events_subject ON timeline_events (workspace_id, subject_id, at, id);

ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_pkey;
ALTER TABLE audit_entries ADD PRIMARY KEY (workspace_id, id);
CREATE INDEX audit_entries_record ON audit_entries (workspace_id, record_id, id);
