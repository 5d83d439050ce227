-- Who else is after deals.
CREATE TABLE competitors (
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
    name TEXT NOT NULL,
    name_key TEXT NOT NULL DEFAULT '',
    website TEXT,
    strengths TEXT,
    weaknesses TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE INDEX competitors_name ON competitors (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX competitors_trash ON competitors (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX competitors_import ON competitors (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- What people do in a deal on the other side.
CREATE TABLE deal_contacts (
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
    deal_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    role TEXT NOT NULL,
    note TEXT,
    note_key TEXT NOT NULL DEFAULT '',
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
) STRICT;
CREATE INDEX deal_contacts_deal ON deal_contacts (workspace_id, deal_id, role);
CREATE INDEX deal_contacts_contact ON deal_contacts (workspace_id, contact_id);
CREATE INDEX deal_contacts_owner ON deal_contacts (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX deal_contacts_trash ON deal_contacts (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX deal_contacts_import ON deal_contacts (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Who else is after a deal, and how it went.
CREATE TABLE deal_competitors (
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
    deal_id TEXT NOT NULL,
    competitor_id TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT,
    note_key TEXT NOT NULL DEFAULT '',
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, competitor_id) REFERENCES competitors (workspace_id, id)
) STRICT;
CREATE INDEX deal_competitors_deal ON deal_competitors (workspace_id, deal_id);
CREATE INDEX deal_competitors_competitor ON deal_competitors (workspace_id, competitor_id, state);
CREATE INDEX deal_competitors_owner ON deal_competitors (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX deal_competitors_trash ON deal_competitors (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX deal_competitors_import ON deal_competitors (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
