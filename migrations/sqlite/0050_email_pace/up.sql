-- Messages in a minute to one mail domain, and the plan of an account that nobody knows yet: how many it sends on the first
-- day, and by how many percent more on each next one.
ALTER TABLE email_accounts ADD COLUMN per_domain INTEGER NOT NULL DEFAULT 600;
ALTER TABLE email_accounts ADD COLUMN warm_up_since TEXT;
ALTER TABLE email_accounts ADD COLUMN warm_up_first INTEGER NOT NULL DEFAULT 50;
ALTER TABLE email_accounts ADD COLUMN warm_up_growth INTEGER NOT NULL DEFAULT 50;
-- Times in a row that a bucket was closed by those whom it protects; each time for longer.
ALTER TABLE rate_buckets ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
