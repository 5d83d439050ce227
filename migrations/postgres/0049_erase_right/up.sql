SELECT set_config('app.workspace', '*', true);

-- To erase people was a part of the settings and is a right of its own: whoever had the one has the other.
UPDATE roles SET rights = replace(rights, '"settings"', '"settings","erase"');
