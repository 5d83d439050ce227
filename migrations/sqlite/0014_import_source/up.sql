-- What kind of file an import came as, and which sheet of it is imported.
ALTER TABLE imports ADD COLUMN source TEXT NOT NULL DEFAULT '{}';
