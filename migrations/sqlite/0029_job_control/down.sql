DROP INDEX jobs_states;
DROP INDEX jobs_kinds_running;
DROP INDEX jobs_dead;
DROP TABLE job_kinds;
DROP TABLE job_pauses;
