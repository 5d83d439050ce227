-- Saved views of every layout, shown to a team or to everyone, open to changes or locked.
ALTER TABLE saved_views ADD COLUMN layout_field TEXT;
ALTER TABLE saved_views ADD COLUMN span TEXT;
ALTER TABLE saved_views ADD COLUMN group_by TEXT;
ALTER TABLE saved_views ADD COLUMN sums TEXT;
ALTER TABLE saved_views ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private';
ALTER TABLE saved_views ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
-- Until now nobody but its owner changed a shared view, so that these are locked.
UPDATE saved_views SET visibility = 'everyone', locked = 1 WHERE shared = 1;
ALTER TABLE saved_views DROP COLUMN shared;
