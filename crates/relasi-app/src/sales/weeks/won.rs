//! How long deals that were won stood in each stage.

use std::{collections::BTreeMap, fmt::Write as _};

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
const STAYS: &str = " FROM (SELECT workspace_id, pipeline_id, closed_at, nullif(owner_id, '') AS owner_id, nullif(team_id, '') AS team_id, stays \
     FROM won_stays) d WHERE d.workspace_id = ";

/// When a living deal was won.
fn won_at(deal: &Document) -> Option<i64> {
    let won = text_of(deal, "status") == "won" && !in_trash(deal);
    let at = deal.get("closed_at").and_then(Value::as_str);
    at.filter(|_| won).and_then(instant_micros)
}

/// Keeps the stays of a deal that changed, by its moves.
pub(super) fn follow(work: &mut Work<'_>, change: &Change<'_>, moves: &[Kept]) -> Result<()> {
    if !FIELDS.iter().any(|name| change.touched(name)) {
        return Ok(());
    }
    let before = change.before.as_ref();
    if let Some((before, at)) = before.and_then(|before| Some((before, won_at(before)?))) {
        let mut gone = Statement::new("DELETE FROM won_stays WHERE workspace_id = ");
        gone.bind(work.access.workspace_id)
            .push(" AND pipeline_id = ")
            .bind(text_of(before, "pipeline_id"))
            .push(" AND closed_at = ")
            .bind(at)
            .push(" AND deal_id = ")
            .bind(change.id);
        work.conn.execute(&gone)?;
    }
    let moves: Vec<(Option<&str>, i64)> = moves
        .iter()
        .map(|one| (one.from.as_deref(), one.at))
        .collect();
    let (stood, whole) = stays(&moves);
    let Some((at, whole)) = won_at(&change.after).zip(whole) else {
        return Ok(());
    };
    let mut text = whole.to_string();
    for (stage, seconds) in stood {
        let _ = write!(text, " {stage}={seconds}");
    }
    let of = |name| text_of(&change.after, name);
    let row = vec![
        work.access.workspace_id.into(),
        of("pipeline_id").into(),
        at.into(),
        change.id.into(),
        of("owner_id").into(),
        of("team_id").into(),
        text.into(),
    ];
    let columns = [
        "workspace_id",
        "pipeline_id",
        "closed_at",
        "deal_id",
        "owner_id",
        "team_id",
        "stays",
    ];
    Ok(work.store().insert_rows("won_stays", &columns, &[row])?)
}

/// Seconds that deals of a pipeline stood in each stage, and were on their whole way.
#[derive(Default)]
pub(crate) struct Stood {
    pub(crate) by_stage: BTreeMap<String, Vec<i64>>,
    pub(crate) whole: Vec<i64>,
}

/// The same of those that were won in a stretch of time, of all that count.
pub(crate) fn stood(
    conn: &mut Conn,
    (among, pipeline): (&Among<'_>, Uuid),
    (from, to): (i64, i64),
) -> Result<Stood> {
    // As one text: as many rows take longer to hand over than to read.
    let all = match conn.dialect() {
        Dialect::Sqlite => "group_concat(d.stays, ';')",
        Dialect::Postgres => "string_agg(d.stays, ';')",
    };
    let mut statement = Statement::new(format!("SELECT {all}{STAYS}"));
    statement
        .bind(among.access.workspace_id)
        .push(" AND d.pipeline_id = ")
        .bind(pipeline)
        .push(" AND d.closed_at >= ")
        .bind(from)
        .push(" AND d.closed_at < ")
        .bind(to);
    among.push_weeks(conn.dialect(), &mut statement);
    let text = conn.row(&statement, |row| row.opt_text(0))?.flatten();
    Ok(read(text.as_deref().unwrap_or_default()))
}

fn read(text: &str) -> Stood {
    let mut stood: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut all = Vec::new();
    for deal in text.split(';') {
        let (whole, stays) = deal.split_once(' ').unwrap_or((deal, ""));
        all.extend(whole.parse::<i64>());
        let stays = stays.split(' ').filter_map(|stay| stay.split_once('='));
        for (stage, seconds) in stays {
            stood
                .entry(stage)
                .or_default()
                .extend(seconds.parse::<i64>());
        }
    }
    let by_stage = stood.into_iter();
    Stood {
        by_stage: by_stage
            .map(|(stage, seconds)| (stage.to_owned(), seconds))
            .collect(),
        whole: all,
    }
}

/// Stays out of all moves of a workspace.
pub(super) fn count_anew(conn: &mut Conn, workspace: Uuid) -> Result<()> {
    let mut gone = Statement::new("DELETE FROM won_stays WHERE workspace_id = ");
    conn.execute(gone.bind(workspace))?;
    let concat = match conn.dialect() {
        Dialect::Sqlite => "group_concat",
        Dialect::Postgres => "string_agg",
    };
    let mut all = Statement::new(format!(
        "INSERT INTO won_stays (workspace_id, pipeline_id, closed_at, deal_id, owner_id, team_id, stays) \
         SELECT d.workspace_id, d.pipeline_id, d.closed_at, d.id, coalesce(d.owner_id, ''), coalesce(d.team_id, ''), w.seconds || coalesce(s.stays, '') \
         FROM (SELECT deal_id, (max(at) - min(at)) / {SECOND} AS seconds FROM stage_changes WHERE workspace_id = "
    ));
    all.bind(workspace)
        .push(" GROUP BY deal_id HAVING count(*) > 1) w JOIN deals d ON d.id = w.deal_id LEFT JOIN (SELECT deal_id, ")
        .push(concat)
        .push(
            "(' ' || stage_id || '=' || seconds, '') AS stays FROM (SELECT deal_id, stage_id, ",
        )
        .push(&format!("CAST(sum(micros) AS BIGINT) / {SECOND}"))
        .push(
            " AS seconds FROM (SELECT deal_id, from_stage_id AS stage_id, at - lag(at) OVER (PARTITION BY deal_id ORDER BY at, id) AS micros \
             FROM stage_changes WHERE workspace_id = ",
        )
        .bind(workspace)
        .push(
            ") m WHERE stage_id IS NOT NULL AND micros IS NOT NULL GROUP BY deal_id, stage_id ORDER BY deal_id, stage_id) o \
             GROUP BY deal_id) s ON s.deal_id = w.deal_id \
             WHERE d.status = 'won' AND d.closed_at IS NOT NULL AND d.deleted_at IS NULL AND d.workspace_id = ",
        )
        .bind(workspace);
    conn.execute(&all)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_written_is_read() {
        let found = read("30 new=13 talk=17;5;7 talk=7");
        assert_eq!(found.whole, [30, 5, 7]);
        assert_eq!(
            (&*found.by_stage["new"], &*found.by_stage["talk"]),
            (&[13][..], &[17, 7][..])
        );
        let nothing = read("");
        assert!(nothing.whole.is_empty() && nothing.by_stage.is_empty());
    }
}
