DROP INDEX deals_attention;
DROP INDEX deals_closed;
CREATE INDEX deals_closed ON deals (workspace_id, status, closed_at) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;
