DROP TABLE import_changes;
DROP TABLE imports;
DROP TABLE job_lanes;
DROP TABLE jobs;
