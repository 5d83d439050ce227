-- What the sales board counts comes from indexes alone: closed deals and what they are worth, and open ones that need attention.
DROP INDEX deals_closed;
CREATE INDEX deals_closed ON deals (workspace_id, status, closed_at, owner_id, team_id, currency, amount) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX deals_attention ON deals (workspace_id, owner_id, team_id, close_date, next_step_at, quiet_at) WHERE status = 'open' AND deleted_at IS NULL;
