ALTER TABLE rate_buckets DROP COLUMN refusals;
ALTER TABLE email_accounts DROP COLUMN warm_up_growth;
ALTER TABLE email_accounts DROP COLUMN warm_up_first;
ALTER TABLE email_accounts DROP COLUMN warm_up_since;
ALTER TABLE email_accounts DROP COLUMN per_domain;
