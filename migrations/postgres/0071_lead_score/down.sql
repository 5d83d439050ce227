DROP TABLE score_settings;
DROP TABLE score_marks;
DROP TABLE score_rules;
DROP INDEX leads_chance;
DROP INDEX leads_score;
ALTER TABLE leads DROP COLUMN chance;
ALTER TABLE leads DROP COLUMN grade;
