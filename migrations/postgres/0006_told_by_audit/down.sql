INSERT INTO timeline_events
    (workspace_id, subject_id, at, id, subject_object, kind, actor_id, object, record_id, data)
SELECT workspace_id, record_id, at, id, object, object || '.' || action, actor_id, object, record_id,
    CASE action WHEN 'created' THEN '{}' ELSE (
        SELECT json_build_object('fields', coalesce(json_agg(change ->> 'field'), '[]'))::text
        FROM json_array_elements(changes::json) AS change
    ) END
FROM audit_entries WHERE object IN ('contact', 'company', 'deal');
