ALTER TABLE sessions DROP COLUMN by_provider;
DROP TABLE provider_identities;
DROP TABLE sign_in_providers;
