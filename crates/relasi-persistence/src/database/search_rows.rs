//! The full-text index of SQLite, written once per transaction.
//!
//! SQLite has the index write out what it gathered at each savepoint, and every write of many that share a commit has
//! one. So the rows of a transaction go into the index together, just before its end.

use super::{Conn, Dialect};
use crate::{error::StoreError, sql::Statement};

/// Which rows of `search_documents` the writer made.
#[derive(Debug, Default)]
pub(super) struct SearchRows {
    /// The next row's number, once it was asked for: there is one writer, so nobody else takes it.
    next: Option<i64>,
    /// The first number that was given out in this transaction.
    first: Option<i64>,
}

impl Conn {
    /// The number of a new row of `search_documents`; the transaction's end puts the row into the full-text index.
    pub(crate) fn next_search_row(&mut self) -> Result<i64, StoreError> {
        let next = match self.search_rows.next {
            Some(next) => next,
            None => {
                let last = Statement::new("SELECT max(rid) FROM search_documents");
                let last = self.row(&last, |row| row.opt_int(0))?.flatten();
                last.unwrap_or(0) + 1
            }
        };
        self.search_rows.next = Some(next + 1);
        self.search_rows.first.get_or_insert(next);
        Ok(next)
    }

    /// Before the end of a transaction: those of its rows that are still there become searchable.
    pub(super) fn index_search_rows(&mut self) -> Result<(), StoreError> {
        let Some(first) = self.search_rows.first.take() else {
            return Ok(());
        };
        let mut statement = Statement::new(
            "INSERT INTO search_fragments (rowid, text) SELECT rid, text FROM search_documents WHERE rid >= ",
        );
        self.execute(statement.bind(first)).map(drop)
    }

    /// At the beginning of a transaction: rows of one that was undone are gone.
    pub(super) fn forget_search_rows(&mut self) {
        if self.dialect() == Dialect::Sqlite && self.depth() == 0 {
            self.search_rows.first = None;
        }
    }
}
