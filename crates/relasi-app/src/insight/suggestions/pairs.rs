//! What is bought together, worked out anew every night from the purchases of three years: deals that were won, and quotes
//! that were accepted. A deal and its quotes are one purchase.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::commerce::association::LEAST_TOGETHER;
use relasi_persistence::{Conn, Statement, sql::Value as Sql, store::Store};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    platform::jobs::{self, Handler, JobContext, JobError, NewJob, Plan, Step},
    records::Work,
    refusal::Result,
};

const KIND: &str = "products.pairs";

/// How far back purchases count.
const BACK: TimeDelta = TimeDelta::days(3 * 365);

/// Pairs that are kept: those that were bought most often.
const KEPT: u32 = 20_000;

/// Every night.
pub(super) const PLAN: Plan = Plan {
    name: KIND,
    cron: "40 2 * * *",
    job: || NewJob {
        dedupe_key: Some("all".to_owned()),
        ..NewJob::new(KIND, "products", json!({}))
    },
};

pub(super) struct Pairs;

impl Handler for Pairs {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let pairs = context.rows_to_read().read_blocking(|conn| {
            let now = DateTime::from_timestamp_micros(jobs::now(conn)?).unwrap_or_default();
            together(conn, workspace, now - BACK)
        })?;
        let count = i64::try_from(pairs.len()).unwrap_or_default();
        context.chunk(move |conn| {
            keep(conn, workspace, &pairs)?;
            Ok(Step {
                value: (),
                checkpoint: json!({}),
                done: count,
                total: count,
            })
        })?;
        Ok(json!({"pairs": count}))
    }
}

/// Purchases with their products, each once.
fn push_bought(statement: &mut Statement, workspace: Uuid, since: DateTime<Utc>) {
    statement.push(
        "WITH bought AS (SELECT DISTINCT x.purchase, x.product_id FROM (SELECT d.id AS purchase, i.product_id FROM deals d \
         JOIN line_items i ON i.workspace_id = d.workspace_id AND i.deal_id = d.id \
         JOIN products p ON p.workspace_id = i.workspace_id AND p.id = i.product_id AND p.deleted_at IS NULL \
         WHERE d.status = 'won' AND d.deleted_at IS NULL AND d.workspace_id = ",
    );
    statement.bind(workspace);
    statement.push(" AND d.closed_at >= ").bind(since);
    statement.push(
        " UNION ALL SELECT coalesce(q.deal_id, q.id) AS purchase, i.product_id FROM quotes q \
         JOIN line_items i ON i.workspace_id = q.workspace_id AND i.quote_id = q.id \
         JOIN products p ON p.workspace_id = i.workspace_id AND p.id = i.product_id AND p.deleted_at IS NULL \
         WHERE q.status = 'accepted' AND q.deleted_at IS NULL AND q.workspace_id = ",
    );
    statement.bind(workspace);
    statement.push(" AND q.decided_at >= ").bind(since);
    statement
        .push(") x), sold AS (SELECT product_id, count(*) AS n FROM bought GROUP BY product_id) ");
}

fn together(conn: &mut Conn, workspace: Uuid, since: DateTime<Utc>) -> Result<Vec<Vec<Sql>>> {
    let mut statement = Statement::new("");
    push_bought(&mut statement, workspace, since);
    statement.push(&format!(
        "SELECT a.product_id, b.product_id, count(*), sa.n, sb.n, (SELECT count(DISTINCT purchase) FROM bought) \
         FROM bought a JOIN bought b ON b.purchase = a.purchase AND b.product_id <> a.product_id \
         JOIN sold sa ON sa.product_id = a.product_id JOIN sold sb ON sb.product_id = b.product_id \
         GROUP BY a.product_id, b.product_id, sa.n, sb.n HAVING count(*) >= {LEAST_TOGETHER} \
         ORDER BY count(*) DESC, a.product_id, b.product_id"
    ));
    statement.limit(KEPT);
    Ok(conn.rows(&statement, |row| {
        let mut values: Vec<Sql> = vec![workspace.into(), row.text(0)?.into(), row.text(1)?.into()];
        for index in 2..6 {
            values.push(row.int(index)?.into());
        }
        Ok(values)
    })?)
}

/// Works them out in this transaction, for the sample data, which is small.
pub(crate) fn at_once(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    let pairs = together(work.conn, workspace, work.now - BACK)?;
    keep(work.conn, workspace, &pairs)
}

fn keep(conn: &mut Conn, workspace: Uuid, pairs: &[Vec<Sql>]) -> Result<()> {
    let mut gone = Statement::new("DELETE FROM product_pairs WHERE workspace_id = ");
    gone.bind(workspace);
    conn.execute(&gone)?;
    let columns = [
        "workspace_id",
        "product_id",
        "other_id",
        "together",
        "with_product",
        "with_other",
        "purchases",
    ];
    Ok(Store::of_workspace(conn, workspace).insert_rows("product_pairs", &columns, pairs)?)
}
