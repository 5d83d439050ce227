//! Records into files.

use std::{collections::BTreeSet, fmt::Write as _};

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{counts, done, done_by, ids, matching, order, people, refused};
use crate::bodies::{id, make, make_with, pipeline};

#[track_caller]
fn file(client: &Client, operation: &Value) -> String {
    let reply = client.get(&format!("bulk-operations/{}/file", id(operation)));
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    reply.text()
}

on_both! {
    fn columns_come_as_people_read_them(app: TestApp) {
        let client = app.client();
        client.create("custom-fields", &json!({"object": "contact", "label": "Tier", "kind": "text", "name": "tier"}));
        let company = make_with(client, "company", json!({"name": "PT \"Kopi\", Tbk"}));
        let tags = [(); 2].map(|()| make(client, "tag"));
        let formula = json!({
            "full_name": "=SUM(A1:A9)", "company_id": company["id"], "lifecycle_stage": "lead", "birth_date": "2000-01-02",
            "tags": [tags[1]["id"], tags[0]["id"]], "phones": [{"value": "+62 812 5550 0141"}], "custom": {"tier": "-gold"},
        });
        client.create("contacts", &formula);
        client.create("contacts", &json!({"full_name": "สมชาย ใจดี"}));
        let columns = ["full_name", "company_id", "lifecycle_stage", "birth_date", "tags", "phones", "custom.tier", "owner_id"];
        let order = order("contact", "export", json!({"columns": columns}), json!({"sort": "-full_name"}));
        let operation = done_by(&app, &client.in_language("id"), &order);
        assert_eq!(counts(&operation), [2, 2, 0, 0]);
        let text = file(client, &operation);
        let rows: Vec<&str> = text.trim_start_matches('\u{feff}').split("\r\n").collect();
        assert_eq!(rows[0], "Nama,Perusahaan,Tahap hubungan,Tanggal lahir,Tag,Telepon,Tier,Penanggung jawab");
        let named = format!("{}; {}", tags[1]["name"].as_str().unwrap(), tags[0]["name"].as_str().unwrap());
        let found = rows.iter().find(|row| row.contains("SUM")).unwrap();
        assert!(found.starts_with(&format!("'=SUM(A1:A9),\"PT \"\"Kopi\"\", Tbk\",Prospek,2000-01-02,{named},'+62 812 5550 0141,'-gold,")), "{found}");
        assert!(rows[1].starts_with("สมชาย ใจดี,,,"), "{rows:?}");
        let told = client.get("notifications").ok(200);
        assert_eq!((&told["items"][0]["kind"], &told["items"][0]["record_id"]), (&json!("bulk_done"), &operation["id"]));
    }

    fn p3_an_export_is_noted(app: TestApp) {
        let client = app.client();
        make(client, "contact");
        let order = order("contact", "export", json!({}), json!({}));
        let job = client.post("bulk-operations", &order).ok(202);
        let noted = client.list("audit-entries", &[("action", "exported")]).ok(200)["items"].clone();
        assert_eq!((noted.as_array().map(Vec::len), &noted[0]["object"], &noted[0]["record_id"]), (Some(1), &json!("bulk_operation"), &job["id"]));
        assert_eq!(noted[0]["changes"][0]["new"], "contact");
        assert_eq!(client.get("audit-entries/export").status, 200);
        let noted = client.list("audit-entries", &[("object", "audit_log")]).ok(200)["items"].clone();
        assert_eq!(noted.as_array().map(Vec::len), Some(1), "{noted}");
    }

    fn what_was_exported_can_be_imported_again(app: TestApp) {
        let client = app.client();
        people(client, &["Siti Rahmawati", "@Budi"]);
        let operation = done(&app, &order("contact", "export", json!({}), json!({})));
        let text = file(client, &operation);
        client.post("bulk-operations", &order("contact", "delete", json!({}), json!({}))).ok(202);
        let again = crate::import::imported(&app, text.as_bytes(), &json!({"options": {"match": "none"}}));
        assert_eq!(crate::import::counts(&again)[..2], [2, 2], "{again}");
        let names: BTreeSet<String> = client.all("contacts", &[("filter", "city = Bandung")], "full_name").iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["@Budi", "Siti Rahmawati"]);
    }

    fn amounts_have_their_currency(app: TestApp) {
        let client = app.client();
        let (own, stages) = pipeline(client);
        make_with(client, "deal", json!({"name": "Mesin", "pipeline_id": own, "stage_id": stages[0], "amount": 125_000, "currency": "IDR"}));
        let operation = done(&app, &order("deal", "export", json!({"columns": ["name", "amount", "status"]}), json!({})));
        assert_eq!(file(client, &operation), "\u{feff}Name,Amount,Currency,Status\r\nMesin,1250.00,IDR,Open\r\n");
    }

    fn every_page_is_there_once_and_in_order(app: TestApp) {
        let client = app.client();
        let mut rows = String::from("Name,City\n");
        for n in 0..2_500 {
            let _ = writeln!(rows, "Person {n:04},Bandung");
        }
        crate::import::imported(&app, rows.as_bytes(), &json!({"options": {"match": "none"}}));
        let order = order("contact", "export", json!({"columns": ["full_name"]}), json!({"filter": "city = Bandung", "sort": "-full_name"}));
        let operation = done(&app, &order);
        assert_eq!(counts(&operation), [2_500, 2_500, 0, 0]);
        let text = file(client, &operation);
        let names: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(names.len(), 2_500);
        assert!(names.is_sorted_by(|one, next| one > next), "each once, from the last to the first");
    }

    fn files_are_for_who_made_them_and_of_what_they_may_take_out(app: TestApp) {
        let member = app.member("member");
        let own = make_with(&member.client, "contact", json!({"full_name": "Milik", "city": "Bandung"}));
        let other = people(app.client(), &["Siti"]);
        let operation = done_by(&app, &member.client, &order("contact", "export", json!({"columns": ["id"]}), matching("city = Bandung")));
        assert_eq!(counts(&operation), [2, 1, 0, 1]);
        assert!(refused(&member.client, &operation).contains(&id(&other[0])));
        let text = file(&member.client, &operation);
        assert!(text.contains(&id(&own)) && !text.contains(&id(&other[0])), "{text}");
        app.client().get(&format!("bulk-operations/{}/file", id(&operation))).problem(404, "not_found");
        let edit = done(&app, &order("contact", "edit", json!({"changes": {"city": "Solo"}}), ids(&other)));
        app.client().get(&format!("bulk-operations/{}/file", id(&edit))).problem(404, "not_found");
        let folder = app.at.settings.data_dir.join("files");
        let kept = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
        std::fs::remove_file(kept.join(format!("{}.csv", id(&operation)))).unwrap();
        member.client.get(&format!("bulk-operations/{}/file", id(&operation))).problem(409, "bulk_operation_expired");
    }
}
