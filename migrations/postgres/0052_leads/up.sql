-- Somebody who showed interest. What became of it is in `contact_id`, `company_id` and `deal_id`.
CREATE TABLE leads (
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
    company_name text COLLATE "C",
    company_name_key text COLLATE "C" NOT NULL DEFAULT '',
    job_title text COLLATE "C",
    emails text NOT NULL DEFAULT '[]',
    phones text NOT NULL DEFAULT '[]',
    language text COLLATE "C",
    country text COLLATE "C",
    city text COLLATE "C",
    city_key text COLLATE "C" NOT NULL DEFAULT '',
    website text COLLATE "C",
    source text COLLATE "C",
    campaign text COLLATE "C",
    source_detail text COLLATE "C",
    first_touch_at bigint,
    status text COLLATE "C" NOT NULL,
    score bigint,
    mql_at bigint,
    sql_at bigint,
    handed_off_at bigint,
    handed_off_by text COLLATE "C",
    accepted_at bigint,
    accepted_by text COLLATE "C",
    returned_at bigint,
    return_reason text COLLATE "C",
    first_response_at bigint,
    response_due_at bigint,
    unqualified_reason text COLLATE "C",
    converted_at bigint,
    contact_id text COLLATE "C",
    company_id text COLLATE "C",
    deal_id text COLLATE "C",
    description text COLLATE "C",
    tags text NOT NULL DEFAULT '[]',
    problems text NOT NULL DEFAULT '[]',
    next_step_at bigint,
    last_activity_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, handed_off_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id)
);
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
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON leads USING (in_scope(workspace_id));

-- Activities may concern a lead.
ALTER TABLE activities ADD COLUMN lead_id text COLLATE "C";
ALTER TABLE activities ADD CONSTRAINT activities_workspace_id_lead_id_fkey FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id);
CREATE INDEX activities_lead ON activities (workspace_id, lead_id, due_at) WHERE lead_id IS NOT NULL;
