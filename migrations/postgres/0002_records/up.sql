-- People who work on the same records.
CREATE TABLE teams (
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
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX teams_name ON teams (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX teams_trash ON teams (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX teams_import ON teams (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
ALTER TABLE memberships ADD CONSTRAINT memberships_team_fkey
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id);
ALTER TABLE invitations ADD CONSTRAINT invitations_team_fkey
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id);

-- Words that people, companies and deals are marked with.
CREATE TABLE tags (
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
    colour text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE UNIQUE INDEX tags_name ON tags (workspace_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX tags_trash ON tags (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tags_import ON tags (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Ways that deals go.
CREATE TABLE pipelines (
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
    position bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE INDEX pipelines_trash ON pipelines (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX pipelines_import ON pipelines (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Steps of a pipeline.
CREATE TABLE stages (
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
    pipeline_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL DEFAULT '',
    position bigint NOT NULL,
    probability bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipelines (workspace_id, id)
);
CREATE INDEX stages_pipeline ON stages (workspace_id, pipeline_id, position);
CREATE INDEX stages_trash ON stages (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX stages_import ON stages (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Organisations one does business with.
CREATE TABLE companies (
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
    domain text COLLATE "C",
    industry text COLLATE "C",
    industry_key text COLLATE "C" NOT NULL DEFAULT '',
    employees bigint,
    tax_id text COLLATE "C",
    emails text NOT NULL DEFAULT '[]',
    phones text NOT NULL DEFAULT '[]',
    website text COLLATE "C",
    address text COLLATE "C",
    city text COLLATE "C",
    city_key text COLLATE "C" NOT NULL DEFAULT '',
    province text COLLATE "C",
    postal_code text COLLATE "C",
    country text COLLATE "C",
    lifecycle_stage text COLLATE "C",
    parent_id text COLLATE "C",
    description text COLLATE "C",
    tags text NOT NULL DEFAULT '[]',
    next_step_at bigint,
    last_activity_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES companies (workspace_id, id)
);
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
    full_name text COLLATE "C" NOT NULL,
    full_name_key text COLLATE "C" NOT NULL DEFAULT '',
    family_name text COLLATE "C",
    family_name_key text COLLATE "C" NOT NULL DEFAULT '',
    nickname text COLLATE "C",
    honorific text COLLATE "C",
    emails text NOT NULL DEFAULT '[]',
    phones text NOT NULL DEFAULT '[]',
    job_title text COLLATE "C",
    company_id text COLLATE "C",
    lifecycle_stage text COLLATE "C",
    source text COLLATE "C",
    language text COLLATE "C",
    time_zone text COLLATE "C",
    preferred_channel text COLLATE "C",
    birth_date text COLLATE "C",
    address text COLLATE "C",
    city text COLLATE "C",
    city_key text COLLATE "C" NOT NULL DEFAULT '',
    province text COLLATE "C",
    postal_code text COLLATE "C",
    country text COLLATE "C",
    description text COLLATE "C",
    tags text NOT NULL DEFAULT '[]',
    next_step_at bigint,
    last_activity_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id)
);
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
    contact_id text COLLATE "C" NOT NULL,
    company_id text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    role_key text COLLATE "C" NOT NULL DEFAULT '',
    from_date text COLLATE "C",
    to_date text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id)
);
CREATE INDEX contact_roles_contact ON contact_roles (workspace_id, contact_id);
CREATE INDEX contact_roles_company ON contact_roles (workspace_id, company_id);
CREATE INDEX contact_roles_trash ON contact_roles (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX contact_roles_import ON contact_roles (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Business that may be won.
CREATE TABLE deals (
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
    company_id text COLLATE "C",
    contact_id text COLLATE "C",
    pipeline_id text COLLATE "C" NOT NULL,
    stage_id text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    amount bigint,
    currency text COLLATE "C" NOT NULL,
    close_date text COLLATE "C",
    stage_since bigint,
    closed_at bigint,
    lost_reason text COLLATE "C",
    source text COLLATE "C",
    description text COLLATE "C",
    tags text NOT NULL DEFAULT '[]',
    next_step_at bigint,
    last_activity_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipelines (workspace_id, id),
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stages (workspace_id, id)
);
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
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    subject_key text COLLATE "C" NOT NULL DEFAULT '',
    body text COLLATE "C",
    contact_id text COLLATE "C",
    company_id text COLLATE "C",
    deal_id text COLLATE "C",
    due_at bigint,
    done_at bigint,
    outcome text COLLATE "C",
    direction text COLLATE "C",
    duration_minutes bigint,
    priority text COLLATE "C",
    location text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id)
);
CREATE INDEX activities_created ON activities (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_contact ON activities (workspace_id, contact_id, due_at) WHERE contact_id IS NOT NULL;
CREATE INDEX activities_company ON activities (workspace_id, company_id, due_at) WHERE company_id IS NOT NULL;
CREATE INDEX activities_deal ON activities (workspace_id, deal_id, due_at) WHERE deal_id IS NOT NULL;
CREATE INDEX activities_open ON activities (workspace_id, owner_id, due_at NULLS FIRST, id) WHERE done_at IS NULL AND deleted_at IS NULL;
CREATE INDEX activities_due ON activities (workspace_id, due_at NULLS FIRST, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_trash ON activities (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX activities_import ON activities (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Lists as somebody likes to see them.
CREATE TABLE saved_views (
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
    object text COLLATE "C" NOT NULL,
    filter text COLLATE "C",
    sort text COLLATE "C",
    columns text,
    layout text COLLATE "C",
    shared boolean NOT NULL DEFAULT false,
    pinned boolean NOT NULL DEFAULT false,
    position bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE INDEX saved_views_object ON saved_views (workspace_id, object, position);
CREATE INDEX saved_views_trash ON saved_views (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX saved_views_import ON saved_views (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
