-- SQLite has no such guard: a row there can be of no other workspace than what refers to it, and that is all.
SELECT 1;
