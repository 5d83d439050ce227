DROP TABLE quality_findings;
DROP TABLE quality_steps;
DROP TABLE quality_audits;
DROP TABLE quality_scores;
DROP TABLE quality_settings;
ALTER TABLE companies DROP COLUMN problems;
ALTER TABLE contacts DROP COLUMN problems;
ALTER TABLE workspaces DROP COLUMN hides_companies;
DROP TABLE relationships;
