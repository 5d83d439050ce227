DROP INDEX stage_changes_at;
DROP INDEX deals_close;
