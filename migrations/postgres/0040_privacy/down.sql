DROP TABLE processing_entries;
DROP TABLE retention_holds;
DROP TABLE retention_rules;
DROP TABLE consents;
DROP TABLE consent_purposes;
