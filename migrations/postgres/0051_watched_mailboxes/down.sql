ALTER TABLE email_accounts DROP COLUMN watched_until;
ALTER TABLE email_accounts DROP COLUMN watched_by;
