ALTER TABLE line_items DROP COLUMN unit_cost;
ALTER TABLE prices DROP COLUMN unit_cost;
DROP INDEX email_messages_quote;
ALTER TABLE email_messages DROP COLUMN quote_id;
