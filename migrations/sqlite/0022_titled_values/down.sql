DROP INDEX field_index_title;
ALTER TABLE field_index DROP COLUMN title;
