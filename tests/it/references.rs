//! T2: the schema itself refuses references into another workspace.

use std::collections::BTreeMap;

use relasi_persistence::{Database, Options, Statement, migrate};
use relasi_tests::{TestApp, on_both};

use crate::{bodies::make, doors::archive::fill, integrity, isolation::second_workspace};

/// A reference: its table, its columns with those that they name, and the table it leads to.
#[derive(Debug, Default)]
struct Reference {
    table: String,
    to: String,
    columns: Vec<(String, String)>,
}

/// All references between tables, as SQLite tells of them; both databases have the same.
fn references() -> Vec<Reference> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relasi.db");
    let database = Database::open(&file.to_string_lossy(), &Options::default()).unwrap();
    migrate::run(&database).unwrap();
    let all = Statement::new(
        "SELECT m.name, f.id, f.\"table\", f.\"from\", f.\"to\" FROM sqlite_master m \
         JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    );
    let mut found: BTreeMap<(String, i64), Reference> = BTreeMap::new();
    database
        .across()
        .read_blocking(|conn| {
            conn.for_each(&all, |row| {
                let reference = found.entry((row.text(0)?, row.int(1)?)).or_default();
                reference.table = row.text(0)?;
                reference.to = row.text(2)?;
                reference.columns.push((row.text(3)?, row.text(4)?));
                Ok(())
            })
        })
        .unwrap();
    found.into_values().collect()
}

fn text(database: &Database, sql: &str) -> Option<String> {
    let statement = Statement::new(sql);
    database
        .across()
        .read_blocking(|conn| conn.row(&statement, |row| row.text(0)))
        .unwrap()
}

on_both! {
    fn t2_no_row_can_name_a_row_of_another_workspace(app: TestApp) {
        let mut app = app;
        fill(&app);
        let neighbour = second_workspace(&mut app);
        for object in ["team", "tag", "company", "contact", "deal", "lead", "activity", "contact_role", "relationship", "saved_view"] {
            make(&neighbour.client, object);
        }
        let ids = app.at.settings.clone();
        app.at.terminate();
        let database = integrity::open(&ids);
        let [own, foreign] = ["ASC", "DESC"].map(|order| text(&database, &format!("SELECT id FROM workspaces ORDER BY id {order} LIMIT 1")).unwrap());
        let mut tried = 0;
        for reference in references() {
            let leads_home = reference.columns.contains(&("workspace_id".to_owned(), "workspace_id".to_owned()));
            let of_the_installation = ["workspaces", "users"].contains(&reference.to.as_str());
            assert!(leads_home || of_the_installation, "{reference:?}");
            if !leads_home {
                continue;
            }
            let Some((column, named)) = reference.columns.iter().find(|(column, _)| column != "workspace_id") else {
                continue;
            };
            let (table, to) = (&reference.table, &reference.to);
            let there = text(&database, &format!("SELECT {named} FROM {to} WHERE workspace_id = '{foreign}' AND {named} NOT IN (SELECT {named} FROM {to} WHERE workspace_id = '{own}')"));
            let here = text(&database, &format!("SELECT {column} FROM {table} WHERE workspace_id = '{own}' AND {column} IS NOT NULL"));
            if let (Some(there), Some(here)) = (there, here) {
                let meddle = format!("UPDATE {table} SET {column} = '{there}' WHERE workspace_id = '{own}' AND {column} = '{here}'");
                let done = database.across().write_blocking(move |conn| conn.execute(Statement::new(meddle.as_str()).uncached()));
                assert!(done.is_err(), "{table}.{column} was led into another workspace");
                tried += 1;
            }
        }
        assert!(tried >= 20, "{tried} references were tried");
    }
}
