-- People who are called one after the other. `places` is the last place given out; whoever adds somebody writes it first,
-- and others wait.
CREATE TABLE call_lists (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    object TEXT NOT NULL,
    script TEXT,
    owner_id TEXT NOT NULL,
    team_id TEXT,
    places INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- Who works on it beside its owner and its team.
CREATE TABLE call_list_members (
    workspace_id TEXT NOT NULL,
    list_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, list_id, user_id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES call_lists (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_list_members_user ON call_list_members (workspace_id, user_id);

-- Who is called, each once in a list. Until `taken_until` an entry is nobody's but `taken_by`'s.
CREATE TABLE call_list_entries (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    list_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    call_at INTEGER,
    taken_by TEXT,
    taken_until INTEGER,
    calls INTEGER NOT NULL,
    activity_id TEXT,
    worked_by TEXT,
    worked_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, list_id, record_id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES call_lists (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, taken_by) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, worked_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_list_entries_place ON call_list_entries (workspace_id, list_id, state, place);
CREATE INDEX call_list_entries_later ON call_list_entries (workspace_id, list_id, call_at) WHERE state = 'later';
CREATE INDEX call_list_entries_taken ON call_list_entries (workspace_id, list_id, taken_by) WHERE taken_by IS NOT NULL;
CREATE INDEX call_list_entries_record ON call_list_entries (workspace_id, record_id);
