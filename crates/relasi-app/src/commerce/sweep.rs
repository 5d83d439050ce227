//! Quotes whose last day has passed.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::commerce::quote::OBJECT;
use relasi_persistence::{Conn, Statement, store::Store};
use serde_json::{Value, json};

use super::{link::on_behalf, quote::members, workspace::seller};
use crate::{records::Work, refusal::Result};

/// Quotes of one round.
const MOST: u32 = 500;

/// Marks what can be accepted no longer as expired, in the days of each workspace.
pub fn expire(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    // Nowhere the day before yesterday goes on.
    let latest = (now + TimeDelta::hours(14)).date_naive();
    let mut due = Statement::new(
        "SELECT workspace_id, id, valid_until FROM quotes WHERE deleted_at IS NULL \
         AND status IN ('sent', 'viewed') AND valid_until < ",
    );
    due.bind(latest).push(" ORDER BY valid_until").limit(MOST);
    let due = conn.rows(&due, |row| Ok((row.id(0)?, row.id(1)?, row.text(2)?)))?;
    for (workspace, id, until) in due {
        let today = seller(conn, workspace)?.day(now);
        if until
            .parse()
            .is_ok_and(|until: chrono::NaiveDate| until >= today)
        {
            continue;
        }
        let Some(quote) = Store::of_workspace(conn, workspace).find(&OBJECT, id)? else {
            continue;
        };
        let Some(access) = on_behalf(conn, workspace, &quote)? else {
            continue;
        };
        let mut work = Work {
            conn,
            access: &access,
            now,
            cause: Some("quote_expiry".to_owned()),
        };
        let version = quote.get("version").and_then(Value::as_i64);
        work.decide(&OBJECT, id, version, "expired", |_, _| {
            Ok(members(&[("status", json!("expired"))]))
        })?;
    }
    Ok(())
}
