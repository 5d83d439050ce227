//! Tables that are kept by month on PostgreSQL (decision 10).
//!
//! Each month (UTC) is a partition of its own, `outbox_events_2026_11`, and a month that is over goes as a whole, which
//! costs the same however much it holds. What belongs to none of the months that were made lies in the partition
//! `…_default`, so that nothing is ever refused. SQLite has plain tables: nothing here concerns it.

use std::{fmt, iter};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use crate::{
    database::{Conn, Database, Dialect},
    error::StoreError,
    sql::Statement,
    transfer,
};

/// The tables, each by its column `at`, in microseconds since 1970.
pub const TABLES: [&str; 2] = ["outbox_events", "api_key_requests"];

/// Months that are made besides the present one. All are looked into by whoever reads without a time, so they are few; and
/// a program that stood still for so long finds its rows in the rest, from where they are moved.
const AHEAD: usize = 3;

/// One after the other makes and removes months.
const LOCK: i64 = 0x7265_6c61_7370;

/// Readers and writers queue up behind a change of a table, so it gives up soon: it is tried again within the hour.
const PATIENCE: &str = "SET LOCAL lock_timeout = '5s'";

/// A month of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of an instant.
    pub fn of(instant: DateTime<Utc>) -> Self {
        Self {
            year: instant.year(),
            month: instant.month(),
        }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self.month {
            12 => Self {
                year: self.year + 1,
                month: 1,
            },
            month => Self {
                month: month + 1,
                ..self
            },
        }
    }

    /// Its first instant, in microseconds since 1970.
    pub fn start(self) -> i64 {
        let day = NaiveDate::from_ymd_opt(self.year, self.month, 1);
        let day = day.expect("a month has a first day");
        day.and_time(NaiveTime::MIN).and_utc().timestamp_micros()
    }

    /// What its partition of a table is called.
    fn part(self, table: &str) -> String {
        format!("{table}_{:04}_{:02}", self.year, self.month)
    }

    fn of_part(table: &str, part: &str) -> Option<Self> {
        let (year, month) = part
            .strip_prefix(table)?
            .strip_prefix('_')?
            .split_once('_')?;
        Some(Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
        })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Where rows lie that belong to none of the months: old ones, and those of a clock that was far ahead.
pub fn rest(table: &str) -> String {
    format!("{table}_default")
}

/// Makes the present month and those ahead where they are missing; how many were made. Their rows that lie in the rest
/// move into them.
///
/// # Errors
/// [`StoreError::Timeout`] when others did not let go of a table for some seconds. Nothing is lost then, and the next try
/// makes what is missing.
pub fn make(database: &Database, now: DateTime<Utc>) -> Result<usize, StoreError> {
    if database.dialect() == Dialect::Sqlite {
        return Ok(0);
    }
    database.off_runtime(|| {
        let mut conn = database.connect_for_schema()?;
        let mut made = 0;
        for table in TABLES {
            // Behind a pooler only a transaction keeps to one session.
            let there = conn.transaction(|conn| {
                let there = is_parted(conn, table)?.then(|| months(conn, table));
                there.transpose()
            })?;
            // A database of an earlier program has the table as a whole.
            let Some(there) = there else {
                continue;
            };
            let wanted = iter::successors(Some(Month::of(now)), |month| Some(month.next()));
            for month in wanted.take(AHEAD + 1) {
                if !there.contains(&month) {
                    made += usize::from(make_one(&mut conn, table, month)?);
                }
            }
        }
        Ok(made)
    })
}

fn make_one(conn: &mut Conn, table: &str, month: Month) -> Result<bool, StoreError> {
    conn.transaction(|conn| {
        conn.execute_batch("SELECT set_config('app.workspace', '*', true)")?;
        begin(conn)?;
        // Another program was faster.
        if months(conn, table)?.contains(&month) {
            return Ok(false);
        }
        let (part, rest) = (month.part(table), rest(table));
        let (from, to) = (month.start(), month.next().start());
        let columns = transfer::columns(conn, table)?;
        let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let columns = columns.join(", ");
        // It joins the table when it is filled, which takes a lock that inserting does not wait for.
        conn.execute_batch(&format!(
            "CREATE TABLE {part} (LIKE {table} INCLUDING DEFAULTS); \
             ALTER TABLE {part} ENABLE ROW LEVEL SECURITY; \
             ALTER TABLE {part} FORCE ROW LEVEL SECURITY; \
             CREATE POLICY workspace ON {part} USING (in_scope(workspace_id)); \
             WITH moved AS (DELETE FROM {rest} WHERE at >= {from} AND at < {to} RETURNING {columns}) \
             INSERT INTO {part} ({columns}) SELECT {columns} FROM moved; \
             ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES FROM ({from}) TO ({to})"
        ))?;
        Ok(true)
    })
}

