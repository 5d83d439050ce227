DROP TABLE forecast_calls;
DROP INDEX deals_quiet;
ALTER TABLE deals DROP COLUMN quiet_at;
