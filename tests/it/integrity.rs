//! What must hold in every database at every moment, looked up in its tables.

use std::time::Duration;

use relasi_persistence::{Database, Options, Statement, StoreError};
use relasi_tests::Settings;

/// A number that must be zero, and what it counts.
type Rule = (&'static str, &'static str);

/// Rules for every table of records: `{t}` is the table, `{o}` the object.
const OF_RECORDS: [Rule; 8] = [
    (
        "records without one audit entry per version",
        "SELECT count(*) FROM {t} r WHERE r.import_id IS NULL AND version <> \
        (SELECT count(*) FROM audit_entries e WHERE e.workspace_id = r.workspace_id AND e.record_id = r.id \
        AND e.action NOT IN ('shared', 'unshared', 'consent_given', 'consent_withdrawn', 'checked', 'unchecked', 'exported', 'erasure_ordered', 'erased', 'held', 'released'))",
    ),
    (
        "records without one event per version",
        // Counted once: events have no index by record.
        "SELECT count(*) FROM {t} r LEFT JOIN (SELECT workspace_id, record_id, count(*) AS number FROM outbox_events \
        GROUP BY workspace_id, record_id) e ON e.workspace_id = r.workspace_id AND e.record_id = r.id \
        WHERE r.import_id IS NULL AND version <> coalesce(e.number, 0)",
    ),
    (
        "records that the search does not find by their name",
        "SELECT count(*) FROM {t} r WHERE deleted_at IS NULL AND \
        NOT EXISTS (SELECT 1 FROM search_documents s WHERE s.workspace_id = r.workspace_id AND s.record_id = r.id \
        AND s.title_key = r.{title}_key)",
    ),
    (
        "audit entries of nothing",
        "SELECT count(*) FROM audit_entries e WHERE object = '{o}' \
        AND NOT EXISTS (SELECT 1 FROM erasures x WHERE x.workspace_id = e.workspace_id) AND NOT EXISTS (SELECT 1 FROM {t} r WHERE r.workspace_id = e.workspace_id AND r.id = e.record_id)",
    ),
    (
        "events of nothing",
        "SELECT count(*) FROM outbox_events e WHERE object = '{o}' AND e.kind NOT IN ('contact.erased', 'lead.erased') \
        AND NOT EXISTS (SELECT 1 FROM {t} r WHERE r.workspace_id = e.workspace_id AND r.id = e.record_id)",
    ),
    (
        "timeline entries of nothing",
        "SELECT count(*) FROM timeline_events e WHERE object = '{o}' \
        AND NOT EXISTS (SELECT 1 FROM {t} r WHERE r.workspace_id = e.workspace_id AND r.id = e.record_id)",
    ),
    (
        "search rows of nothing",
        "SELECT count(*) FROM search_documents e WHERE object = '{o}' \
        AND NOT EXISTS (SELECT 1 FROM {t} r WHERE r.workspace_id = e.workspace_id AND r.id = e.record_id)",
    ),
    (
        "index rows of nothing",
        "SELECT count(*) FROM field_index e WHERE object = '{o}' \
        AND NOT EXISTS (SELECT 1 FROM {t} r WHERE r.workspace_id = e.workspace_id AND r.id = e.record_id)",
    ),
];

/// Rules between deals and what is kept about them.
const OF_DEALS: [Rule; 3] = [
    (
        "sums of deals that the board does not show",
        "SELECT count(*) FROM (SELECT workspace_id, stage_id, currency, \
        count(*), coalesce(sum(amount), 0), \
        sum(CASE WHEN status = 'open' AND probability IS NOT NULL THEN coalesce(amount, 0) ELSE 0 END), \
        sum(CASE WHEN status = 'open' AND probability IS NOT NULL THEN coalesce(amount, 0) * probability / 100 ELSE 0 END) \
        FROM deals WHERE deleted_at IS NULL GROUP BY 1, 2, 3 \
        EXCEPT SELECT workspace_id, stage_id, currency, sum(count), sum(amount), sum(own_amount), sum(own_weighted) FROM deal_totals GROUP BY 1, 2, 3) d",
    ),
    (
        "sums on the board that no deals have",
        "SELECT count(*) FROM (SELECT workspace_id, stage_id, currency, sum(count), \
        sum(amount), sum(own_amount), sum(own_weighted) FROM deal_totals GROUP BY 1, 2, 3 HAVING sum(count) <> 0 OR sum(amount) <> 0 \
        EXCEPT SELECT workspace_id, stage_id, currency, count(*), coalesce(sum(amount), 0), \
        sum(CASE WHEN status = 'open' AND probability IS NOT NULL THEN coalesce(amount, 0) ELSE 0 END), \
        sum(CASE WHEN status = 'open' AND probability IS NOT NULL THEN coalesce(amount, 0) * probability / 100 ELSE 0 END) FROM deals \
        WHERE deleted_at IS NULL GROUP BY 1, 2, 3) d",
    ),
    (
        "deals that are not where their last move took them",
        "SELECT count(*) FROM deals d WHERE stage_id <> \
        (SELECT to_stage_id FROM stage_changes c WHERE c.workspace_id = d.workspace_id AND c.deal_id = d.id \
        ORDER BY c.at DESC, c.id DESC LIMIT 1)",
    ),
];

/// The database of these settings, looked at from outside. On SQLite no server may run.
pub fn open(settings: &Settings) -> Database {
    let file = settings.data_dir.join("relasi.db");
    let address = settings
        .database_url
        .clone()
        .unwrap_or_else(|| file.to_string_lossy().into_owned());
    // One that was dropped a moment ago gives its file free once its threads have ended.
    for _ in 0..100 {
        match Database::open(&address, &Options::default()) {
            Err(StoreError::Unavailable(_)) => std::thread::sleep(Duration::from_millis(50)),
            opened => return opened.expect("the database can be opened"),
        }
    }
    panic!("another process has the database open");
}

/// The number that a query answers.
#[track_caller]
pub fn number(database: &Database, sql: &str) -> i64 {
    let number = database
        .across()
        .read_now(|conn| conn.row(&Statement::new(sql), |row| row.int(0)));
    number
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
        .unwrap_or_else(|| panic!("{sql}: no row"))
}

/// Every rule that is broken, none in a sound database.
pub fn broken(database: &Database) -> Vec<String> {
    let mut found = Vec::new();
    for object in ["contact", "company", "lead", "deal"]
        .map(|name| relasi_domain::object(name).expect("an object"))
    {
        for (name, sql) in OF_RECORDS {
            let sql = sql
                .replace("{t}", object.table)
                .replace("{o}", object.name)
                .replace("{title}", object.title);
            note(
                &mut found,
                database,
                &format!("{} {name}", object.plural),
                &sql,
            );
        }
    }
    for (name, sql) in OF_DEALS {
        note(&mut found, database, name, sql);
    }
    found
}

fn note(found: &mut Vec<String>, database: &Database, name: &str, sql: &str) {
    match number(database, sql) {
        0 => {}
        count => found.push(format!("{count} {name}")),
    }
}
