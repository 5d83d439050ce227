-- What happened to a record itself is told by its audit entries; events are for what else stands on a timeline.
DELETE FROM timeline_events
WHERE subject_id = record_id AND object IN ('contact', 'company', 'deal') AND kind <> 'deal.stage_changed';
