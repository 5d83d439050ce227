ALTER TABLE workspaces DROP COLUMN fields_version;
DROP TABLE unique_values;
DROP TABLE custom_fields;
