-- Roles that a workspace made. rights: what they may do, as JSON.
CREATE TABLE roles (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text NOT NULL,
    rights text NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_key),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Where a member stands: whom they report to, and which role they have when memberships.role is 'made'.
CREATE TABLE member_places (
    workspace_id text COLLATE "C" NOT NULL,
    membership_id text COLLATE "C" NOT NULL,
    manager_id text COLLATE "C",
    role_id text COLLATE "C",
    PRIMARY KEY (workspace_id, membership_id),
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id),
    FOREIGN KEY (workspace_id, manager_id) REFERENCES memberships (workspace_id, id),
    FOREIGN KEY (workspace_id, role_id) REFERENCES roles (workspace_id, id)
);
CREATE INDEX member_places_manager ON member_places (workspace_id, manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX member_places_role ON member_places (workspace_id, role_id) WHERE role_id IS NOT NULL;

-- Teams that members belong to besides the one that their new records go to.
CREATE TABLE member_teams (
    workspace_id text COLLATE "C" NOT NULL,
    membership_id text COLLATE "C" NOT NULL,
    team_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, membership_id, team_id),
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE INDEX member_teams_team ON member_teams (workspace_id, team_id);

-- Lists of who sees only some records begin with those.
CREATE INDEX contacts_team ON contacts (workspace_id, team_id, id) WHERE team_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX companies_team ON companies (workspace_id, team_id, id) WHERE team_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX deals_team ON deals (workspace_id, team_id, id) WHERE team_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX activities_team ON activities (workspace_id, team_id, id) WHERE team_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX activities_owner ON activities (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
