DROP TABLE merge_events;
DROP TABLE merge_moves;
DROP TABLE merges;
DROP TABLE duplicate_settings;
DROP TABLE duplicate_pairs;
