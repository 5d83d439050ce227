INSERT INTO timeline_events
    (workspace_id, subject_id, at, id, subject_object, kind, actor_id, object, record_id, data)
SELECT workspace_id, record_id, at, id, object, object || '.' || action, actor_id, object, record_id,
    CASE action WHEN 'created' THEN '{}' ELSE (
        SELECT json_object('fields', json_group_array(json_extract(value, '$.field'))) FROM json_each(changes)
    ) END
FROM audit_entries WHERE object IN ('contact', 'company', 'deal');
