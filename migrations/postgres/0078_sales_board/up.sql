-- From when on an open deal is quiet: as many days after it moved or something was done as its stage has patience for.
ALTER TABLE deals ADD COLUMN quiet_at bigint;
UPDATE deals SET quiet_at = (
    SELECT greatest(deals.stage_since, deals.last_activity_at) + (s.rotting_days + 1) * 86400000000
    FROM stages s WHERE s.workspace_id = deals.workspace_id AND s.id = deals.stage_id
) WHERE status = 'open';
CREATE INDEX deals_quiet ON deals (workspace_id, quiet_at, id) WHERE deleted_at IS NULL;

-- What was done in a time, by whom: without it every activity would be read.
CREATE INDEX activities_done ON activities (workspace_id, done_at, kind, owner_id, team_id)
    WHERE done_at IS NOT NULL AND deleted_at IS NULL;

-- What somebody who leads others says will be won, month = the first one. Nothing is changed here: the newest one counts,
-- without an amount it takes back what was said. subject_id: whose number it is, with all who report to them; none for everybody's.
CREATE TABLE forecast_calls (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    caller_id text COLLATE "C" NOT NULL,
    subject_id text COLLATE "C",
    month text COLLATE "C" NOT NULL,
    months bigint NOT NULL CHECK (months IN (1, 3, 12)),
    amount bigint,
    note text,
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, caller_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, subject_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX forecast_calls_month ON forecast_calls (workspace_id, month, months, created_at);

ALTER TABLE forecast_calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE forecast_calls FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON forecast_calls USING (in_scope(workspace_id));
