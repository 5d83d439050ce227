ALTER TABLE imports DROP COLUMN source;
