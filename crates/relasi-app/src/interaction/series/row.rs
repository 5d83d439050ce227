//! Series as rows.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use relasi_domain::interaction::recurrence::Recurrence;
use relasi_persistence::{Row, Statement, StoreError};
use uuid::Uuid;

use crate::{records::Work, refusal::Result};

/// The most activities of a series that one verb changes.
pub(super) const MOST: u32 = 400;

/// A series.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) id: Uuid,
    pub(super) rule: Recurrence,
    /// By whose clocks it comes.
    pub(super) zone: Tz,
    pub(super) starts: DateTime<Utc>,
    /// The last moment for which an activity was made.
    pub(super) through: DateTime<Utc>,
    pub(super) ended: bool,
}

const COLUMNS: &str = "SELECT id, rule, time_zone, starts_at, made_through, ended_at FROM activity_series WHERE workspace_id = ";

impl Series {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        let rule = row.text(1)?.parse();
        Ok(Self {
            id: row.id(0)?,
            rule: rule.map_err(|_| StoreError::Other("a rule that is none".to_owned()))?,
            zone: row.text(2)?.parse().unwrap_or(Tz::UTC),
            starts: row.at(3)?,
            through: row.at(4)?,
            ended: row.opt_int(5)?.is_some(),
        })
    }

    pub(super) fn find(work: &mut Work<'_>, id: Uuid) -> Result<Option<Self>> {
        let mut statement = Statement::new(COLUMNS);
        statement
            .bind(work.access.workspace_id)
            .push(" AND id = ")
            .bind(id);
        Ok(work.conn.row(&statement, Self::read)?)
    }

    pub(super) fn insert(&self, work: &mut Work<'_>) -> Result<()> {
        let mut statement = Statement::new(
            "INSERT INTO activity_series (workspace_id, id, rule, time_zone, starts_at, made_through) VALUES (",
        );
        statement
            .bind(work.access.workspace_id)
            .push(", ")
            .bind(self.id)
            .push(", ")
            .bind(self.rule.to_string())
            .push(", ")
            .bind(self.zone.name())
            .push(", ")
            .bind(self.starts)
            .push(", ")
            .bind(self.through)
            .push(")");
        work.conn.execute(&statement)?;
        Ok(())
    }

    /// Notes up to when its activities are made, and whether there will be no more.
    pub(super) fn advance(
        &mut self,
        work: &mut Work<'_>,
        through: DateTime<Utc>,
        ended: bool,
    ) -> Result<()> {
        let known = self.through;
        (self.through, self.ended) = (through, ended);
        self.store(work, known)
    }

    /// Begins and goes on at other moments: the same days, another time of day.
    pub(super) fn shift(
        &mut self,
        work: &mut Work<'_>,
        moved: impl Fn(DateTime<Utc>) -> DateTime<Utc>,
    ) -> Result<()> {
        let known = self.through;
        (self.starts, self.through) = (moved(self.starts), moved(self.through));
        self.store(work, known)
    }

    /// Nothing is made any more.
    pub(super) fn close(&mut self, work: &mut Work<'_>) -> Result<()> {
        self.advance(work, self.through, true)
    }

    fn store(&self, work: &mut Work<'_>, known: DateTime<Utc>) -> Result<()> {
        let ended = self.ended.then_some(work.now);
        let mut statement = Statement::new("UPDATE activity_series SET starts_at = ");
        statement
            .bind(self.starts)
            .push(", made_through = ")
            .bind(self.through)
            .push(", ended_at = ")
            .bind(ended)
            .push(" WHERE workspace_id = ")
            .bind(work.access.workspace_id)
            .push(" AND id = ")
            .bind(self.id)
            .push(" AND made_through = ")
            .bind(known);
        match work.conn.execute(&statement)? {
            // Somebody else made the next ones: the transaction is tried again and finds them.
            0 => Err(work.conn.overtaken().into()),
            _ => Ok(()),
        }
    }
}
