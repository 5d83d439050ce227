ALTER TABLE activities DROP COLUMN lead_id;
DROP TABLE leads;
