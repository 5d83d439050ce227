DROP TABLE stage_weeks;
DROP INDEX stage_changes_again;
DROP INDEX stage_changes_came;
CREATE INDEX stage_changes_at ON stage_changes (workspace_id, at, deal_id, to_stage_id);
ALTER TABLE stage_changes DROP COLUMN further;
ALTER TABLE stage_changes DROP COLUMN first_at;
