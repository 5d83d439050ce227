SELECT set_config('app.workspace', '*', true);

DROP TABLE lead_holds;
DELETE FROM retention_rules WHERE object = 'lead';
ALTER TABLE retention_rules ADD CONSTRAINT retention_rules_object_check CHECK (object IN ('contact', 'activity', 'file'));
