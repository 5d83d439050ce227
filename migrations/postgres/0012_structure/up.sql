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

-- What is wrong with the addresses and numbers of a record; the values stand in field_index as well.
ALTER TABLE contacts ADD COLUMN problems text NOT NULL DEFAULT '[]';
ALTER TABLE companies ADD COLUMN problems text NOT NULL DEFAULT '[]';

-- How the quality of records is measured; a workspace without a row goes by the defaults.
CREATE TABLE quality_settings (
    workspace_id text COLLATE "C" NOT NULL,
    settings text NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- What was measured on a day: shares and score in ten-thousandths, counts of the work queues.
CREATE TABLE quality_scores (
    workspace_id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL,
    measured_at bigint NOT NULL,
    records bigint NOT NULL,
    complete bigint,
    valid bigint,
    uniq bigint,
    fresh bigint,
    score bigint,
    queues text NOT NULL,
    PRIMARY KEY (workspace_id, object, day),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Guided reviews of all data. scores: what was measured when it was finished.
CREATE TABLE quality_audits (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C",
    updated_at bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    owner_id text COLLATE "C" NOT NULL,
    due_date text COLLATE "C",
    finished_at bigint,
    finished_by text COLLATE "C",
    scores text,
    reaudit_date text COLLATE "C",
    reminded_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX quality_audits_reminder ON quality_audits (reaudit_date) WHERE reaudit_date IS NOT NULL AND reminded_at IS NULL;

CREATE TABLE quality_steps (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    audit_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    reason text COLLATE "C",
    owner_id text COLLATE "C",
    due_date text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, audit_id, number),
    FOREIGN KEY (workspace_id, audit_id) REFERENCES quality_audits (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id)
);

-- What came to light in a step. object with record_id or queue: where.
CREATE TABLE quality_findings (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    step_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C",
    updated_at bigint NOT NULL,
    text text NOT NULL,
    severity text COLLATE "C" NOT NULL,
    object text COLLATE "C",
    record_id text COLLATE "C",
    queue text COLLATE "C",
    resolved_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, step_id) REFERENCES quality_steps (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX quality_findings_step ON quality_findings (workspace_id, step_id, id);
