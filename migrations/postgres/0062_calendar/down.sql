DROP TABLE activity_series;
DROP INDEX activities_series;
DROP INDEX activities_calendar;
ALTER TABLE activities DROP COLUMN series_id;
ALTER TABLE activities DROP COLUMN recurrence;
ALTER TABLE activities DROP COLUMN members;
ALTER TABLE activities DROP COLUMN attendees;
ALTER TABLE activities DROP COLUMN all_day;
