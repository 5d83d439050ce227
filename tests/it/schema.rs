//! Columns, fields and the document agree.

use std::collections::BTreeSet;

use relasi_domain::{OBJECTS, record::Object};
use relasi_persistence::{Database, Options, Statement, migrate};
use relasi_tests::{Backend, Start, TestApp, on_both, postgres};
use serde_json::{Value, json};

/// A migrated database and no server.
pub(crate) struct Bare {
    pub(crate) backend: Backend,
    pub(crate) database: Database,
    _server: Option<postgres::Database>,
    _folder: tempfile::TempDir,
}

impl Start for Bare {
    fn start(backend: Backend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = (backend == Backend::Postgres).then(postgres::empty_database);
        let file = folder.path().join("relasi.db").display().to_string();
        let address = server.as_ref().map_or(file, |server| server.url.clone());
        let database = Database::open(&address, &Options::default()).unwrap();
        migrate::run(&database).unwrap();
        Self {
            backend,
            database,
            _server: server,
            _folder: folder,
        }
    }
}

impl Bare {
    fn texts(&self, sql: &str) -> BTreeSet<String> {
        let statement = Statement::new(sql);
        let found = self
            .database
            .across()
            .read_blocking(|conn| conn.rows(&statement, |row| row.text(0)));
        found.unwrap().into_iter().collect()
    }

    pub(crate) fn columns(&self, table: &str) -> BTreeSet<String> {
        match self.backend {
            Backend::Sqlite => self.texts(&format!("SELECT name FROM pragma_table_info('{table}')")),
            Backend::Postgres => self.texts(&format!(
                "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{table}'"
            )),
        }
    }

    pub(crate) fn tables(&self) -> BTreeSet<String> {
        let mut tables = match self.backend {
            Backend::Sqlite => self.texts(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            ),
            Backend::Postgres => self
                .texts("SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"),
        };
        tables
            .retain(|name| !name.starts_with("__diesel") && !name.starts_with("search_fragments"));
        tables
    }
}

/// The columns that the fields of an object ask for.
fn wanted(object: &'static Object, backend: Backend) -> BTreeSet<String> {
    let mut columns: BTreeSet<String> = ["workspace_id", "id", "version", "custom"]
        .map(str::to_owned)
        .into();
    if backend == Backend::Sqlite {
        columns.insert("rid".to_owned());
    }
    for field in object.all_fields() {
        columns.insert(field.name.to_string());
        if field.keyed {
            columns.insert(format!("{}_key", field.name));
        }
    }
    columns
}

on_both! {
    fn tables_have_the_columns_of_the_fields(bare: Bare) {
        for &object in OBJECTS {
            assert_eq!(bare.columns(object.table), wanted(object, bare.backend), "{}", object.table);
        }
        let before = bare.tables();
        assert!(before.len() > 20, "{before:?}");
        for table in &before {
            // Each row belongs to a workspace, but for what is about the installation itself.
            let of_installation = matches!(
                table.as_str(),
                "workspaces" | "users" | "sign_in_attempts" | "signing_keys" | "setups" | "job_lanes" | "jobs" | "job_kinds" | "upkeep"
                    | "totp_factors" | "recovery_codes" | "sign_in_challenges" | "known_devices" | "passkeys"
            );
            assert!(of_installation || bare.columns(table).contains("workspace_id"), "{table}");
        }
        migrate::revert_all(&bare.database).unwrap();
        assert_eq!(bare.tables(), BTreeSet::new(), "down takes all away");
        migrate::run(&bare.database).unwrap();
        assert_eq!(bare.tables(), before);
        for &object in OBJECTS {
            assert_eq!(bare.columns(object.table), wanted(object, bare.backend), "{}", object.table);
        }
    }

    fn the_program_prints_the_document_that_it_serves(app: TestApp) {
        let printed: Value = serde_json::from_str(&app.at.settings.run(&["openapi"])).unwrap();
        let served = app.anonymous().get("/api/openapi.json").ok(200);
        assert_eq!(printed, served);
        assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
    }

    fn the_schema_resource_lists_objects_and_fields(app: TestApp) {
        let schema = app.client().get("schema").ok(200);
        let objects = schema["objects"].as_array().unwrap();
        assert_eq!(objects.len(), OBJECTS.len());
        for &object in OBJECTS {
            let told = objects.iter().find(|told| told["name"] == object.name).unwrap_or_else(|| panic!("{}", object.name));
            assert_eq!(told["plural"], object.plural);
            let names: BTreeSet<&str> = told["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
            let wanted: BTreeSet<&str> = object.all_fields().map(|field| &*field.name).collect();
            assert_eq!(names, wanted, "{}", object.name);
        }
    }

    fn every_answer_has_the_members_that_the_document_promises(app: TestApp) {
        let client = app.client();
        let document = app.anonymous().get("/api/openapi.json").ok(200);
        for &object in OBJECTS {
            let made = crate::bodies::make(client, object.name);
            let plural = object.plural;
            let reference = &document["paths"][format!("/api/v1/{plural}/{{id}}")]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
            let name = reference.as_str().unwrap().rsplit('/').next().unwrap();
            let schema = &document["components"]["schemas"][name];
            let promised: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
            let given: BTreeSet<&String> = made.as_object().unwrap().keys().collect();
            assert_eq!(given, promised, "{name}");
            for (member, value) in made.as_object().unwrap() {
                let kind = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "integer",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                let allowed = &schema["properties"][member]["type"];
                let fits = allowed.is_null() || allowed == kind || allowed.as_array().is_some_and(|all| all.contains(&json!(kind)));
                assert!(fits, "{name}.{member} is {value} and not {allowed}");
            }
        }
    }
}
