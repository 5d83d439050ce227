//! Tables that are kept by month on PostgreSQL.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{
    Conn, Options, Statement, StoreError, backup, migrate,
    months::{self, Month},
};

use super::Fixture;

const TABLE: &str = "outbox_events";

/// A migrated database on PostgreSQL.
fn fixture() -> Option<Fixture> {
    let fixture = Fixture::postgres(&Options::default())?;
    migrate::run(&fixture.database).unwrap();
    Some(fixture)
}

impl Fixture {
    fn run(&self, sql: &str) {
        let sql = sql.to_owned();
        let across = self.database.across();
        across
            .write_blocking::<_, StoreError, _>(move |conn| conn.execute_batch(&sql))
            .unwrap();
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        let statement = Statement::new(sql);
        let across = self.database.across();
        across
            .read_blocking(|conn| conn.rows(&statement, |row| row.text(0)))
            .unwrap()
    }

    fn put(&self, id: &str, at: i64) {
        self.run(&format!(
            "INSERT INTO outbox_events (workspace_id, id, at, kind, object, record_id, payload) VALUES ('w', '{id}', {at}, \
             'tag.created', 'tag', 'r', '{{}}')"
        ));
    }

    /// The partition that an event lies in.
    fn part_of(&self, id: &str) -> String {
        let found = self.texts(&format!(
            "SELECT CAST(CAST(tableoid AS regclass) AS TEXT) FROM outbox_events WHERE id = '{id}'"
        ));
        found.concat()
    }

    fn months(&self, table: &str) -> Vec<Month> {
        let across = self.database.across();
        across
            .read_blocking(|conn| months::months(conn, table))
            .unwrap()
    }

    fn outside(&self) -> i64 {
        let across = self.database.across();
        across
            .read_blocking(|conn| months::outside(conn, TABLE))
            .unwrap()
    }

    fn found(&self) -> Vec<String> {
        self.database.across().read_blocking(backup::check).unwrap()
    }
}

fn part(month: Month) -> String {
    format!("{TABLE}_{}", month.to_string().replace('-', "_"))
}

#[test]
fn rows_lie_in_the_month_that_they_are_of() {
    let Some(fixture) = fixture() else {
        return;
    };
    let now = Utc::now();
    let present = Month::of(now);
    let next = present.next();
    for table in months::TABLES {
        let wanted = [present, next, next.next(), next.next().next()];
        assert_eq!(fixture.months(table), wanted, "made with the schema");
    }
    fixture.put("now", now.timestamp_micros());
    fixture.put("last", next.start() - 1);
    fixture.put("first", next.start());
    assert_eq!(fixture.part_of("now"), part(present));
    assert_eq!(fixture.part_of("last"), part(present));
    assert_eq!(fixture.part_of("first"), part(next));
    assert_eq!(months::make(&fixture.database, now).unwrap(), 0);
    assert_eq!(fixture.found(), [""; 0]);
    // A month later there is one more of each.
    let later = DateTime::from_timestamp_micros(next.start()).unwrap();
    assert_eq!(months::make(&fixture.database, later).unwrap(), 2);
    // Each of them hides the rows of other workspaces, also from who asks it directly.
    let open = fixture.texts(
        "SELECT CAST(relname AS TEXT) FROM pg_class c WHERE relkind IN ('r', 'p') AND \
         (relname LIKE 'outbox_events%' OR relname LIKE 'api_key_requests%') AND NOT (relrowsecurity AND relforcerowsecurity \
         AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))",
    );
    assert_eq!(open, [""; 0]);
}

#[test]
fn what_has_no_month_lies_in_the_rest_is_told_and_moves_when_its_month_is_made() {
    let Some(fixture) = fixture() else {
        return;
    };
    let far = Utc::now() + TimeDelta::days(400);
    fixture.put("far", far.timestamp_micros());
    fixture.put("old", 1_000);
    assert_eq!(fixture.part_of("far"), "outbox_events_default");
    assert_eq!(fixture.part_of("old"), "outbox_events_default");
    assert_eq!(
        fixture.outside(),
        1,
        "what is older than all months is in its place"
    );
    let told = ["1 rows of outbox_events lie outside its months"];
    assert_eq!(fixture.found(), told);
    months::make(&fixture.database, far).unwrap();
    assert_eq!(fixture.part_of("far"), part(Month::of(far)));
    assert_eq!(fixture.part_of("old"), "outbox_events_default");
    assert_eq!((fixture.outside(), fixture.found().len()), (0, 0));
}

