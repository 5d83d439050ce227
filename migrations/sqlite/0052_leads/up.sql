-- Somebody who showed interest. What became of it is in `contact_id`, `company_id` and `deal_id`.
CREATE TABLE leads (
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
    company_name TEXT,
    company_name_key TEXT NOT NULL DEFAULT '',
    job_title TEXT,
    emails TEXT NOT NULL DEFAULT '[]',
    phones TEXT NOT NULL DEFAULT '[]',
    language TEXT,
    country TEXT,
    city TEXT,
    city_key TEXT NOT NULL DEFAULT '',
    website TEXT,
    source TEXT,
    campaign TEXT,
    source_detail TEXT,
    first_touch_at INTEGER,
    status TEXT NOT NULL,
    score INTEGER,
    mql_at INTEGER,
    sql_at INTEGER,
    handed_off_at INTEGER,
    handed_off_by TEXT,
    accepted_at INTEGER,
    accepted_by TEXT,
    returned_at INTEGER,
    return_reason TEXT,
    first_response_at INTEGER,
    response_due_at INTEGER,
    unqualified_reason TEXT,
    converted_at INTEGER,
    contact_id TEXT,
    company_id TEXT,
    deal_id TEXT,
    description TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    problems TEXT NOT NULL DEFAULT '[]',
    next_step_at INTEGER,
    last_activity_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, handed_off_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id)
) STRICT;
CREATE INDEX leads_name ON leads (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_created ON leads (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_owner ON leads (workspace_id, owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_team ON leads (workspace_id, team_id, id) WHERE team_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX leads_status ON leads (workspace_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_source ON leads (workspace_id, source, id) WHERE source IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX leads_due ON leads (workspace_id, response_due_at, id) WHERE first_response_at IS NULL AND deleted_at IS NULL;
CREATE INDEX leads_contact ON leads (workspace_id, contact_id, created_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX leads_company ON leads (workspace_id, company_id, created_at, id) WHERE company_id IS NOT NULL;
CREATE INDEX leads_deal ON leads (workspace_id, deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX leads_trash ON leads (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX leads_import ON leads (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Activities may concern a lead. A table gets a key into another one only anew.
CREATE TABLE activities_new (
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
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL DEFAULT '',
    body TEXT,
    contact_id TEXT,
    company_id TEXT,
    deal_id TEXT,
    lead_id TEXT,
    due_at INTEGER,
    done_at INTEGER,
    outcome TEXT,
    direction TEXT,
    duration_minutes INTEGER,
    priority TEXT,
    location TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id)
) STRICT;
INSERT INTO activities_new (rid, workspace_id, id, version, created_at, created_by, updated_at, updated_by, owner_id, team_id, deleted_at, import_id, custom, kind, subject, subject_key, body, contact_id, company_id, deal_id, due_at, done_at, outcome, direction, duration_minutes, priority, location)
SELECT rid, workspace_id, id, version, created_at, created_by, updated_at, updated_by, owner_id, team_id, deleted_at, import_id, custom, kind, subject, subject_key, body, contact_id, company_id, deal_id, due_at, done_at, outcome, direction, duration_minutes, priority, location FROM activities;
DROP TABLE activities;
ALTER TABLE activities_new RENAME TO activities;
CREATE INDEX activities_created ON activities (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_contact ON activities (workspace_id, contact_id, due_at) WHERE contact_id IS NOT NULL;
CREATE INDEX activities_company ON activities (workspace_id, company_id, due_at) WHERE company_id IS NOT NULL;
CREATE INDEX activities_deal ON activities (workspace_id, deal_id, due_at) WHERE deal_id IS NOT NULL;
CREATE INDEX activities_open ON activities (workspace_id, owner_id, due_at, id) WHERE done_at IS NULL AND deleted_at IS NULL;
CREATE INDEX activities_due ON activities (workspace_id, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_trash ON activities (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX activities_import ON activities (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX activities_team ON activities (workspace_id, team_id, id) WHERE team_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX activities_owner ON activities (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_lead ON activities (workspace_id, lead_id, due_at) WHERE lead_id IS NOT NULL;
