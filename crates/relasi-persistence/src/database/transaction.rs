//! Transactions by hand, for the lane and the pools.

use diesel::connection::{
    AnsiTransactionManager, Connection, TransactionManager, TransactionManagerStatus,
};

use super::conn::{Conn, Link, on_link};
use crate::error::StoreError;

impl Conn {
    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        self.forget_search_rows();
        let result = on_link!(self, conn => begin(conn));
        self.noted(result)
    }

    /// Begins a transaction of PostgreSQL by a text of one's own.
    pub(super) fn begin_with(&mut self, text: &str) -> Result<(), StoreError> {
        self.forget_search_rows();
        let result = match &mut self.link {
            Link::Sqlite(conn) => begin(conn),
            Link::Postgres(link) => link.begin(text),
        };
        self.noted(result)
    }

    /// Takes the right to write at once, so that no read within turns into a failed upgrade.
    pub(super) fn begin_immediate(&mut self) -> Result<(), StoreError> {
        self.forget_search_rows();
        let result = match &mut self.link {
            Link::Sqlite(conn) => {
                AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
                    .map_err(StoreError::from)
            }
            Link::Postgres(link) => begin(link.connection()),
        };
        self.noted(result)
    }

    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        if self.depth() == 1 {
            self.index_search_rows()?;
        }
        let result = on_link!(self, conn => commit(conn));
        self.noted(result)
    }

    pub(super) fn rollback(&mut self) -> Result<(), StoreError> {
        let result = on_link!(self, conn => rollback(conn));
        self.noted(result)
    }

    /// How many transactions and savepoints are open.
    pub(super) fn depth(&mut self) -> u32 {
        on_link!(self, conn => depth(conn))
    }

    /// Undoes savepoints and transactions until `depth` of them are left.
    pub(super) fn unwind_to(&mut self, depth: u32) -> Result<(), StoreError> {
        while self.depth() > depth {
            let before = self.depth();
            self.rollback()?;
            if self.depth() >= before {
                return Err(StoreError::Unavailable(
                    "the transaction can't be undone".to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// Whether a statement since the last call asked for running the transaction again.
    pub(super) fn take_conflict(&mut self) -> bool {
        std::mem::take(&mut self.conflict)
    }

    /// Whether it may be used for other work: in one piece, outside a transaction, still connected.
    pub(super) fn is_sound(&mut self) -> bool {
        !self.broken
            && self.depth() == 0
            && match &mut self.link {
                Link::Sqlite(_) => true,
                Link::Postgres(link) => link.is_connected(),
            }
    }
}

fn begin<C: Connection>(conn: &mut C) -> Result<(), StoreError> {
    C::TransactionManager::begin_transaction(conn).map_err(StoreError::from)
}

fn commit<C: Connection>(conn: &mut C) -> Result<(), StoreError> {
    C::TransactionManager::commit_transaction(conn).map_err(StoreError::from)
}

fn rollback<C: Connection>(conn: &mut C) -> Result<(), StoreError> {
    C::TransactionManager::rollback_transaction(conn).map_err(StoreError::from)
}

/// An unusable transaction manager counts as a transaction that is still open.
fn depth<C: Connection>(conn: &mut C) -> u32 {
    match C::TransactionManager::transaction_manager_status_mut(conn) {
        TransactionManagerStatus::Valid(status) => status
            .transaction_depth()
            .map_or(0, std::num::NonZeroU32::get),
        TransactionManagerStatus::InError => 1,
    }
}
