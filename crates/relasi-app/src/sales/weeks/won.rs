//! How long deals that were won stood in each stage.

use relasi_domain::{
    record::Document,
    sales::way::{SECOND, stays},
};
use relasi_persistence::{
    Conn, Dialect, Statement,
    store::{instant_micros, text_of},
};
use serde_json::Value;
use uuid::Uuid;

use super::{Among, Kept};
use crate::{
    records::{Change, Work, in_trash},
    refusal::Result,
};

/// What decides whether the stays of a deal are kept, and as whose.
const FIELDS: [&str; 6] = [
    "stage_id",
    "status",
    "closed_at",
    "owner_id",
    "team_id",
    "deleted_at",
];

/// Stays of won deals as rows `d`, with empty fields as deals have them.
const STAYS: &str = " FROM (SELECT workspace_id, pipeline_id, stage_id, closed_at, nullif(owner_id, '') AS owner_id, nullif(team_id, '') AS team_id, \
     seconds FROM won_stays) d WHERE d.workspace_id = ";

/// The whole way of a deal, which is in no stage.
const WHOLE: &str = "";

/// When a living deal was won.
fn won_at(deal: &Document) -> Option<i64> {
    let won = text_of(deal, "status") == "won" && !in_trash(deal);
    let at = deal.get("closed_at").and_then(Value::as_str);
    at.filter(|_| won).and_then(instant_micros)
}

/// Keeps the stays of a deal that changed; `known` are its moves before that, `moves` those after it.
pub(super) fn follow(
    work: &mut Work<'_>,
    change: &Change<'_>,
    (known, moves): (&[&Kept], &[Kept]),
) -> Result<()> {
    if !FIELDS.iter().any(|name| change.touched(name)) {
        return Ok(());
    }
    let before = change.before.as_ref();
    if let Some((before, at)) = before.and_then(|before| Some((before, won_at(before)?))) {
        let stages = known.iter().filter_map(|one| one.from.as_deref());
        let stages: Vec<&str> = stages.chain([WHOLE]).collect();
        let mut gone = Statement::new("DELETE FROM won_stays WHERE workspace_id = ");
        gone.bind(work.access.workspace_id)
            .push(" AND pipeline_id = ")
            .bind(text_of(before, "pipeline_id"))
            .push(" AND stage_id IN (")
            .bind_all(stages)
            .push(") AND closed_at = ")
            .bind(at)
            .push(" AND deal_id = ")
            .bind(change.id);
        work.conn.execute(gone.uncached())?;
    }
    let Some(at) = won_at(&change.after) else {
        return Ok(());
    };
    let moves: Vec<(Option<&str>, i64)> = moves
        .iter()
        .map(|one| (one.from.as_deref(), one.at))
        .collect();
    let (stood, whole) = stays(&moves);
    let all = stood
        .into_iter()
        .chain(whole.map(|seconds| (WHOLE, seconds)));
    let of = |name| text_of(&change.after, name);
    let row = |(stage, seconds): (&str, i64)| {
        vec![
            work.access.workspace_id.into(),
            of("pipeline_id").into(),
            stage.into(),
            at.into(),
            change.id.into(),
            of("owner_id").into(),
            of("team_id").into(),
            seconds.into(),
        ]
    };
    let rows: Vec<_> = all.map(row).collect();
    let columns = [
        "workspace_id",
        "pipeline_id",
        "stage_id",
        "closed_at",
        "deal_id",
        "owner_id",
        "team_id",
        "seconds",
    ];
    Ok(work.store().insert_rows("won_stays", &columns, &rows)?)
}

/// Seconds that deals won in a stretch of time stood in a stage, or were on their whole way.
pub(crate) fn stood(
    conn: &mut Conn,
    (among, pipeline): (&Among<'_>, Uuid),
    stage: Option<&str>,
    (from, to): (i64, i64),
) -> Result<Vec<i64>> {
    // As one text: as many rows would take longer to hand over than to read.
    let all = match conn.dialect() {
        Dialect::Sqlite => "group_concat(d.seconds)",
        Dialect::Postgres => "string_agg(CAST(d.seconds AS text), ',')",
    };
    let mut statement = Statement::new(format!("SELECT {all}{STAYS}"));
    statement
        .bind(among.access.workspace_id)
        .push(" AND d.pipeline_id = ")
        .bind(pipeline)
        .push(" AND d.stage_id = ")
        .bind(stage.unwrap_or(WHOLE))
        .push(" AND d.closed_at >= ")
        .bind(from)
        .push(" AND d.closed_at < ")
        .bind(to);
    among.push_weeks(conn.dialect(), &mut statement);
    let text = conn.row(&statement, |row| row.opt_text(0))?.flatten();
    let numbers = text.as_deref().unwrap_or_default().split(',');
    Ok(numbers.filter_map(|number| number.parse().ok()).collect())
}

/// Stays out of all moves of a workspace.
pub(super) fn count_anew(conn: &mut Conn, workspace: Uuid) -> Result<()> {
    let mut gone = Statement::new("DELETE FROM won_stays WHERE workspace_id = ");
    conn.execute(gone.bind(workspace))?;
    let whole = match conn.dialect() {
        Dialect::Sqlite => "c.micros",
        // Sums are no whole numbers there.
        Dialect::Postgres => "CAST(c.micros AS BIGINT)",
    };
    let mut all = Statement::new(format!(
        "INSERT INTO won_stays (workspace_id, pipeline_id, stage_id, closed_at, deal_id, owner_id, team_id, seconds) \
         SELECT d.workspace_id, d.pipeline_id, c.stage_id, d.closed_at, d.id, coalesce(d.owner_id, ''), coalesce(d.team_id, ''), \
         {whole} / {SECOND} FROM (SELECT deal_id, stage_id, sum(micros) AS micros FROM (SELECT deal_id, from_stage_id AS stage_id, \
         at - lag(at) OVER (PARTITION BY deal_id ORDER BY at, id) AS micros FROM stage_changes WHERE workspace_id = "
    ));
    all.bind(workspace)
        .push(
            ") m WHERE stage_id IS NOT NULL AND micros IS NOT NULL GROUP BY deal_id, stage_id \
             UNION ALL SELECT deal_id, '', max(at) - min(at) FROM stage_changes WHERE workspace_id = ",
        )
        .bind(workspace)
        .push(
            " GROUP BY deal_id HAVING count(*) > 1) c JOIN deals d ON d.id = c.deal_id \
             WHERE d.status = 'won' AND d.closed_at IS NOT NULL AND d.deleted_at IS NULL AND d.workspace_id = ",
        )
        .bind(workspace);
    conn.execute(&all)?;
    Ok(())
}
