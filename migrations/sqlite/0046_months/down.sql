-- A step of PostgreSQL's, where what happened is kept by month. Here its rows go one by one, found by their place or time.
SELECT 1;
