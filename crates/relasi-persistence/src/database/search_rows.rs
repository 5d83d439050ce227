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
        let next = if let Some(next) = self.search_rows.next {
            next
        } else {
            let last = Statement::new("SELECT max(rid) FROM search_documents");
            let last = self.row(&last, |row| row.opt_int(0))?.flatten();
            last.unwrap_or(0) + 1
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use crate::{Conn, Database, Options, Statement, StoreError, migrate};

    fn add(conn: &mut Conn, workspace: Uuid, text: &str) -> Result<i64, StoreError> {
        let rid = conn.next_search_row()?;
        let mut statement = Statement::new(
            "INSERT INTO search_documents (rid, workspace_id, object, record_id, title, title_key, text) VALUES (",
        );
        statement
            .bind(rid)
            .push(", ")
            .bind(workspace)
            .push(", 'contact', ");
        statement.bind(Uuid::now_v7()).push(", '', '', ").bind(text);
        conn.execute(statement.push(")"))?;
        Ok(rid)
    }

    fn found(database: &Database, text: &str) -> Vec<i64> {
        let mut statement =
            Statement::new("SELECT rowid FROM search_fragments WHERE search_fragments MATCH ");
        statement.bind(text);
        database
            .read_blocking(|conn| conn.rows(&statement, |row| row.int(0)))
            .unwrap()
    }

    #[test]
    fn what_was_committed_is_searchable_and_what_was_undone_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relasi.db");
        let database = Database::open(&path.to_string_lossy(), &Options::default()).unwrap();
        migrate::run(&database).unwrap();
        let workspace = Uuid::now_v7();
        let mut owner = Statement::new(
            "INSERT INTO workspaces (id, version, created_at, updated_at, name, language, currency, time_zone) VALUES (",
        );
        owner
            .bind(workspace)
            .push(", 1, 0, 0, 'Kopi', 'id', 'IDR', 'Asia/Jakarta')");
        database
            .write_blocking(move |conn| conn.execute(&owner))
            .unwrap();
        let rid = database
            .write_blocking(move |conn| {
                let kept = add(conn, workspace, "rahmawati")?;
                let undone = conn.transaction(|conn| {
                    add(conn, workspace, "wongsakul")?;
                    Err::<(), _>(StoreError::Other("undone".to_owned()))
                });
                assert!(undone.is_err());
                Ok::<_, StoreError>(kept)
            })
            .unwrap();
        assert_eq!(found(&database, "rahmawati"), [rid]);
        assert_eq!(found(&database, "wongsakul"), [0; 0]);
        let failed: Result<(), StoreError> = database.write_blocking(move |conn| {
            add(conn, workspace, "chaiyasit")?;
            Err(StoreError::Other("undone".to_owned()))
        });
        assert!(failed.is_err());
        let next = database
            .write_blocking(move |conn| add(conn, workspace, "handayani"))
            .unwrap();
        assert_eq!(found(&database, "chaiyasit"), [0; 0]);
        assert_eq!(found(&database, "handayani"), [next]);
    }
}
