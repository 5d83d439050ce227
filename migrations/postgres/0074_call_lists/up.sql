-- People who are called one after the other. `places` is the last place given out; whoever adds somebody writes it first,
-- and others wait.
CREATE TABLE call_lists (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    object text COLLATE "C" NOT NULL,
    script text,
    owner_id text COLLATE "C" NOT NULL,
    team_id text COLLATE "C",
    places bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);

-- Who works on it beside its owner and its team.
CREATE TABLE call_list_members (
    workspace_id text COLLATE "C" NOT NULL,
    list_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, list_id, user_id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES call_lists (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX call_list_members_user ON call_list_members (workspace_id, user_id);

-- Who is called, each once in a list. Until `taken_until` an entry is nobody's but `taken_by`'s.
CREATE TABLE call_list_entries (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    list_id text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    call_at bigint,
    taken_by text COLLATE "C",
    taken_until bigint,
    calls bigint NOT NULL,
    activity_id text COLLATE "C",
    worked_by text COLLATE "C",
    worked_at bigint,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, list_id, record_id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES call_lists (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, taken_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, worked_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX call_list_entries_place ON call_list_entries (workspace_id, list_id, state, place);
CREATE INDEX call_list_entries_later ON call_list_entries (workspace_id, list_id, call_at) WHERE state = 'later';
CREATE INDEX call_list_entries_taken ON call_list_entries (workspace_id, list_id, taken_by) WHERE taken_by IS NOT NULL;
CREATE INDEX call_list_entries_record ON call_list_entries (workspace_id, record_id);

ALTER TABLE call_lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_lists FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON call_lists USING (in_scope(workspace_id));
ALTER TABLE call_list_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_list_members FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON call_list_members USING (in_scope(workspace_id));
ALTER TABLE call_list_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_list_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON call_list_entries USING (in_scope(workspace_id));
