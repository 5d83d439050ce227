DROP TABLE recent_writers;
