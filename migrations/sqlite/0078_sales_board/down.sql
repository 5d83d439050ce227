DROP TABLE forecast_calls;
DROP INDEX activities_done;
DROP INDEX deals_quiet;
ALTER TABLE deals DROP COLUMN quiet_at;
