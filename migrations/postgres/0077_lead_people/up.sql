-- As what the person was known who was erased: as a contact, or as a lead alone.
ALTER TABLE erasures ADD COLUMN object text COLLATE "C" NOT NULL DEFAULT 'contact';
