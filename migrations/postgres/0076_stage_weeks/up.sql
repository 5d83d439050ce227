SELECT set_config('app.workspace', '*', true);

-- Right after a restore nothing is known of the tables, and each move would be compared with each.
ANALYZE stages;
ANALYZE deals;
ANALYZE stage_changes;

-- A move that was taken back had the time of the stage it led back to. It did not come before what it took back.
UPDATE stage_changes SET at = (SELECT max(p.at) FROM stage_changes p
        WHERE p.workspace_id = stage_changes.workspace_id AND p.deal_id = stage_changes.deal_id AND p.id < stage_changes.id)
    WHERE from_stage_id IS NOT NULL AND EXISTS (SELECT 1 FROM stage_changes p WHERE p.workspace_id = stage_changes.workspace_id
        AND p.deal_id = stage_changes.deal_id AND p.id < stage_changes.id AND p.at > stage_changes.at);

-- Of a move: when the deal came to the stage for the first time, if it did so before, and whether it came further afterwards:
-- to a later stage of the same pipeline that is not lost.
ALTER TABLE stage_changes ADD COLUMN first_at bigint;
ALTER TABLE stage_changes ADD COLUMN further bigint NOT NULL DEFAULT 0;

-- What came to each stage less what left it, and what became of the deals that came for the first time, by weeks of seven days since 1970. Kept
-- with each write, so that reports need not read all moves.
CREATE TABLE stage_weeks (
    workspace_id text COLLATE "C" NOT NULL,
    stage_id text COLLATE "C" NOT NULL,
    week bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    owner_id text COLLATE "C" NOT NULL,
    team_id text COLLATE "C" NOT NULL,
    entered bigint NOT NULL,
    further bigint NOT NULL,
    closed bigint NOT NULL,
    won bigint NOT NULL,
    count bigint NOT NULL,
    amount bigint NOT NULL,
    own_amount bigint NOT NULL,
    own_weighted bigint NOT NULL,
    PRIMARY KEY (workspace_id, stage_id, week, currency, owner_id, team_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
ALTER TABLE stage_weeks ENABLE ROW LEVEL SECURITY;
ALTER TABLE stage_weeks FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON stage_weeks USING (in_scope(workspace_id));

UPDATE stage_changes SET first_at = (SELECT min(e.at) FROM stage_changes e
        WHERE e.workspace_id = stage_changes.workspace_id AND e.deal_id = stage_changes.deal_id AND e.to_stage_id = stage_changes.to_stage_id)
    WHERE EXISTS (SELECT 1 FROM stage_changes e
        WHERE e.workspace_id = stage_changes.workspace_id AND e.deal_id = stage_changes.deal_id AND e.to_stage_id = stage_changes.to_stage_id
        AND (e.at < stage_changes.at OR (e.at = stage_changes.at AND e.id < stage_changes.id)));
UPDATE stage_changes SET further = 1 WHERE EXISTS (SELECT 1 FROM stage_changes n
    JOIN stages t ON t.workspace_id = n.workspace_id AND t.id = n.to_stage_id
    JOIN stages s ON s.workspace_id = t.workspace_id AND s.pipeline_id = t.pipeline_id
    WHERE n.workspace_id = stage_changes.workspace_id AND n.deal_id = stage_changes.deal_id AND n.at >= stage_changes.at
    AND s.id = stage_changes.to_stage_id AND t.kind <> 'lost'
    AND (t.position > s.position OR (t.position = s.position AND t.id > s.id)));
-- Moves by where they led and when; the few that led somewhere again.
DROP INDEX stage_changes_at;
CREATE INDEX stage_changes_came ON stage_changes (workspace_id, to_stage_id, at, deal_id, first_at, further);
CREATE INDEX stage_changes_again ON stage_changes (workspace_id, at) WHERE first_at IS NOT NULL;
INSERT INTO stage_weeks (workspace_id, stage_id, week, currency, owner_id, team_id, entered, further, closed, won, count, amount, own_amount, own_weighted)
    SELECT workspace_id, stage_id, week, currency, owner_id, team_id,
        sum(entered), sum(further), sum(closed), sum(won), sum(sign), sum(sign * amount), sum(sign * own_amount), sum(sign * own_weighted)
    FROM (SELECT c.workspace_id, c.stage_id, c.at / 604800000000 AS week, d.currency, coalesce(d.owner_id, '') AS owner_id,
            coalesce(d.team_id, '') AS team_id, c.entered, c.entered * c.further AS further,
            CASE WHEN d.status IN ('won', 'lost') THEN c.entered ELSE 0 END AS closed, CASE WHEN d.status = 'won' THEN c.entered ELSE 0 END AS won, c.sign, coalesce(d.amount, 0) AS amount,
            CASE WHEN d.status = 'open' AND d.probability IS NOT NULL THEN coalesce(d.amount, 0) ELSE 0 END AS own_amount,
            CASE WHEN d.status = 'open' AND d.probability IS NOT NULL THEN coalesce(d.amount, 0) * d.probability / 100 ELSE 0 END AS own_weighted
        FROM (SELECT workspace_id, deal_id, to_stage_id AS stage_id, at, CASE WHEN first_at IS NULL THEN 1 ELSE 0 END AS entered, further, 1 AS sign
                FROM stage_changes
            UNION ALL SELECT workspace_id, deal_id, from_stage_id, at, 0, 0, -1 FROM stage_changes WHERE from_stage_id IS NOT NULL) c
        JOIN deals d ON d.workspace_id = c.workspace_id AND d.id = c.deal_id WHERE d.deleted_at IS NULL) m
    GROUP BY workspace_id, stage_id, week, currency, owner_id, team_id;
