-- What was learnt from the leads that were won and lost, with its test on held-out history.
CREATE TABLE score_models (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    learned_at INTEGER NOT NULL,
    learned_by TEXT,
    newest_at INTEGER NOT NULL,
    counts TEXT NOT NULL,
    test TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, number),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, learned_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- A model that was looked at again, by leads that came after those it was learnt from.
CREATE TABLE score_examinations (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    test TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, model_id) REFERENCES score_models (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX score_examinations_model ON score_examinations (workspace_id, model_id, id);
