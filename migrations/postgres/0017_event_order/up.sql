-- Events are read in the order of the transactions that wrote them: one that is committed late comes after nothing that
-- a reader has seen. What is there already is settled.
ALTER TABLE outbox_events ADD COLUMN seq bigint NOT NULL DEFAULT 0;
ALTER TABLE outbox_events ALTER COLUMN seq SET DEFAULT (pg_current_xact_id()::text::bigint);
ALTER TABLE outbox_events DROP CONSTRAINT outbox_events_pkey;
ALTER TABLE outbox_events ADD PRIMARY KEY (workspace_id, seq, id);
