-- The quote whose link a message brings.
ALTER TABLE email_messages ADD COLUMN quote_id TEXT;
CREATE INDEX email_messages_quote ON email_messages (workspace_id, quote_id, at) WHERE quote_id IS NOT NULL;

-- What one costs oneself: by the price book, and of a line as it was when the line was written.
ALTER TABLE prices ADD COLUMN unit_cost INTEGER;
ALTER TABLE line_items ADD COLUMN unit_cost INTEGER;
