-- How two people are related.
CREATE TABLE relationships (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    updated_at INTEGER NOT NULL,
    updated_by TEXT,
    owner_id TEXT,
    team_id TEXT,
    deleted_at INTEGER,
    import_id TEXT,
    custom TEXT NOT NULL DEFAULT '{}',
    from_contact_id TEXT NOT NULL,
    to_contact_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_date TEXT,
    to_date TEXT,
    note TEXT,
    note_key TEXT NOT NULL DEFAULT '',
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, from_contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, to_contact_id) REFERENCES contacts (workspace_id, id)
) STRICT;
CREATE INDEX relationships_from ON relationships (workspace_id, from_contact_id, kind);
CREATE INDEX relationships_to ON relationships (workspace_id, to_contact_id, kind);
CREATE INDEX relationships_trash ON relationships (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX relationships_import ON relationships (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- A workspace that deals with people only shows no companies.
ALTER TABLE workspaces ADD COLUMN hides_companies INTEGER NOT NULL DEFAULT 0;
