-- Forms on the web that make leads. The slug is the address; its random end keeps those of all workspaces apart.
CREATE TABLE forms (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    slug text COLLATE "C" NOT NULL,
    design text NOT NULL,
    active boolean NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, slug),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX forms_slug ON forms (slug);

-- What was sent, and what became of it. A page that is sent twice has its effect once.
CREATE TABLE form_submissions (
    workspace_id text COLLATE "C" NOT NULL,
    form_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    received_at bigint NOT NULL,
    page text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    reason text COLLATE "C",
    answers text NOT NULL,
    consents text NOT NULL,
    language text COLLATE "C" NOT NULL,
    referrer text,
    ip_hash text COLLATE "C",
    lead_id text COLLATE "C",
    decided_at bigint,
    decided_by text COLLATE "C",
    PRIMARY KEY (workspace_id, form_id, id),
    UNIQUE (workspace_id, form_id, page),
    FOREIGN KEY (workspace_id, form_id) REFERENCES forms (workspace_id, id) ON DELETE CASCADE
);
-- What waits for somebody to look at it.
CREATE INDEX form_submissions_held ON form_submissions (workspace_id, form_id, id) WHERE state = 'held';
CREATE INDEX form_submissions_lead ON form_submissions (workspace_id, lead_id) WHERE lead_id IS NOT NULL;

ALTER TABLE forms ENABLE ROW LEVEL SECURITY;
ALTER TABLE forms FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON forms USING (in_scope(workspace_id));
ALTER TABLE form_submissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_submissions FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON form_submissions USING (in_scope(workspace_id));
