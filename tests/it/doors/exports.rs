//! Records out: workbooks, cards, calendars, and one record alone.

use std::{fmt::Write as _, io::Read as _};

use relasi_tests::{Client, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make_with, pipeline},
    import::{counts, done, imported, upload},
};

#[track_caller]
fn exported(app: &TestApp, client: &Client, object: &str, parameters: &Value) -> Reply {
    let order = json!({"object": object, "action": "export", "parameters": parameters, "target": {"sort": "created_at"}});
    let operation = client.post("bulk-operations", &order).ok(202);
    app.finished(operation["job_id"].as_str().unwrap());
    let reply = client.get(&format!("bulk-operations/{}/file", id(&operation)));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

/// A part of a packed file.
fn part(file: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn siti(client: &Client) -> Value {
    let company = make_with(client, "company", json!({"name": "PT Kopi; Nusantara"}));
    let tag = make_with(client, "tag", json!({"name": "VIP pagi"}));
    make_with(
        client,
        "contact",
        json!({
            "full_name": "สมชาย ใจดี", "family_name": "ใจดี", "company_id": company["id"], "tags": [tag["id"]],
            "emails": [{"value": "a@kopi.example", "label": "work"}], "phones": [{"value": "+62 812 5550 0141", "label": "mobile"}],
            "birth_date": "1990-08-09", "description": "=1+1\nEND:VCARD", "city": "Bandung", "country": "ID",
        }),
    )
}

on_both! {
    fn workbooks_have_numbers_days_and_texts(app: TestApp) {
        let client = app.client();
        let (own, stages) = pipeline(client);
        make_with(client, "deal", json!({"name": "=SUM(A1)", "pipeline_id": own, "stage_id": stages[0], "amount": 125_050, "currency": "IDR", "close_date": "2026-12-24"}));
        let columns = json!({"columns": ["name", "amount", "close_date", "created_at"], "format": "xlsx"});
        let reply = exported(&app, &client.in_language("id"), "deal", &columns);
        assert_eq!(reply.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        assert!(reply.header("content-disposition").ends_with(".xlsx\""));
        let sheet = part(&reply.bytes, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<v>1250.5</v>"), "{sheet}");
        assert!(sheet.contains("<v>46380</v>"), "the day as a day: {sheet}");
        assert!(sheet.contains("<t>=SUM(A1)</t>") && !sheet.contains("<f>"), "a text and no formula: {sheet}");
        assert!(part(&reply.bytes, "xl/workbook.xml").contains("<sheet name=\"Peluang\""), "{}", part(&reply.bytes, "xl/workbook.xml"));
    }

    fn what_leaves_as_a_workbook_comes_back_the_same(app: TestApp) {
        let client = app.client();
        let before = siti(client);
        let reply = exported(&app, client, "contact", &json!({"format": "xlsx"}));
        let order = json!({"object": "contact", "action": "delete", "target": {}});
        let deleted = client.post("bulk-operations", &order).ok(202);
        app.finished(deleted["job_id"].as_str().unwrap());
        let ran = done(&app, &upload(client, &reply.bytes).ok(201), "run");
        assert_eq!(counts(&ran), [1, 1, 0, 0, 0, 0], "{ran}");
        let after = &client.list("contacts", &[]).ok(200)["items"][0];
        for member in ["full_name", "family_name", "company_id", "tags", "birth_date", "description", "city", "country"] {
            assert_eq!(after[member], before[member], "{member}");
        }
        assert_eq!(after["emails"][0]["value"], before["emails"][0]["value"]);
        assert_eq!(after["phones"][0]["value"], before["phones"][0]["value"]);
    }

    fn long_lists_are_whole_workbooks(app: TestApp) {
        let client = app.client();
        let mut rows = String::from("Name,City\n");
        for n in 0..2_500 {
            let _ = writeln!(rows, "Person {n:04},Bandung");
        }
        imported(&app, rows.as_bytes(), &json!({"options": {"match": "none"}}));
        let reply = exported(&app, client, "contact", &json!({"format": "xlsx", "columns": ["full_name", "city"]}));
        let import = upload(client, &reply.bytes).ok(201);
        assert_eq!(import["file_rows"], 2_500);
        let files = std::fs::read_dir(app.at.settings.data_dir.join("files")).unwrap().flatten();
        let names = files.flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten()).map(|file| file.file_name().into_string().unwrap());
        let left: Vec<String> = names.filter(|name| matches!(name.rsplit_once('.'), Some((_, "rows" | "part")))).collect();
        assert_eq!(left, [""; 0], "what the workbook was made of is gone");
    }

    fn cards_come_back_the_same_in_both_versions(app: TestApp) {
        let client = app.client();
        let before = siti(client);
        for (format, version) in [("vcard", "VERSION:4.0"), ("vcard3", "VERSION:3.0")] {
            let reply = exported(&app, client, "contact", &json!({"format": format}));
            assert_eq!(reply.header("content-type"), "text/vcard; charset=utf-8");
            let text = reply.text();
            assert!(text.contains(version) && text.matches("\r\nEND:VCARD\r\n").count() == 1, "{text}");
            let import = upload(client, &reply.bytes).ok(201);
            let read = &import["preview"][0]["record"];
            for member in ["full_name", "family_name", "emails", "phones", "birth_date", "description", "city", "country"] {
                assert_eq!(read[member], before[member], "{member} in {text}");
            }
            assert_eq!(import["preview"][0]["company"], "PT Kopi; Nusantara");
        }
        let order = |object: &str, format: &str| json!({"object": object, "action": "export", "parameters": {"format": format}, "target": {}});
        for (object, format) in [("company", "vcard"), ("contact", "ical"), ("deal", "ical"), ("activity", "vcard3")] {
            assert_eq!(client.post("bulk-operations", &order(object, format)).faults(), ["/parameters/format not_a_choice"], "{object} {format}");
        }
        client.post("bulk-operations", &order("contact", "pdf")).problem(422, "invalid");
    }

    fn activities_are_entries_of_a_calendar(app: TestApp) {
        let client = app.client();
        let contact = siti(client);
        let meeting = make_with(client, "activity", json!({"kind": "meeting", "subject": "Rapat, pagi", "due_at": "2026-12-01T02:00:00Z", "duration_minutes": 90, "contact_id": contact["id"], "location": "Ruang 2"}));
        make_with(client, "activity", json!({"kind": "task", "subject": "Kirim", "due_at": "2026-12-02T02:00:00Z"}));
        let reply = exported(&app, client, "activity", &json!({"format": "ical"}));
        assert_eq!(reply.header("content-type"), "text/calendar; charset=utf-8");
        let text = reply.text();
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
        for line in ["DTSTART:20261201T020000Z", "DTEND:20261201T033000Z", "SUMMARY:Rapat\\, pagi", "LOCATION:Ruang 2", "CONTACT:สมชาย ใจดี", "BEGIN:VTODO"] {
            assert!(text.contains(line), "{line}: {text}");
        }
        let one = client.get(&format!("activities/{}/calendar", id(&meeting)));
        assert_eq!((one.status, one.header("content-type")), (200, "text/calendar; charset=utf-8"));
        assert_eq!(one.text().matches("BEGIN:VEVENT").count(), 1);
    }

    fn one_contact_is_one_card_for_who_may_take_it_out(app: TestApp) {
        let contact = siti(app.client());
        let path = format!("contacts/{}/card", id(&contact));
        let four = app.client().get(&path);
        assert_eq!((four.status, four.header("content-type")), (200, "text/vcard; charset=utf-8"));
        assert!(four.text().contains("VERSION:4.0") && four.text().contains("ORG:PT Kopi\\; Nusantara"), "{}", four.text());
        assert!(app.client().get(&format!("{path}?version=3.0")).text().contains("VERSION:3.0"));
        app.client().get(&format!("{path}?version=2.1")).problem(422, "invalid");
        app.member("member").client.get(&path).problem(403, "forbidden");
        app.client().delete(&format!("contacts/{}", id(&contact)), 1).ok(204);
        app.client().get(&path).problem(404, "not_found");
    }
}
