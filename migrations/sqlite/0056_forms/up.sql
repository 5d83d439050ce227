-- Forms on the web that make leads. The slug is the address; its random end keeps those of all workspaces apart.
CREATE TABLE forms (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    design TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, slug),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX forms_slug ON forms (slug);

-- What was sent, and what became of it. A page that is sent twice has its effect once.
CREATE TABLE form_submissions (
    workspace_id TEXT NOT NULL,
    form_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    page TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    answers TEXT NOT NULL,
    consents TEXT NOT NULL,
    language TEXT NOT NULL,
    referrer TEXT,
    ip_hash TEXT,
    lead_id TEXT,
    decided_at INTEGER,
    decided_by TEXT,
    PRIMARY KEY (workspace_id, form_id, id),
    UNIQUE (workspace_id, form_id, page),
    FOREIGN KEY (workspace_id, form_id) REFERENCES forms (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
-- What waits for somebody to look at it.
CREATE INDEX form_submissions_held ON form_submissions (workspace_id, form_id, id) WHERE state = 'held';
CREATE INDEX form_submissions_lead ON form_submissions (workspace_id, lead_id) WHERE lead_id IS NOT NULL;
