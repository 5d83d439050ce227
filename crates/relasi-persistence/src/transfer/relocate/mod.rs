//! A whole database into an empty one of the other kind.
//!
//! Unlike a workspace's file this takes everything: passwords, sessions, jobs, settings of the installation. What tables
//! there are, what tells their rows apart and what refers to what is read from PostgreSQL, which is always one of the two
//! sides, so that a table of a new migration needs no word here.

mod plan;
mod rows;

use plan::{Plan, plan};

use crate::{
    database::{Database, Dialect},
    error::StoreError,
    sql::Statement,
};

/// A table that was moved, and how many rows it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its name.
    pub table: String,
    /// Rows there, each equal to its row in the source.
    pub rows: u64,
}

/// Copies every row of `from` into `to`, all or nothing, and then compares each row of the one with that of the other.
/// Both have the same migrations; nobody else writes meanwhile.
///
/// # Errors
/// [`StoreError::Other`] when both are of one kind, when `to` has rows already, and when a row is not there afterwards as
/// it was.
pub fn relocate(from: &Database, to: &Database) -> Result<Vec<Moved>, StoreError> {
    let plan = match (from.dialect(), to.dialect()) {
        (Dialect::Sqlite, Dialect::Postgres) => to.across().read_blocking(plan)?,
        (Dialect::Postgres, Dialect::Sqlite) => from.across().read_blocking(plan)?,
        _ => {
            return Err(StoreError::Other(
                "both databases are of one kind: copy it with a backup".to_owned(),
            ));
        }
    };
    for table in &plan.tables {
        let any = Statement::new(format!("SELECT 1 FROM {} LIMIT 1", table.name));
        if to
            .across()
            .read_blocking(|conn| conn.row(&any, |_| Ok(())))?
            .is_some()
        {
            return Err(StoreError::Other(format!(
                "the new database is in use already: {} has rows",
                table.name
            )));
        }
    }
    copy(from, to, &plan)?;
    verify(from, to, &plan)
}

fn copy(from: &Database, to: &Database, plan: &Plan) -> Result<(), StoreError> {
    let room = to.expect_bulk()?;
    let (from, plan) = (from.clone(), plan.clone());
    to.across().write_bulk(move |to| {
        from.across().snapshot(|from| {
            for table in &plan.tables {
                rows::copy(from, to, table)?;
            }
            for table in plan.tables.iter().filter(|table| table.has_later()) {
                rows::refer(from, to, table)?;
            }
            Ok::<_, StoreError>(())
        })
    })?;
    drop(room);
    Ok(())
}

fn verify(from: &Database, to: &Database, plan: &Plan) -> Result<Vec<Moved>, StoreError> {
    from.across().snapshot(|from| {
        to.across().snapshot(|to| {
            let moved = plan.tables.iter().map(|table| {
                Ok(Moved {
                    table: table.name.clone(),
                    rows: rows::compare(from, to, table)?,
                })
            });
            moved.collect()
        })
    })
}
