DROP TABLE email_soft_bounces;
DROP TABLE email_suppressions;
DROP TABLE email_links;
DROP TABLE email_messages;
DROP TABLE email_accounts;
