DROP TABLE upkeep;
DROP TABLE job_schedules;
