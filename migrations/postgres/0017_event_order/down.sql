ALTER TABLE outbox_events DROP CONSTRAINT outbox_events_pkey;
ALTER TABLE outbox_events ADD PRIMARY KEY (workspace_id, id);
ALTER TABLE outbox_events DROP COLUMN seq;
