DROP INDEX stage_changes_to;
DROP INDEX deals_close;
