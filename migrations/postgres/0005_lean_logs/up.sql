-- Every write adds to these tables: each keeps the one index by which it is read.
ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_pkey;
DROP INDEX audit_entries_record;
ALTER TABLE audit_entries ADD PRIMARY KEY (workspace_id, record_id, id);

ALTER TABLE timeline_events DROP CONSTRAINT timeline_events_pkey;
DROP INDEX timeline_events_subject;
ALTER TABLE timeline_events ADD PRIMARY KEY (workspace_id, subject_id, at, id);
-- Most events are about their own subject and found by it.
DROP INDEX timeline_events_record;
CREATE INDEX timeline_events_record ON timeline_events (workspace_id, record_id) WHERE record_id <> subject_id;

-- Names that begin with a text are found by the objects' own indexes.
DROP INDEX search_documents_title;

DROP INDEX contacts_lifecycle;
CREATE INDEX contacts_lifecycle ON contacts (workspace_id, lifecycle_stage, full_name_key, id) WHERE lifecycle_stage IS NOT NULL AND deleted_at IS NULL;
