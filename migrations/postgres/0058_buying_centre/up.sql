-- Who else is after deals.
CREATE TABLE competitors (
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
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL DEFAULT '',
    website text COLLATE "C",
    strengths text,
    weaknesses text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE INDEX competitors_name ON competitors (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX competitors_trash ON competitors (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX competitors_import ON competitors (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- What people do in a deal on the other side.
CREATE TABLE deal_contacts (
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
    deal_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    note text COLLATE "C",
    note_key text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
);
CREATE INDEX deal_contacts_deal ON deal_contacts (workspace_id, deal_id, role);
CREATE INDEX deal_contacts_contact ON deal_contacts (workspace_id, contact_id);
CREATE INDEX deal_contacts_owner ON deal_contacts (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX deal_contacts_trash ON deal_contacts (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX deal_contacts_import ON deal_contacts (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Who else is after a deal, and how it went.
CREATE TABLE deal_competitors (
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
    deal_id text COLLATE "C" NOT NULL,
    competitor_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    note text COLLATE "C",
    note_key text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, competitor_id) REFERENCES competitors (workspace_id, id)
);
CREATE INDEX deal_competitors_deal ON deal_competitors (workspace_id, deal_id);
CREATE INDEX deal_competitors_competitor ON deal_competitors (workspace_id, competitor_id, state);
CREATE INDEX deal_competitors_owner ON deal_competitors (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX deal_competitors_trash ON deal_competitors (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX deal_competitors_import ON deal_competitors (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

ALTER TABLE competitors ENABLE ROW LEVEL SECURITY;
ALTER TABLE competitors FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON competitors USING (in_scope(workspace_id));
ALTER TABLE deal_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE deal_contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON deal_contacts USING (in_scope(workspace_id));
ALTER TABLE deal_competitors ENABLE ROW LEVEL SECURITY;
ALTER TABLE deal_competitors FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON deal_competitors USING (in_scope(workspace_id));
