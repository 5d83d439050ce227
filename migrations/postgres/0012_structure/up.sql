-- How two people are related.
CREATE TABLE relationships (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C",
    updated_at bigint NOT NULL,
    updated_by text COLLATE "C",
    owner_id text COLLATE "C",
    team_id text COLLATE "C",
    deleted_at bigint,
    import_id text COLLATE "C",
    custom text NOT NULL DEFAULT '{}',
    from_contact_id text COLLATE "C" NOT NULL,
    to_contact_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    from_date text COLLATE "C",
    to_date text COLLATE "C",
    note text COLLATE "C",
    note_key text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, from_contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, to_contact_id) REFERENCES contacts (workspace_id, id)
);
CREATE INDEX relationships_from ON relationships (workspace_id, from_contact_id, kind);
CREATE INDEX relationships_to ON relationships (workspace_id, to_contact_id, kind);
CREATE INDEX relationships_trash ON relationships (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX relationships_import ON relationships (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- A workspace that deals with people only shows no companies.
ALTER TABLE workspaces ADD COLUMN hides_companies boolean NOT NULL DEFAULT false;
