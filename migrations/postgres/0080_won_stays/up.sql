SELECT set_config('app.workspace', '*', true);

-- How many seconds a deal that was won stood in each stage of those it left, all its stays together, and on its whole way:
-- that is in no stage. Kept with each write, so that reports need not read all moves.
CREATE TABLE won_stays (
    workspace_id text COLLATE "C" NOT NULL,
    pipeline_id text COLLATE "C" NOT NULL,
    stage_id text COLLATE "C" NOT NULL,
    closed_at bigint NOT NULL,
    deal_id text COLLATE "C" NOT NULL,
    owner_id text COLLATE "C" NOT NULL,
    team_id text COLLATE "C" NOT NULL,
    seconds bigint NOT NULL,
    PRIMARY KEY (workspace_id, pipeline_id, stage_id, closed_at, deal_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
ALTER TABLE won_stays ENABLE ROW LEVEL SECURITY;
ALTER TABLE won_stays FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON won_stays USING (in_scope(workspace_id));

INSERT INTO won_stays (workspace_id, pipeline_id, stage_id, closed_at, deal_id, owner_id, team_id, seconds)
    SELECT d.workspace_id, d.pipeline_id, c.stage_id, d.closed_at, d.id, coalesce(d.owner_id, ''), coalesce(d.team_id, ''), trunc(c.micros / 1000000)
    FROM (SELECT workspace_id, deal_id, stage_id, sum(micros) AS micros
            FROM (SELECT workspace_id, deal_id, from_stage_id AS stage_id,
                    at - lag(at) OVER (PARTITION BY workspace_id, deal_id ORDER BY at, id) AS micros FROM stage_changes) m
            WHERE stage_id IS NOT NULL AND micros IS NOT NULL GROUP BY workspace_id, deal_id, stage_id
        UNION ALL SELECT workspace_id, deal_id, '', max(at) - min(at) FROM stage_changes GROUP BY workspace_id, deal_id HAVING count(*) > 1) c
    JOIN deals d ON d.workspace_id = c.workspace_id AND d.id = c.deal_id
    WHERE d.status = 'won' AND d.closed_at IS NOT NULL AND d.deleted_at IS NULL;
