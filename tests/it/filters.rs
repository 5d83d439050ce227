//! A filter means the same in memory, in SQLite and in PostgreSQL.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc, Weekday};
use chrono_tz::Tz;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use relasi_domain::{
    filter::{self, Context},
    identity::{
        access::{Access, Action},
        role::Role,
    },
    record::{Document, Object},
    text::sort_key,
};
use relasi_persistence::{
    Database, Options, Statement, StoreError, migrate,
    store::{Query, Store},
};
use relasi_tests::{Backend, Start, TestApp, on_both, postgres};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    bodies::make_with,
    custom_fields::customs,
    filter_data::{COUNTS, PEOPLE, Split, filters, id_of, records},
};

/// A database with some hundred records, and the same records in memory.
struct Filled {
    database: Database,
    access: Access,
    records: BTreeMap<&'static str, Vec<Document>>,
    by_id: HashMap<(&'static str, Uuid), Document>,
    _server: Option<postgres::Database>,
    _folder: tempfile::TempDir,
}

const WORKSPACE: Uuid = Uuid::from_u128(7);

/// Half past midnight in Jakarta on a Sunday; still Saturday in UTC.
fn context() -> Context {
    Context {
        now: "2026-11-21T17:30:00Z".parse::<DateTime<Utc>>().unwrap(),
        zone: Tz::Asia__Jakarta,
        week_start: Weekday::Mon,
        me: Some(id_of("user", 0)),
        my_team: Some(id_of("team", 1)),
    }
}

fn insert_people(database: &Database) {
    database
        .across().write_blocking(|conn| {
            let mut statement = Statement::new(
                "INSERT INTO workspaces (id, version, created_at, updated_at, name, language, currency, time_zone) VALUES (",
            );
            statement.bind(WORKSPACE).push(", 1, 0, 0, 'Kopi', 'id', 'IDR', 'Asia/Jakarta')");
            conn.execute(&statement)?;
            for n in 0..PEOPLE {
                let id = id_of("user", n);
                let mut statement = Statement::new(
                    "INSERT INTO users (id, version, created_at, updated_at, email, email_key, full_name, language) VALUES (",
                );
                statement.bind(id).push(", 1, 0, 0, ").bind(id).push(", ").bind(id).push(", 'Siti', 'id')");
                conn.execute(&statement)?;
                let mut statement = Statement::new(
                    "INSERT INTO memberships (workspace_id, id, user_id, version, created_at, updated_at, role) VALUES (",
                );
                statement.bind(WORKSPACE).push(", ").bind(id).push(", ").bind(id).push(", 1, 0, 0, 'member')");
                conn.execute(&statement)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

impl Start for Filled {
    fn start(backend: Backend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = (backend == Backend::Postgres).then(postgres::empty_database);
        let file = folder.path().join("relasi.db").display().to_string();
        let address = server.as_ref().map_or(file, |server| server.url.clone());
        let database = Database::open(&address, &Options::default()).unwrap();
        migrate::run(&database).unwrap();
        insert_people(&database);
        let records = records();
        for (name, _) in COUNTS {
            let object = relasi_domain::object(name).unwrap();
            let mut documents = records[name].clone();
            // References within one table need their targets first: companies to companies.
            let parents: Vec<Value> = documents
                .iter_mut()
                .filter_map(|d| d.get_mut("parent_id").map(Value::take))
                .collect();
            database
                .across()
                .write_blocking(move |conn| {
                    Store::of_workspace(conn, WORKSPACE)
                        .knowing(customs().clone())
                        .insert(object, &documents.iter().collect::<Vec<_>>())
                })
                .unwrap();
            for (document, parent) in records[name].iter().zip(parents) {
                let id = Uuid::try_parse(document["id"].as_str().unwrap()).unwrap();
                let parent = parent.as_str().map(str::to_owned);
                database
                    .across()
                    .write_blocking(move |conn| {
                        let values = [("parent_id", parent.as_deref().into())];
                        Store::of_workspace(conn, WORKSPACE).maintain(object, id, &values)
                    })
                    .unwrap();
            }
        }
        let all = records
            .iter()
            .flat_map(|(name, all)| all.iter().map(move |document| (*name, document)));
        let by_id = all
            .map(|(name, d)| {
                (
                    (name, Uuid::try_parse(d["id"].as_str().unwrap()).unwrap()),
                    d.clone(),
                )
            })
            .collect();
        let access = Access::new(
            WORKSPACE,
            id_of("user", 0),
            id_of("user", 0),
            vec![id_of("team", 1)],
            Role::Owner,
        )
        .with_customs(customs().clone());
        Self {
            database,
            access,
            records,
            by_id,
            _server: server,
            _folder: folder,
        }
    }
}

impl Filled {
    fn lookup(&self, object: &'static Object, id: Uuid) -> Option<Document> {
        self.by_id.get(&(object.name, id)).cloned()
    }

    fn in_memory(&self, object: &'static Object, filter: &str) -> BTreeSet<String> {
        let filter = filter::parse(filter, self.access.shape(object))
            .unwrap_or_else(|fault| panic!("{filter}: {fault:?}"));
        let condition = filter.resolve(&context());
        let living = self.records[object.name]
            .iter()
            .filter(|record| record["deleted_at"].is_null());
        let taken = living
            .filter(|record| condition.matches(record, &|object, id| self.lookup(object, id)));
        taken
            .map(|record| record["id"].as_str().unwrap().to_owned())
            .collect()
    }

    fn in_sql(&self, object: &'static Object, filter: &str) -> BTreeSet<String> {
        let shape = self.access.shape(object);
        let condition = filter::parse(filter, shape).unwrap().resolve(&context());
        let fields = ["id".to_owned()];
        let query = Query {
            filter: Some(&condition),
            sort: &[],
            text: None,
            after: None,
            limit: 1_000,
            trashed: false,
            visible: self.access.limit(object, Action::See),
            fields: &fields,
            follow: &[],
        };
        let read = |conn: &mut relasi_persistence::Conn| {
            let mut store = Store::new(conn, &self.access);
            let counts = (
                store.count(object, &query, 1_000)?,
                store.count(object, &query, 5)?,
            );
            Ok::<_, StoreError>((store.page(object, &query)?, counts))
        };
        let (page, (count, capped)) = self
            .database
            .within(self.access.workspace_id)
            .read_blocking(read)
            .unwrap_or_else(|error| panic!("{filter}: {error}"));
        let items = format!("[{}]", String::from_utf8(page.items).unwrap());
        let items: Vec<Value> = serde_json::from_str(&items).unwrap();
        assert_eq!(
            (items.len(), capped),
            (count, count.min(5)),
            "{filter}: the count is the length of the list"
        );
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    }

    fn compare(&self, name: &str, cases: u32) {
        let object = relasi_domain::object(name).unwrap();
        let living = self.records[name]
            .iter()
            .filter(|record| record["deleted_at"].is_null())
            .count();
        let split = Split::default();
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let rng = proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm);
        let outcome = TestRunner::new_with_rng(config, rng).run(&filters(object), |filter| {
            let (memory, sql) = (
                self.in_memory(object, &filter),
                self.in_sql(object, &filter),
            );
            split.note(memory.len(), living);
            let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
                let id = a
                    .difference(b)
                    .next()
                    .and_then(|id| Uuid::try_parse(id).ok());
                id.map(|id| self.by_id[&(object.name, id)].clone())
            };
            if memory == sql {
                Ok(())
            } else {
                Err(TestCaseError::fail(format!(
                    "only in memory {:?}, only in SQL {:?}",
                    only(&memory, &sql),
                    only(&sql, &memory)
                )))
            }
        });
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
        split.check();
    }
}

on_both! {
    fn filters_mean_the_same_in_memory_and_in_sql(data: Filled) {
        for (name, cases) in [("contact", 300), ("company", 60), ("deal", 60), ("activity", 60), ("stage", 30)] {
            data.compare(name, cases);
        }
    }

    fn every_operator_of_every_field_means_the_same(data: Filled) {
        use relasi_domain::filter::{Operator, operators};
        for (name, _) in COUNTS {
            let object = relasi_domain::object(name).unwrap();
            for field in data.access.shape(object).fields().filter(|field| field.name != "import_id") {
                // A value that some record has.
                let held = data.records[name].iter().find_map(|record| {
                    let value = field.of(record);
                    let value = value.as_array().map_or(Some(value), |items| items.first())?;
                    let value = value.get("value").unwrap_or(value);
                    let text = value.as_str().filter(|t| !sort_key(t).is_empty()).map(|t| t.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
                    text.or_else(|| value.as_number().map(ToString::to_string))
                });
                let Some(held) = held else { continue };
                for operator in operators(&field.kind) {
                    let test = match operator {
                        Operator::Empty | Operator::NotEmpty => format!("{} {operator}", field.name),
                        Operator::In | Operator::NotIn => format!("{} {operator} (\"{held}\", \"{held}\")", field.name),
                        _ => format!("{} {operator} \"{held}\"", field.name),
                    };
                    for filter in [test.clone(), format!("not {test}")] {
                        assert_eq!(data.in_memory(object, &filter), data.in_sql(object, &filter), "{filter}");
                    }
                }
            }
        }
    }

    fn filters_mean_the_same_over_http(app: TestApp) {
        let client = app.client();
        let companies = ["Retail", "retail", "Kopi", ""].map(|industry| make_with(client, "company", json!({"industry": industry})));
        for turn in 0..40_usize {
            let city = ["Bandung", "bandung", "เชียงใหม่", "", "Jakarta"][turn % 5];
            let company = if turn % 3 == 0 { Value::Null } else { companies[turn % 4]["id"].clone() };
            let stage = ["lead", "customer", ""][turn % 3];
            make_with(client, "contact", json!({"city": city, "company_id": company, "lifecycle_stage": stage, "source": city}));
        }
        let object = &relasi_domain::people::contact::OBJECT;
        let all = client.list("contacts", &[("limit", "200")]).ok(200);
        let all: Vec<Document> = all["items"].as_array().unwrap().iter().map(|r| r.as_object().unwrap().clone()).collect();
        let me = Uuid::try_parse(&app.owner.id).ok();
        let context = Context { me, ..context() };
        let lookup = |_: &'static Object, id: Uuid| companies.iter().find(|c| c["id"] == json!(id)).and_then(Value::as_object).cloned();
        for filter in [
            "city = bandung", "city != Bandung", "not city = BANDUNG", "city ~ \"ียงใ\"", "city ^= ban", "source = Bandung", "source ~ an",
            "city in (Jakarta, Bandung) and not (lifecycle_stage = lead or company.industry = RETAIL)",
            "company.industry is empty", "not company.industry is empty", "company.industry != kopi", "company_id is not empty",
            "owner_id = me", "not owner_id = me", "emails is empty and tags is empty", "version > 1 or version = 1",
            "lifecycle_stage not in (lead)", "created_at > 2020-01-01", "created_at < 2020-01-01", "full_name ~ 1", "",
        ] {
            let condition = filter::parse(filter, object).unwrap().resolve(&context);
            let expected: BTreeSet<String> =
                all.iter().filter(|record| condition.matches(record, &lookup)).map(|record| record["id"].to_string()).collect();
            let found = client.all("contacts", &[("filter", filter), ("limit", "15")], "id");
            let found: BTreeSet<String> = found.iter().map(Value::to_string).collect();
            assert_eq!(found, expected, "{filter}");
            assert_eq!(client.list("contacts/count", &[("filter", filter)]).ok(200)["count"], expected.len(), "{filter}");
        }
        let deep = "not (not (not (not (not (not city = a)))))";
        assert_eq!(client.list("contacts", &[("filter", deep)]).faults(), ["?filter filter_too_deep"]);
        for (filter, code) in [("city", "filter_expects_operator"), ("nonsense = 1", "unknown_field"), ("city = \"a", "filter_unclosed_quote"), ("version ~ 1", "operator_not_allowed")] {
            assert_eq!(client.list("contacts", &[("filter", filter)]).faults(), [format!("?filter {code}")], "{filter}");
        }
    }
}
