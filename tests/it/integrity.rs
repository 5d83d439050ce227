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

/// Weeks of stages as they are kept.
macro_rules! kept {
    () => {
        "SELECT workspace_id, stage_id, week, currency, owner_id, team_id, entered, further, closed, won, count, amount, own_amount, own_weighted \
        FROM stage_weeks WHERE entered <> 0 OR further <> 0 OR closed <> 0 OR won <> 0 OR count <> 0 OR amount <> 0 OR own_amount <> 0 OR own_weighted <> 0"
    };
}

/// The same out of the moves.
macro_rules! made {
    () => {
        "SELECT workspace_id, stage_id, week, currency, owner_id, team_id, sum(entered), sum(further), sum(closed), sum(won), sum(sign), sum(sign * amount), \
        sum(sign * own_amount), sum(sign * own_weighted) FROM (SELECT c.workspace_id, c.stage_id, c.at / 604800000000 AS week, d.currency, \
        coalesce(d.owner_id, '') AS owner_id, coalesce(d.team_id, '') AS team_id, c.entered, c.entered * c.further AS further, \
        CASE WHEN d.status IN ('won', 'lost') THEN c.entered ELSE 0 END AS closed, CASE WHEN d.status = 'won' THEN c.entered ELSE 0 END AS won, c.sign, \
        coalesce(d.amount, 0) AS amount, CASE WHEN d.status = 'open' AND d.probability IS NOT NULL THEN coalesce(d.amount, 0) ELSE 0 END AS own_amount, \
        CASE WHEN d.status = 'open' AND d.probability IS NOT NULL THEN coalesce(d.amount, 0) * d.probability / 100 ELSE 0 END AS own_weighted FROM \
        (SELECT workspace_id, deal_id, to_stage_id AS stage_id, at, CASE WHEN first_at IS NULL THEN 1 ELSE 0 END AS entered, further, 1 AS sign \
        FROM stage_changes UNION ALL SELECT workspace_id, deal_id, from_stage_id, at, 0, 0, -1 FROM stage_changes WHERE from_stage_id IS NOT NULL) c \
        JOIN deals d ON d.workspace_id = c.workspace_id AND d.id = c.deal_id WHERE d.deleted_at IS NULL) m \
        GROUP BY workspace_id, stage_id, week, currency, owner_id, team_id \
        HAVING sum(entered) <> 0 OR sum(further) <> 0 OR sum(closed) <> 0 OR sum(won) <> 0 OR sum(sign) <> 0 OR sum(sign * amount) <> 0 OR sum(sign * own_amount) <> 0 OR sum(sign * own_weighted) <> 0"
    };
}

/// Won deals that moved, each with the number of stages that it left: by its moves.
macro_rules! moved {
    () => {
        "SELECT d.workspace_id, d.pipeline_id, d.closed_at, d.id, coalesce(d.owner_id, ''), coalesce(d.team_id, ''), \
        count(DISTINCT CASE WHEN EXISTS (SELECT 1 FROM stage_changes p WHERE p.workspace_id = c.workspace_id AND p.deal_id = c.deal_id \
        AND (p.at < c.at OR (p.at = c.at AND p.id < c.id))) THEN c.from_stage_id END) \
        FROM deals d JOIN stage_changes c ON c.workspace_id = d.workspace_id AND c.deal_id = d.id \
        WHERE d.status = 'won' AND d.deleted_at IS NULL GROUP BY d.workspace_id, d.pipeline_id, d.closed_at, d.id, d.owner_id, d.team_id HAVING count(*) > 1"
    };
}

/// The same as it is kept.
macro_rules! stays {
    () => {
        "SELECT workspace_id, pipeline_id, closed_at, deal_id, owner_id, team_id, length(stays) - length(replace(stays, '=', '')) FROM won_stays"
    };
}

/// Rules between deals and what is kept about them.
const OF_DEALS: [Rule; 8] = [
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
    (
        "moves that do not know when their deal came first, or whether it came further",
        "SELECT count(*) FROM stage_changes c WHERE coalesce(first_at, -1) <> coalesce((SELECT min(e.at) FROM stage_changes e \
        WHERE e.workspace_id = c.workspace_id AND e.deal_id = c.deal_id AND e.to_stage_id = c.to_stage_id \
        AND (e.at < c.at OR (e.at = c.at AND e.id < c.id))), -1) OR further <> (SELECT count(*) FROM stages s \
        WHERE s.workspace_id = c.workspace_id AND s.id = c.to_stage_id AND EXISTS (SELECT 1 FROM stage_changes n JOIN stages t \
        ON t.workspace_id = n.workspace_id AND t.id = n.to_stage_id AND t.pipeline_id = s.pipeline_id WHERE n.workspace_id = c.workspace_id \
        AND n.deal_id = c.deal_id AND n.at >= c.at AND t.kind <> 'lost' AND (t.position > s.position OR (t.position = s.position AND t.id > s.id))))",
    ),
    (
        "weeks of stages that are not what the moves add up to",
        concat!(
            "SELECT count(*) FROM (",
            made!(),
            " EXCEPT ",
            kept!(),
            ") d"
        ),
    ),
    (
        "weeks of stages that no moves make",
        concat!(
            "SELECT count(*) FROM (",
            kept!(),
            " EXCEPT ",
            made!(),
            ") d"
        ),
    ),
    (
        "stays of won deals that are not kept",
        concat!(
            "SELECT count(*) FROM (",
            moved!(),
            " EXCEPT ",
            stays!(),
            ") d"
        ),
    ),
    (
        "stays of deals that are not won, or did not move",
        concat!(
            "SELECT count(*) FROM (",
            stays!(),
            " EXCEPT ",
            moved!(),
            ") d"
        ),
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
