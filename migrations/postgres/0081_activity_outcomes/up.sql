SELECT set_config('app.workspace', '*', true);

-- How activities of a workspace can end, where it has others than the usual outcomes: a JSON list in the order in which they are
-- offered. Retired ones stay in it.
CREATE TABLE activity_outcomes (
    workspace_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    items text NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
ALTER TABLE activity_outcomes ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_outcomes FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON activity_outcomes USING (in_scope(workspace_id));

-- E-mail with a lead counts as contact, as with a contact.
UPDATE leads SET last_activity_at = m.at FROM (
    SELECT workspace_id, subject_id, max(at) AS at FROM timeline_events WHERE kind = 'email' AND subject_object = 'lead'
    GROUP BY workspace_id, subject_id) m
WHERE m.workspace_id = leads.workspace_id AND m.subject_id = leads.id
    AND (leads.last_activity_at IS NULL OR leads.last_activity_at < m.at);
