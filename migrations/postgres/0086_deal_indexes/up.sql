-- Figures of sales come from indexes alone: closed deals, what they are worth and since when they are there, and open ones that
-- need attention.
DROP INDEX deals_closed;
CREATE INDEX deals_closed ON deals (workspace_id, status, closed_at, owner_id, team_id, currency, amount, created_at) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX deals_attention ON deals (workspace_id, owner_id, team_id, close_date, next_step_at, quiet_at) WHERE status = 'open' AND deleted_at IS NULL;
