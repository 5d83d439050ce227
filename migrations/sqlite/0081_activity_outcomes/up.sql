-- How activities of a workspace can end, where it has others than the usual outcomes: a JSON list in the order in which they are
-- offered. Retired ones stay in it.
CREATE TABLE activity_outcomes (
    workspace_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    items TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- E-mail with a lead counts as contact, as with a contact.
UPDATE leads SET last_activity_at = m.at FROM (
    SELECT workspace_id, subject_id, max(at) AS at FROM timeline_events WHERE kind = 'email' AND subject_object = 'lead'
    GROUP BY workspace_id, subject_id) m
WHERE m.workspace_id = leads.workspace_id AND m.subject_id = leads.id
    AND (leads.last_activity_at IS NULL OR leads.last_activity_at < m.at);
