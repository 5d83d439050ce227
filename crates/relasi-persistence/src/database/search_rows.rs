//! The full-text index of SQLite, written for many rows at once.
//!
//! SQLite has the index write out what it gathered at each savepoint and commit, and merges what was written: for single
//! rows that costs more than all else about them. So the newest rows wait in `search_documents`, where a search looks
//! through them one by one, and go into the index together.

use super::{Conn, Dialect};
use crate::{error::StoreError, sql::Statement};

/// So many rows may wait for the full-text index: a search reads them all.
const WAITING: i64 = 64;

impl Conn {
    /// Notes that this transaction makes rows of `search_documents`: its end or that of a later one puts them into the
    /// full-text index.
    pub(crate) fn makes_search_rows(&mut self) {
        self.made_search_rows = true;
    }

    fn last_search_row(&mut self) -> Result<i64, StoreError> {
        let last = Statement::new("SELECT max(rid) FROM search_documents");
        let last = self.row(&last, |row| row.opt_int(0))?.flatten();
        Ok(last.unwrap_or(0))
    }

    /// The last row of `search_documents` that the full-text index knows; later ones wait.
    pub(crate) fn last_indexed_search_row(&mut self) -> Result<i64, StoreError> {
        // The index's own table of its rows: its primary key answers at once.
        let last = Statement::new("SELECT max(id) FROM search_fragments_docsize");
        let last = self.row(&last, |row| row.opt_int(0))?.flatten();
        Ok(last.unwrap_or(0))
    }

    /// Before the end of a transaction that made rows: when many wait, they go into the full-text index.
    pub(super) fn index_search_rows(&mut self) -> Result<(), StoreError> {
        if !std::mem::take(&mut self.made_search_rows) {
            return Ok(());
        }
        let last = self.last_indexed_search_row()?;
        if self.last_search_row()? - last < WAITING {
            return Ok(());
        }
        let mut statement = Statement::new(
            "INSERT INTO search_fragments (rowid, text) SELECT rid, text FROM search_documents WHERE rid > ",
        );
        self.execute(statement.bind(last)).map(drop)
    }

    /// At the beginning of a transaction: it has made no rows yet.
    pub(super) fn forget_search_rows(&mut self) {
        if self.dialect() == Dialect::Sqlite && self.depth() == 0 {
            self.made_search_rows = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::WAITING;
    use crate::{Conn, Database, Options, Statement, StoreError, migrate};

    fn add(conn: &mut Conn, workspace: Uuid, text: &str) -> Result<i64, StoreError> {
        conn.makes_search_rows();
        let mut statement = Statement::new(
            "INSERT INTO search_documents (workspace_id, object, record_id, title, title_key, text) VALUES (",
        );
        statement.bind(workspace).push(", 'contact', ");
        statement.bind(Uuid::now_v7()).push(", '', '', ").bind(text);
        conn.execute(statement.push(")"))?;
        conn.last_search_row()
    }

    fn found(database: &Database, text: &str) -> Vec<i64> {
        let mut statement =
            Statement::new("SELECT rowid FROM search_fragments WHERE search_fragments MATCH ");
        statement.bind(text);
        database
            .across()
            .read_blocking(|conn| conn.rows(&statement, |row| row.int(0)))
            .unwrap()
    }

    #[test]
    fn rows_wait_until_many_go_into_the_index_together() {
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
            .within(workspace)
            .write_blocking(move |conn| conn.execute(&owner))
            .unwrap();
        let one = |text: &'static str| {
            database
                .within(workspace)
                .write_blocking(move |conn| add(conn, workspace, text))
                .unwrap()
        };
        let first = one("rahmawati");
        assert_eq!(found(&database, "rahmawati"), [0; 0], "it waits");
        let undone: Result<(), StoreError> =
            database.within(workspace).write_blocking(move |conn| {
                for _ in 0..2 * WAITING {
                    add(conn, workspace, "wongsakul")?;
                }
                Err(StoreError::Other("undone".to_owned()))
            });
        assert!(undone.is_err());
        let later: Vec<i64> = (1..WAITING).map(|_| one("handayani")).collect();
        assert_eq!(found(&database, "rahmawati"), [first]);
        assert_eq!(found(&database, "handayani"), later);
        assert_eq!(found(&database, "wongsakul"), [0; 0]);
        let waiting = one("chaiyasit");
        let last = database
            .within(workspace)
            .read_blocking(super::super::Conn::last_indexed_search_row)
            .unwrap();
        assert!(last < waiting, "the next ones wait again");
        let all = database
            .within(workspace)
            .write_blocking(move |conn| {
                (0..WAITING)
                    .map(|_| add(conn, workspace, "siti"))
                    .collect::<Result<Vec<_>, _>>()
            })
            .unwrap();
        assert_eq!(found(&database, "siti"), all);
        assert_eq!(found(&database, "chaiyasit"), [waiting]);
    }
}
