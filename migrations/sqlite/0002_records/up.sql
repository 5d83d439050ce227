-- People who work on the same records.
CREATE TABLE teams (
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
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX teams_name ON teams (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX teams_trash ON teams (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX teams_import ON teams (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Words that people, companies and deals are marked with.
CREATE TABLE tags (
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
    colour TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX tags_name ON tags (workspace_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX tags_trash ON tags (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tags_import ON tags (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Ways that deals go.
CREATE TABLE pipelines (
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
    position INTEGER NOT NULL,
    currency TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE INDEX pipelines_trash ON pipelines (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX pipelines_import ON pipelines (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Steps of a pipeline.
CREATE TABLE stages (
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
    pipeline_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL,
    probability INTEGER NOT NULL,
    kind TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipelines (workspace_id, id)
) STRICT;
CREATE INDEX stages_pipeline ON stages (workspace_id, pipeline_id, position);
CREATE INDEX stages_trash ON stages (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX stages_import ON stages (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Organisations one does business with.
CREATE TABLE companies (
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
    domain TEXT,
    industry TEXT,
    industry_key TEXT NOT NULL DEFAULT '',
    employees INTEGER,
    tax_id TEXT,
    emails TEXT NOT NULL DEFAULT '[]',
    phones TEXT NOT NULL DEFAULT '[]',
    website TEXT,
    address TEXT,
    city TEXT,
    city_key TEXT NOT NULL DEFAULT '',
    province TEXT,
    postal_code TEXT,
    country TEXT,
    lifecycle_stage TEXT,
    parent_id TEXT,
    description TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    next_step_at INTEGER,
    last_activity_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES companies (workspace_id, id)
) STRICT;
CREATE INDEX companies_name ON companies (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_created ON companies (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_domain ON companies (workspace_id, domain) WHERE domain IS NOT NULL;
CREATE INDEX companies_city ON companies (workspace_id, city_key, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_owner ON companies (workspace_id, owner_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_parent ON companies (workspace_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX companies_trash ON companies (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX companies_import ON companies (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- People.
CREATE TABLE contacts (
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
    full_name TEXT NOT NULL,
    full_name_key TEXT NOT NULL DEFAULT '',
    family_name TEXT,
    family_name_key TEXT NOT NULL DEFAULT '',
    nickname TEXT,
    honorific TEXT,
    emails TEXT NOT NULL DEFAULT '[]',
    phones TEXT NOT NULL DEFAULT '[]',
    job_title TEXT,
    company_id TEXT,
    lifecycle_stage TEXT,
    source TEXT,
    language TEXT,
    time_zone TEXT,
    preferred_channel TEXT,
    birth_date TEXT,
    address TEXT,
    city TEXT,
    city_key TEXT NOT NULL DEFAULT '',
    province TEXT,
    postal_code TEXT,
    country TEXT,
    description TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    next_step_at INTEGER,
    last_activity_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id)
) STRICT;
CREATE INDEX contacts_name ON contacts (workspace_id, full_name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_created ON contacts (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_company ON contacts (workspace_id, company_id, full_name_key, id) WHERE company_id IS NOT NULL;
CREATE INDEX contacts_city ON contacts (workspace_id, city_key, full_name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_owner ON contacts (workspace_id, owner_id, full_name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_lifecycle ON contacts (workspace_id, lifecycle_stage, full_name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_next_step ON contacts (workspace_id, next_step_at, id) WHERE next_step_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX contacts_trash ON contacts (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX contacts_import ON contacts (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- What a person is or was at a company.
CREATE TABLE contact_roles (
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
    contact_id TEXT NOT NULL,
    company_id TEXT NOT NULL,
    role TEXT NOT NULL,
    role_key TEXT NOT NULL DEFAULT '',
    from_date TEXT,
    to_date TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id)
) STRICT;
CREATE INDEX contact_roles_contact ON contact_roles (workspace_id, contact_id);
CREATE INDEX contact_roles_company ON contact_roles (workspace_id, company_id);
CREATE INDEX contact_roles_trash ON contact_roles (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX contact_roles_import ON contact_roles (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Business that may be won.
CREATE TABLE deals (
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
    company_id TEXT,
    contact_id TEXT,
    pipeline_id TEXT NOT NULL,
    stage_id TEXT NOT NULL,
    status TEXT NOT NULL,
    amount INTEGER,
    currency TEXT NOT NULL,
    close_date TEXT,
    stage_since INTEGER,
    closed_at INTEGER,
    lost_reason TEXT,
    source TEXT,
    description TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    next_step_at INTEGER,
    last_activity_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipelines (workspace_id, id),
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stages (workspace_id, id)
) STRICT;
CREATE INDEX deals_name ON deals (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_created ON deals (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_stage ON deals (workspace_id, stage_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_pipeline ON deals (workspace_id, pipeline_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_company ON deals (workspace_id, company_id, created_at, id) WHERE company_id IS NOT NULL;
CREATE INDEX deals_contact ON deals (workspace_id, contact_id, created_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX deals_owner ON deals (workspace_id, owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_closed ON deals (workspace_id, status, closed_at) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX deals_no_step ON deals (workspace_id, owner_id) WHERE next_step_at IS NULL AND status = 'open' AND deleted_at IS NULL;
CREATE INDEX deals_trash ON deals (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX deals_import ON deals (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Notes, calls, meetings, tasks and logged mails.
CREATE TABLE activities (
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
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id)
) STRICT;
CREATE INDEX activities_created ON activities (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_contact ON activities (workspace_id, contact_id, due_at) WHERE contact_id IS NOT NULL;
CREATE INDEX activities_company ON activities (workspace_id, company_id, due_at) WHERE company_id IS NOT NULL;
CREATE INDEX activities_deal ON activities (workspace_id, deal_id, due_at) WHERE deal_id IS NOT NULL;
CREATE INDEX activities_open ON activities (workspace_id, owner_id, due_at, id) WHERE done_at IS NULL AND deleted_at IS NULL;
CREATE INDEX activities_due ON activities (workspace_id, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_trash ON activities (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX activities_import ON activities (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Lists as somebody likes to see them.
CREATE TABLE saved_views (
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
    object TEXT NOT NULL,
    filter TEXT,
    sort TEXT,
    columns TEXT,
    layout TEXT,
    shared INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE INDEX saved_views_object ON saved_views (workspace_id, object, position);
CREATE INDEX saved_views_trash ON saved_views (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX saved_views_import ON saved_views (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
