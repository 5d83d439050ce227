-- Values of custom fields know the title of their record in the form in which it sorts: all records with one value come in
-- the order of their titles without a look at each.
ALTER TABLE field_index ADD COLUMN title text COLLATE "C" NOT NULL DEFAULT '';
UPDATE field_index SET title = (SELECT t.full_name_key FROM contacts t WHERE t.workspace_id = field_index.workspace_id AND t.id = field_index.record_id)
    WHERE object = 'contact' AND field NOT IN ('emails', 'phones', 'tags', 'problems')
    AND EXISTS (SELECT 1 FROM contacts t WHERE t.workspace_id = field_index.workspace_id AND t.id = field_index.record_id);
UPDATE field_index SET title = (SELECT t.name_key FROM companies t WHERE t.workspace_id = field_index.workspace_id AND t.id = field_index.record_id)
    WHERE object = 'company' AND field NOT IN ('emails', 'phones', 'tags', 'problems')
    AND EXISTS (SELECT 1 FROM companies t WHERE t.workspace_id = field_index.workspace_id AND t.id = field_index.record_id);
UPDATE field_index SET title = (SELECT t.name_key FROM deals t WHERE t.workspace_id = field_index.workspace_id AND t.id = field_index.record_id)
    WHERE object = 'deal' AND field NOT IN ('emails', 'phones', 'tags', 'problems')
    AND EXISTS (SELECT 1 FROM deals t WHERE t.workspace_id = field_index.workspace_id AND t.id = field_index.record_id);
CREATE INDEX field_index_title ON field_index (workspace_id, object, field, value, title, record_id) WHERE title <> '';
