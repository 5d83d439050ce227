//! The data set of the benchmark as a plain SQLite file.

use std::path::Path;

use anyhow::Result;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection, sql_query};

const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, uuid TEXT UNIQUE, first_name TEXT, last_name TEXT, email TEXT,
        phone TEXT, title TEXT, company_id INTEGER, city TEXT, country TEXT, source TEXT, score INTEGER,
        opt_in INTEGER, created_at TEXT);
    CREATE INDEX contacts_city ON contacts (city, last_name);
    CREATE INDEX contacts_email ON contacts (email);
    CREATE INDEX contacts_company ON contacts (company_id);
    CREATE INDEX contacts_created ON contacts (created_at);
    CREATE TABLE deals (id INTEGER PRIMARY KEY, stage INTEGER, status TEXT, amount INTEGER);
    CREATE INDEX deals_stage ON deals (status, stage, amount);
    CREATE TABLE audit (n INTEGER PRIMARY KEY, what TEXT, id INTEGER);
    CREATE VIRTUAL TABLE names USING fts5(name, tokenize = 'trigram', content = '');";

/// The id that row `number` gets.
fn uuid(number: i64) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// Makes the database at `path` from `contacts.csv` and `deals.csv` in `data`.
pub fn load(data: &Path, path: &str) -> Result<()> {
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute(TABLES)?;
    connection.transaction(|c| -> Result<()> {
        let mut file = csv::Reader::from_path(data.join("contacts.csv"))?;
        for (number, row) in (1_i64..).zip(file.records()) {
            contact(c, number, &row?)?;
        }
        let mut file = csv::Reader::from_path(data.join("deals.csv"))?;
        for row in file.records() {
            deal(c, &row?)?;
        }
        Ok(())
    })?;
    connection.batch_execute("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

fn contact(c: &mut SqliteConnection, number: i64, row: &csv::StringRecord) -> Result<()> {
    let name = &row[0];
    let (given, family) = name.split_once(' ').unwrap_or((name, ""));
    sql_query("INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '2026-01-01T00:00:00Z')")
        .bind::<BigInt, _>(number)
        .bind::<Text, _>(uuid(number))
        .bind::<Text, _>(given)
        .bind::<Text, _>(family)
        .bind::<Text, _>(&row[1])
        .bind::<Text, _>(&row[2])
        .bind::<Text, _>(&row[3])
        .bind::<BigInt, _>(number * 7919 % 10_000)
        .bind::<Text, _>(&row[5])
        .bind::<Text, _>(&row[6])
        .bind::<Text, _>(&row[7])
        .execute(c)?;
    sql_query("INSERT INTO names(rowid, name) VALUES (?, ?)")
        .bind::<BigInt, _>(number)
        .bind::<Text, _>(name)
        .execute(c)?;
    Ok(())
}

fn deal(c: &mut SqliteConnection, row: &csv::StringRecord) -> Result<()> {
    let stage: i64 = row[1].parse()?;
    let status = match stage {
        0..=3 => "open",
        4 => "won",
        _ => "lost",
    };
    sql_query("INSERT INTO deals VALUES (?, ?, ?, ?)")
        .bind::<BigInt, _>(row[0].parse::<i64>()?)
        .bind::<BigInt, _>(stage)
        .bind::<Text, _>(status)
        .bind::<BigInt, _>(row[2].parse::<i64>()?)
        .execute(c)?;
    Ok(())
}
