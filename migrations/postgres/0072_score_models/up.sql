-- What was learnt from the leads that were won and lost, with its test on held-out history.
CREATE TABLE score_models (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    learned_at bigint NOT NULL,
    learned_by text COLLATE "C",
    newest_at bigint NOT NULL,
    counts text NOT NULL,
    test text NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, number),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, learned_by) REFERENCES memberships (workspace_id, user_id)
);

-- A model that was looked at again, by leads that came after those it was learnt from.
CREATE TABLE score_examinations (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    model_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    verdict text COLLATE "C" NOT NULL,
    test text NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, model_id) REFERENCES score_models (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX score_examinations_model ON score_examinations (workspace_id, model_id, id);

ALTER TABLE score_models ENABLE ROW LEVEL SECURITY;
ALTER TABLE score_models FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON score_models USING (in_scope(workspace_id));
ALTER TABLE score_examinations ENABLE ROW LEVEL SECURITY;
ALTER TABLE score_examinations FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON score_examinations USING (in_scope(workspace_id));
