DROP TABLE notifications;
DROP TABLE deal_totals;
DROP TABLE stage_changes;
DROP TABLE outbox_events;
DROP TABLE timeline_events;
DROP TABLE audit_entries;
DROP TABLE search_documents;
DROP TABLE field_index;
