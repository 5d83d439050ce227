ALTER TABLE saved_views ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
UPDATE saved_views SET shared = 1 WHERE visibility = 'everyone';
UPDATE saved_views SET layout = 'table' WHERE layout IN ('calendar', 'places');
ALTER TABLE saved_views DROP COLUMN locked;
ALTER TABLE saved_views DROP COLUMN visibility;
ALTER TABLE saved_views DROP COLUMN sums;
ALTER TABLE saved_views DROP COLUMN group_by;
ALTER TABLE saved_views DROP COLUMN span;
ALTER TABLE saved_views DROP COLUMN layout_field;
