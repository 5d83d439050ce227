-- From when on an open deal is quiet: as many days after it moved or something was done as its stage has patience for.
ALTER TABLE deals ADD COLUMN quiet_at INTEGER;
UPDATE deals SET quiet_at = (
    SELECT max(deals.stage_since, coalesce(deals.last_activity_at, deals.stage_since)) + (s.rotting_days + 1) * 86400000000
    FROM stages s WHERE s.workspace_id = deals.workspace_id AND s.id = deals.stage_id
) WHERE status = 'open';
CREATE INDEX deals_quiet ON deals (workspace_id, quiet_at, id) WHERE deleted_at IS NULL;

-- What was done in a time, by whom: without it every activity would be read.
CREATE INDEX activities_done ON activities (workspace_id, done_at, kind, owner_id, team_id)
    WHERE done_at IS NOT NULL AND deleted_at IS NULL;

-- What somebody who leads others says will be won, month = the first one. Nothing is changed here: the newest one counts,
-- without an amount it takes back what was said. subject_id: whose number it is, with all who report to them; none for everybody's.
CREATE TABLE forecast_calls (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    caller_id TEXT NOT NULL,
    subject_id TEXT,
    month TEXT NOT NULL,
    months INTEGER NOT NULL CHECK (months IN (1, 3, 12)),
    amount INTEGER,
    note TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, caller_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, subject_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX forecast_calls_month ON forecast_calls (workspace_id, month, months, created_at);
