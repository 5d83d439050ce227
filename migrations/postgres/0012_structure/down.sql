ALTER TABLE workspaces DROP COLUMN hides_companies;
DROP TABLE relationships;
