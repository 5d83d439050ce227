//! Files of several chunks: a chunk is planned while the one before it is written, and must not miss what that one makes.

use std::fmt::Write as _;

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::make,
    companies,
    import::{count, counts, imported},
};

/// More rows than a chunk has.
const ROWS: usize = 3_500;

on_both! {
    fn people_who_come_again_in_the_next_chunk_are_changed(app: TestApp) {
        let mut file = "Name,Email,City\n".to_owned();
        for (city, name) in [("Bandung", "First"), ("Jakarta", "Second")] {
            for n in 0..ROWS {
                let _ = writeln!(file, "{name} {n},person{n}@kopi.example,{city}");
            }
        }
        let ran = imported(&app, file.as_bytes(), &json!({"options": {"match": "email", "on_match": "update"}}));
        let rows = ROWS as u64;
        assert_eq!(counts(&ran)[..5], [2 * rows, rows, rows, 0, 0]);
        assert_eq!(count(&app, "contacts"), rows);
        let people = app.client().all("contacts", &[("limit", "200")], "full_name");
        assert!(people.iter().all(|name| name.as_str().unwrap().starts_with("Second")));
    }

    fn people_who_are_new_in_each_chunk_keep_their_company(app: TestApp) {
        let there = make(app.client(), "company");
        let mut file = "Name,Email,Company\n".to_owned();
        for n in 0..3 * ROWS {
            let _ = writeln!(file, "Person {n},person{n}@kopi.example,PT Kopi {}", n / ROWS);
        }
        let ran = imported(&app, file.as_bytes(), &json!({"options": {"match": "email", "on_match": "skip", "company": "name"}}));
        let rows = 3 * ROWS as u64;
        assert_eq!(counts(&ran), [rows, rows, 0, 0, 0, 3]);
        assert_eq!(count(&app, "companies"), 4, "{there}");
        for n in 0..3 {
            let filter = format!("company.name = \"PT Kopi {n}\"");
            let found = app.client().list("contacts/count", &[("filter", &filter)]).ok(200);
            assert_eq!(found["count"], ROWS, "{filter}");
        }
    }

    fn a_company_finds_the_parent_that_the_chunk_before_made(app: TestApp) {
        let mut file = "Name,Parent\n".to_owned();
        for n in 0..ROWS {
            let _ = writeln!(file, "PT Kopi {n},");
        }
        let last = 2_999;
        let _ = writeln!(file, "PT Cabang,PT Kopi {last}");
        let ran = companies::imported(&app, &file);
        assert_eq!(ran["counts"]["created"], ROWS + 1, "{ran}");
        let by_name = |name: &str| -> Value {
            let filter = format!("name = \"{name}\"");
            app.client().list("companies", &[("filter", &filter)]).ok(200)["items"][0].clone()
        };
        assert_eq!(by_name("PT Cabang")["parent_id"], by_name(&format!("PT Kopi {last}"))["id"]);
    }
}
