-- Open deals by the day on which they should close, and moves by their time.
CREATE INDEX deals_close ON deals (workspace_id, status, close_date) WHERE deleted_at IS NULL;
CREATE INDEX stage_changes_at ON stage_changes (workspace_id, at, deal_id, to_stage_id);