#[test]
fn a_month_that_is_missing_is_told() {
    let Some(fixture) = fixture() else {
        return;
    };
    let present = Month::of(Utc::now());
    let across = fixture.database.across();
    across
        .write_blocking(move |conn| months::remove(conn, TABLE, present, |_, _| Ok(())))
        .unwrap();
    let told = format!("outbox_events has no partition for {present}");
    assert_eq!(fixture.found(), [told]);
    fixture.put("now", Utc::now().timestamp_micros());
    assert_eq!(
        fixture.part_of("now"),
        "outbox_events_default",
        "nothing is refused"
    );
    months::make(&fixture.database, Utc::now()).unwrap();
    assert_eq!(
        (fixture.part_of("now"), fixture.found().len()),
        (part(present), 0)
    );
}

#[test]
fn a_month_goes_as_a_whole_but_for_what_is_kept() {
    let Some(fixture) = fixture() else {
        return;
    };
    let now = Utc::now();
    let present = Month::of(now);
    for id in ["a", "b", "c"] {
        fixture.put(id, now.timestamp_micros());
    }
    let over = |before: DateTime<Utc>| {
        let across = fixture.database.across();
        across.read_blocking(|conn| months::over(conn, TABLE, before))
    };
    let end = DateTime::from_timestamp_micros(present.next().start()).unwrap();
    assert_eq!(over(end - TimeDelta::microseconds(1)).unwrap(), []);
    assert_eq!(over(end).unwrap(), [present]);
    let across = fixture.database.across();
    let remove = move |conn: &mut Conn| {
        months::remove(conn, TABLE, present, |conn, part| {
            let kept = format!("INSERT INTO outbox_events SELECT * FROM {part} WHERE id = 'b'");
            conn.execute_batch(&kept)
        })
    };
    across.write_blocking(remove).unwrap();
    assert_eq!(fixture.texts("SELECT id FROM outbox_events"), ["b"]);
    assert_eq!(fixture.part_of("b"), "outbox_events_default");
    let gone = format!(
        "SELECT CAST(to_regclass('{}') AS TEXT) WHERE to_regclass('{0}') IS NOT NULL",
        part(present)
    );
    assert_eq!(fixture.texts(&gone), [""; 0]);
}

#[test]
fn readers_go_by_the_index_of_each_month_and_leave_out_what_is_over() {
    let Some(fixture) = fixture() else {
        return;
    };
    let first = Month::of(Utc::now());
    let rows = |table: &str, columns: &str, values: &str| {
        let mut month = first;
        for _ in 0..4 {
            let at = month.start();
            fixture.run(&format!(
                "INSERT INTO {table} (workspace_id, id, at, {columns}) SELECT 'w' || n % 5, '{at}' || n, {at} + n, {values} \
                 FROM generate_series(1, 10000) n"
            ));
            month = month.next();
        }
    };
    rows(
        TABLE,
        "kind, object, record_id, payload, seq",
        "'k', 'o', 'r', '{}', n - 20000",
    );
    fixture.run("ALTER TABLE api_key_requests DROP CONSTRAINT api_key_requests_key");
    rows(
        "api_key_requests",
        "key_id, method, route, status, micros, ip, request_id",
        "'key', 'GET', '/', 200, 1, '::1', 'x'",
    );
    fixture.run("ANALYZE outbox_events; ANALYZE api_key_requests");
    let plan = |sql: &str| {
        let plan = fixture
            .texts(&format!("EXPLAIN (COSTS OFF) {sql}"))
            .join("\n");
        // The rest is empty: whoever looks into it is done at once.
        let mut scans = plan.lines().filter(|line| line.contains("Seq Scan"));
        assert!(scans.all(|line| line.contains("_default")), "{plan}");
        assert!(!plan.contains("Sort\n"), "{plan}");
        plan
    };
    let reading = plan(
        "SELECT seq, id, at, kind, object, record_id, payload FROM outbox_events WHERE workspace_id = 'w3' \
         AND (seq, id) > (-19950, '') AND seq < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) \
         ORDER BY seq, id LIMIT 500",
    );
    assert!(
        reading.contains("Merge Append") && reading.contains(&format!("{}_pkey", part(first))),
        "{reading}"
    );
    let newest = plan(
        "SELECT seq, id FROM outbox_events WHERE workspace_id = 'w3' ORDER BY seq DESC, id DESC LIMIT 1",
    );
    assert!(newest.contains("Merge Append"), "{newest}");
    let since = first.next().start();
    let listing = plan(&format!(
        "SELECT id, at FROM api_key_requests WHERE workspace_id = 'w3' AND key_id = 'key' AND at >= {since} \
         ORDER BY id DESC LIMIT 51"
    ));
    let of_first = part(first).replace(TABLE, "api_key_requests");
    let of_next = part(first.next()).replace(TABLE, "api_key_requests");
    assert!(
        !listing.contains(&of_first) && listing.contains(&of_next),
        "{listing}"
    );
}
