-- Saved views of every layout, shown to a team or to everyone, open to changes or locked.
ALTER TABLE saved_views ADD COLUMN layout_field text COLLATE "C";
ALTER TABLE saved_views ADD COLUMN span text COLLATE "C";
ALTER TABLE saved_views ADD COLUMN group_by text COLLATE "C";
ALTER TABLE saved_views ADD COLUMN sums text COLLATE "C";
ALTER TABLE saved_views ADD COLUMN visibility text COLLATE "C" NOT NULL DEFAULT 'private';
ALTER TABLE saved_views ADD COLUMN locked boolean NOT NULL DEFAULT false;
-- Until now nobody but its owner changed a shared view, so that these are locked.
UPDATE saved_views SET visibility = 'everyone', locked = true WHERE shared = true;
ALTER TABLE saved_views DROP COLUMN shared;
