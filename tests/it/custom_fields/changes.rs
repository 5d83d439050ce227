//! Fields that change their type, go and come back.

use std::time::{Duration, Instant};

use relasi_app::platform::custom_field;
use relasi_persistence::{Database, Options, Statement};
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{change, contact, define, names};
use crate::bodies::id;

/// Waits until what follows a change of a field has been done.
#[track_caller]
pub fn followed(client: &Client) {
    let limit = Instant::now() + Duration::from_mins(1);
    loop {
        let jobs = client.list("jobs", &[]).ok(200);
        let open = |job: &&Value| matches!(job["state"].as_str(), Some("ready" | "running"));
        let jobs = jobs["items"].as_array().unwrap();
        if !jobs.iter().any(|job| open(&job)) {
            assert!(jobs.iter().all(|job| job["state"] == "done"), "{jobs:?}");
            return;
        }
        assert!(Instant::now() < limit, "{jobs:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

on_both! {
    fn a_deleted_field_comes_back_with_its_values(app: TestApp) {
        let client = app.client();
        let field = define(client, "contact", "text", json!({"is_unique": true}));
        define(client, "contact", "number", json!({}));
        let siti = contact(client, "Siti", &json!({"text": "Rahasia", "number": 5}));
        let path = format!("contacts/{}", id(&siti));
        let definition = format!("custom-fields/{}", id(&field));
        client.delete(&definition, 1).ok(204);
        followed(client);
        assert_eq!(client.get(&path).ok(200)["custom"], json!({"number": 5}));
        assert_eq!(client.list("contacts", &[("filter", "custom.text = rahasia")]).faults(), ["?filter unknown_field"]);
        assert_eq!(names(client, &[("q", "rahasia")]), [""; 0]);
        client.patch(&path, 1, &json!({"custom": {"number": 6}})).ok(200);

        // Another field takes the name meanwhile and knows nothing of the old values.
        let other = define(client, "contact", "text", json!({"kind": "date"}));
        assert_eq!(client.get(&path).ok(200)["custom"], json!({"number": 6}));
        client.post(&format!("{definition}/restore"), &json!({})).problem(409, "already_exists");
        client.delete(&format!("custom-fields/{}", id(&other)), 1).ok(204);
        client.post(&format!("{definition}/restore"), &json!({})).ok(200);
        followed(client);
        assert_eq!(client.get(&path).ok(200)["custom"], json!({"text": "Rahasia", "number": 6}));
        assert_eq!(names(client, &[("filter", "custom.text = rahasia")]), ["Siti"]);
        assert_eq!(names(client, &[("q", "rahasia")]), ["Siti"]);
        let body = json!({"full_name": "Budi", "custom": {"text": "Rahasia"}});
        assert_eq!(client.post("contacts", &body).faults(), ["/custom/text not_unique"]);
    }

    fn values_follow_a_new_type_where_nothing_is_lost_and_come_back_with_the_old_one(app: TestApp) {
        let client = app.client();
        let field = define(client, "contact", "text", json!({"name": "size"}));
        let ten = contact(client, "Ten", &json!({"size": "10.5"}));
        let many = contact(client, "Many", &json!({"size": "about ten"}));
        let value = |contact: &Value| client.get(&format!("contacts/{}", id(contact))).ok(200)["custom"]["size"].clone();
        change(client, &field, &json!({"kind": "number"}));
        followed(client);
        assert_eq!([value(&ten), value(&many)], [json!(10.5), Value::Null]);
        assert_eq!(names(client, &[("filter", "custom.size > 10")]), ["Ten"]);
        client.patch(&format!("contacts/{}", id(&ten)), 2, &json!({"custom": {"size": 11}})).ok(200);

        let back = change(client, &field, &json!({"kind": "text"}));
        followed(client);
        assert_eq!([value(&ten), value(&many)], [json!("11"), json!("about ten")]);
        assert_eq!(names(client, &[("filter", "custom.size ~ about")]), ["Many"]);
        assert_eq!(names(client, &[("q", "about ten")]), ["Many"]);
        assert_eq!(back["former"][0]["kind"], "number");
    }

    fn a_choice_that_is_taken_away_stays_where_it_is(app: TestApp) {
        let client = app.client();
        let field = define(client, "contact", "choice", json!({}));
        let siti = contact(client, "Siti", &json!({"choice": "gold"}));
        change(client, &field, &json!({"options": [{"code": "basic", "label": "Basic"}]}));
        let path = format!("contacts/{}", id(&siti));
        let kept = client.patch(&path, 1, &json!({"nickname": "Sita"})).ok(200);
        assert_eq!(kept["custom"]["choice"], "gold");
        let again = json!({"custom": {"choice": "gold"}});
        assert_eq!(client.patch(&path, 2, &again).faults(), ["/custom/choice not_a_choice"]);
    }

    fn what_is_left_of_fields_goes_after_thirty_days(app: TestApp) {
        let mut app = app;
        let client = app.client();
        let (gone, other) = (define(client, "contact", "text", json!({"is_unique": true})), define(client, "contact", "number", json!({})));
        let siti = contact(client, "Siti", &json!({"text": "Rahasia", "number": 5}));
        change(client, &other, &json!({"kind": "date"}));
        client.delete(&format!("custom-fields/{}", id(&gone)), 1).ok(204);
        followed(client);
        let now = chrono::Utc::now();
        app.at.terminate();
        let file = app.at.settings.data_dir.join("relasi.db").display().to_string();
        let address = app.at.settings.database_url.clone().unwrap_or(file);
        let database = Database::open(&address, &Options::default()).unwrap();
        let sweep = |days| {
            let then = now + chrono::TimeDelta::days(days);
            while database.across().write_blocking(move |conn| custom_field::sweep(conn, then)).unwrap() {}
        };
        let count = |table: &str, column: &str, of: &Value| {
            let mut statement = Statement::new(format!("SELECT count(*) FROM {table} WHERE {column} = "));
            statement.bind(of.as_str().unwrap());
            database.across().read_blocking(|conn| conn.row(&statement, |row| row.int(0))).unwrap()
        };
        let left = || [&gone, &other].map(|field| count("field_index", "field", &field["storage_key"]));
        sweep(29);
        assert_eq!(left(), [Some(1), Some(1)]);
        sweep(31);
        assert_eq!(left(), [Some(0), Some(0)]);
        assert_eq!(count("custom_fields", "id", &gone["id"]), Some(0));
        assert_eq!(count("custom_fields", "id", &other["id"]), Some(1));
        let mut statement = Statement::new("SELECT custom FROM contacts WHERE id = ");
        statement.bind(siti["id"].as_str().unwrap());
        let stored = database.across().read_blocking(|conn| conn.row(&statement, |row| row.text(0))).unwrap();
        assert_eq!(stored.as_deref(), Some("{}"));
    }
}
