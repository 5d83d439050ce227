-- As what the person was known who was erased: as a contact, or as a lead alone.
ALTER TABLE erasures ADD COLUMN object TEXT NOT NULL DEFAULT 'contact';
