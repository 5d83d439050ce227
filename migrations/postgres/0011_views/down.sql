ALTER TABLE saved_views ADD COLUMN shared boolean NOT NULL DEFAULT false;
UPDATE saved_views SET shared = true WHERE visibility = 'everyone';
UPDATE saved_views SET layout = 'table' WHERE layout IN ('calendar', 'places');
ALTER TABLE saved_views DROP COLUMN locked;
ALTER TABLE saved_views DROP COLUMN visibility;
ALTER TABLE saved_views DROP COLUMN sums;
ALTER TABLE saved_views DROP COLUMN group_by;
ALTER TABLE saved_views DROP COLUMN span;
ALTER TABLE saved_views DROP COLUMN layout_field;
