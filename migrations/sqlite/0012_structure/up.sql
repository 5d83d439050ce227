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

-- What is wrong with the addresses and numbers of a record; the values stand in field_index as well.
ALTER TABLE contacts ADD COLUMN problems TEXT NOT NULL DEFAULT '[]';
ALTER TABLE companies ADD COLUMN problems TEXT NOT NULL DEFAULT '[]';

-- How the quality of records is measured; a workspace without a row goes by the defaults.
CREATE TABLE quality_settings (
    workspace_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- What was measured on a day: shares and score in ten-thousandths, counts of the work queues.
CREATE TABLE quality_scores (
    workspace_id TEXT NOT NULL,
    object TEXT NOT NULL,
    day TEXT NOT NULL,
    measured_at INTEGER NOT NULL,
    records INTEGER NOT NULL,
    complete INTEGER,
    valid INTEGER,
    uniq INTEGER,
    fresh INTEGER,
    score INTEGER,
    queues TEXT NOT NULL,
    PRIMARY KEY (workspace_id, object, day),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- Guided reviews of all data. scores: what was measured when it was finished.
CREATE TABLE quality_audits (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    updated_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    due_date TEXT,
    finished_at INTEGER,
    finished_by TEXT,
    scores TEXT,
    reaudit_date TEXT,
    reminded_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX quality_audits_reminder ON quality_audits (reaudit_date) WHERE reaudit_date IS NOT NULL AND reminded_at IS NULL;

CREATE TABLE quality_steps (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    audit_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    owner_id TEXT,
    due_date TEXT,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, audit_id, number),
    FOREIGN KEY (workspace_id, audit_id) REFERENCES quality_audits (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id)
) STRICT;

-- What came to light in a step. object with record_id or queue: where.
CREATE TABLE quality_findings (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    updated_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    severity TEXT NOT NULL,
    object TEXT,
    record_id TEXT,
    queue TEXT,
    resolved_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, step_id) REFERENCES quality_steps (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX quality_findings_step ON quality_findings (workspace_id, step_id, id);
