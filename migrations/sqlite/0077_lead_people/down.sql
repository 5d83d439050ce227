ALTER TABLE erasures DROP COLUMN object;
