-- The process that listens to the mailbox of an account, and until when it holds it.
ALTER TABLE email_accounts ADD COLUMN watched_by TEXT;
ALTER TABLE email_accounts ADD COLUMN watched_until INTEGER;
