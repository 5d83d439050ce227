-- How many seconds a deal that was won was on its whole way from its first move to its last, and stood in each stage that it left:
-- `whole stage=seconds stage=seconds`. Kept with each write, so that reports need not read all moves.
CREATE TABLE won_stays (
    workspace_id TEXT NOT NULL,
    pipeline_id TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    deal_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    stays TEXT NOT NULL,
    PRIMARY KEY (workspace_id, pipeline_id, closed_at, deal_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

INSERT INTO won_stays (workspace_id, pipeline_id, closed_at, deal_id, owner_id, team_id, stays)
    SELECT d.workspace_id, d.pipeline_id, d.closed_at, d.id, coalesce(d.owner_id, ''), coalesce(d.team_id, ''), w.seconds || coalesce(s.stays, '')
    FROM (SELECT workspace_id, deal_id, (max(at) - min(at)) / 1000000 AS seconds FROM stage_changes
            GROUP BY workspace_id, deal_id HAVING count(*) > 1) w
    JOIN deals d ON d.workspace_id = w.workspace_id AND d.id = w.deal_id
    LEFT JOIN (SELECT workspace_id, deal_id, group_concat(' ' || stage_id || '=' || seconds, '') AS stays
            FROM (SELECT workspace_id, deal_id, stage_id, CAST(sum(micros) AS INTEGER) / 1000000 AS seconds
                FROM (SELECT workspace_id, deal_id, from_stage_id AS stage_id,
                        at - lag(at) OVER (PARTITION BY workspace_id, deal_id ORDER BY at, id) AS micros FROM stage_changes) m
                WHERE stage_id IS NOT NULL AND micros IS NOT NULL GROUP BY workspace_id, deal_id, stage_id
                ORDER BY workspace_id, deal_id, stage_id) o
            GROUP BY workspace_id, deal_id) s ON s.workspace_id = w.workspace_id AND s.deal_id = w.deal_id
    WHERE d.status = 'won' AND d.closed_at IS NOT NULL AND d.deleted_at IS NULL;