fn begin(conn: &mut Conn) -> Result<(), StoreError> {
    conn.execute_batch(PATIENCE)?;
    let mut lock = Statement::new("SELECT 1 FROM pg_advisory_xact_lock(");
    lock.bind(LOCK).push(")");
    conn.row(&lock, |_| Ok(()))?;
    Ok(())
}

/// Whether a table is kept by month here.
pub fn is_parted(conn: &mut Conn, table: &str) -> Result<bool, StoreError> {
    if conn.dialect() == Dialect::Sqlite {
        return Ok(false);
    }
    let mut kind =
        Statement::new("SELECT 1 FROM pg_class WHERE relkind = 'p' AND oid = to_regclass(");
    kind.bind(table).push(")");
    Ok(conn.row(&kind, |_| Ok(()))?.is_some())
}

/// The months of a table that are there, in their order.
pub fn months(conn: &mut Conn, table: &str) -> Result<Vec<Month>, StoreError> {
    if conn.dialect() == Dialect::Sqlite {
        return Ok(Vec::new());
    }
    let mut parts = Statement::new(
        "SELECT CAST(c.relname AS TEXT) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass(",
    );
    parts.bind(table).push(")");
    let parts = conn.rows(&parts, |row| row.text(0))?;
    let mut months: Vec<Month> = parts
        .iter()
        .filter_map(|part| Month::of_part(table, part))
        .collect();
    months.sort_unstable();
    Ok(months)
}

/// The months of a table that ended before an instant.
pub fn over(conn: &mut Conn, table: &str, before: DateTime<Utc>) -> Result<Vec<Month>, StoreError> {
    let mut months = months(conn, table)?;
    months.retain(|month| month.next().start() <= before.timestamp_micros());
    Ok(months)
}

/// Drops a month with all its rows, within a transaction across all workspaces. `keep` gets its partition when that is no
/// part of the table any more: what it puts back into the table lies in the rest.
///
/// # Errors
/// Those of `keep`; [`StoreError::Timeout`] when others did not let go of the table.
pub fn remove(
    conn: &mut Conn,
    table: &str,
    month: Month,
    keep: impl FnOnce(&mut Conn, &str) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    begin(conn)?;
    if !months(conn, table)?.contains(&month) {
        return Ok(());
    }
    let part = month.part(table);
    conn.execute_batch(&format!("ALTER TABLE {table} DETACH PARTITION {part}"))?;
    keep(conn, &part)?;
    conn.execute_batch(&format!("DROP TABLE {part}"))
}

/// How many rows of a table lie outside the months though they are no older than the first of them: from a clock that is
/// ahead, or because the months were not made in time.
pub fn outside(conn: &mut Conn, table: &str) -> Result<i64, StoreError> {
    let Some(first) = months(conn, table)?.first().copied() else {
        return Ok(0);
    };
    let mut count = Statement::new(format!("SELECT count(*) FROM {} WHERE at >= ", rest(table)));
    count.bind(first.start());
    Ok(conn.row(&count, |row| row.int(0))?.unwrap_or(0))
}

/// What is wrong with the months of a database, each as a line of text.
pub(crate) fn check(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for table in TABLES {
        if !is_parted(conn, table)? {
            continue;
        }
        let there = months(conn, table)?;
        let present = Month::of(now);
        for month in [present, present.next()] {
            if !there.contains(&month) {
                found.push(format!("{table} has no partition for {month}"));
            }
        }
        match outside(conn, table)? {
            0 => {}
            rows => found.push(format!("{rows} rows of {table} lie outside its months")),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::of(text.parse().expect("an instant"))
    }

    #[test]
    fn months_follow_each_other_over_the_year() {
        let december = month("2026-12-31T23:59:59.999999Z");
        assert_eq!(december.to_string(), "2026-12");
        assert_eq!(december.next(), month("2027-01-01T00:00:00Z"));
        assert_eq!(december.next().start(), 1_798_761_600_000_000);
        assert!(december < december.next());
    }

    #[test]
    fn a_partition_is_known_by_its_name() {
        let november = month("2026-11-30T00:00:00Z");
        assert_eq!(november.part("outbox_events"), "outbox_events_2026_11");
        let known = |part| Month::of_part("outbox_events", part);
        assert_eq!(known("outbox_events_2026_11"), Some(november));
        assert_eq!(known("outbox_events_default"), None);
        assert_eq!(known("api_key_requests_2026_11"), None);
    }
}
