//! Files into records, over HTTP on both databases: read rightly, counted rightly, taken back, and never half done.

use std::{fmt::Write as _, time::Duration};

use encoding_rs::{Encoding, WINDOWS_874, WINDOWS_1252};
use relasi_tests::{Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

pub(crate) fn upload(client: &Client, file: &[u8]) -> Reply {
    client.send(
        Method::POST,
        "imports?object=contact&file_name=people.csv",
        &[],
        file,
    )
}

/// Starts a job of an import and waits for its end; the import.
#[track_caller]
pub(crate) fn done(app: &TestApp, import: &Value, verb: &str) -> Value {
    let id = import["id"].as_str().unwrap();
    let started = app
        .client()
        .post(&format!("imports/{id}/{verb}"), &json!({}))
        .ok(202);
    app.finished(started["job_id"].as_str().unwrap());
    app.client().get(&format!("imports/{id}")).ok(200)
}

/// Uploads, checks and runs a file: both times the counts must be the same. The import.
#[track_caller]
pub(crate) fn imported(app: &TestApp, file: &[u8], change: &Value) -> Value {
    let import = upload(app.client(), file).ok(201);
    let path = format!("imports/{}", import["id"].as_str().unwrap());
    let import = app.client().json(Method::PATCH, &path, &[], change).ok(200);
    let checked = done(app, &import, "check");
    assert_eq!(checked["state"], "checked", "{checked}");
    let ran = done(app, &import, "run");
    assert_eq!(ran["state"], "done", "{ran}");
    assert_eq!(checked["counts"], ran["counts"]);
    let count = |name: &str| ran["counts"][name].as_u64().unwrap();
    assert_eq!(
        count("rows"),
        ["created", "updated", "skipped", "rejected"]
            .map(count)
            .iter()
            .sum::<u64>()
    );
    ran
}

pub(crate) fn counts(import: &Value) -> [u64; 6] {
    let names = [
        "rows",
        "created",
        "updated",
        "skipped",
        "rejected",
        "companies_created",
    ];
    names.map(|name| import["counts"][name].as_u64().unwrap())
}

/// The contact with this name.
#[track_caller]
pub(crate) fn contact(app: &TestApp, name: &str) -> Value {
    let filter = format!("full_name = \"{name}\"");
    let page = app
        .client()
        .list("contacts", &[("filter", &filter), ("include", "company")])
        .ok(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{name}: {page}");
    let mut found = page["items"][0].clone();
    found["company"] = page["included"]["companies"][0]["title"].clone();
    found
}

pub(crate) fn count(app: &TestApp, path: &str) -> u64 {
    app.client().get(&format!("{path}/count")).ok(200)["count"]
        .as_u64()
        .unwrap()
}

fn rejected(app: &TestApp, import: &Value, language: &'static str) -> String {
    let path = format!("imports/{}/rejected", import["id"].as_str().unwrap());
    let reply = app.client().in_language(language).get(&path);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

/// `rows` people, each with an address of their own, at ten companies.
fn many(rows: usize) -> String {
    let mut file = "Name,Email,Company\n".to_owned();
    for n in 0..rows {
        let _ = writeln!(
            file,
            "Person {n},person{n}@kopi{}.example,PT Kopi {}",
            n % 10,
            n % 10
        );
    }
    file
}

fn wide(text: &str) -> Vec<u8> {
    [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect()
}

fn old(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

on_both! {
    fn a_file_becomes_people_at_companies(app: TestApp) {
        let file = "\u{feff}Full name,Email,Phone,Company,City,Birthday,Tags\r\n\
            Siti Rahmawati,siti@kopi.example,0812 5550 0141,PT Kopi Nusantara,Bandung,9/8/2569,vip; pagi\r\n\
            \"Budi, Jr\",budi@kopi.example,,Kopi Nusantara,\"Jalan \"\"Satu\"\"\nno 2\",,vip\r\n\
            Ani,ani@gmail.com,,,,,\r\n";
        let ran = imported(&app, file.as_bytes(), &json!({}));
        assert_eq!(counts(&ran), [3, 3, 0, 0, 0, 1]);
        let siti = contact(&app, "Siti Rahmawati");
        assert_eq!(siti["company"], "PT Kopi Nusantara");
        assert_eq!(siti["birth_date"], "2026-08-09");
        assert_eq!(siti["emails"][0]["value"], "siti@kopi.example");
        assert_eq!(siti["phones"][0]["value"], "0812 5550 0141");
        assert_eq!(siti["tags"].as_array().unwrap().len(), 2);
        assert_eq!(siti["import_id"], ran["id"]);
        let budi = contact(&app, "Budi, Jr");
        assert_eq!((&budi["company_id"], &budi["city"]), (&siti["company_id"], &json!("Jalan \"Satu\" no 2")));
        assert_eq!(budi["tags"][0], siti["tags"][0]);
        assert_eq!(contact(&app, "Ani")["company_id"], Value::Null);
        assert_eq!(count(&app, "companies"), 1);
        let found = app.client().list("search", &[("q", "rahma")]).ok(200);
        assert_eq!(found["items"][0]["id"], siti["id"]);
        let told = app.client().get("notifications").ok(200);
        assert_eq!(told["items"][0]["kind"], "import_done");
        assert_eq!(told["items"][0]["data"]["counts"], ran["counts"]);
    }

    fn encodings_and_delimiters_are_found(app: TestApp) {
        let thai = "ชื่อ,อีเมล,บริษัท\nสมชาย ใจดี,somchai@thai.example,บริษัท กาแฟไทย จำกัด\nสมหญิง รักเรียน,ying@thai.example,กาแฟไทย\n";
        let latin = "Name;Email;City\nJosé Núñez;jose@latin.example;Málaga\nZoë Brontë;zoe@latin.example;Besançon\n";
        let files: [(Vec<u8>, &str, &str, &str, &str); 5] = [
            (old(thai, WINDOWS_874), "windows-874", ",", "สมชาย ใจดี", "company"),
            (wide(&thai.replace("som", "kom").replace("สมชาย", "คมชาย")), "UTF-16LE", ",", "คมชาย ใจดี", "company"),
            (old(latin, WINDOWS_1252), "windows-1252", ";", "José Núñez", "city"),
            (latin.replace(';', "\t").replace("jose", "josef").replace("José", "Josef").into_bytes(), "UTF-8", "\t", "Josef Núñez", "city"),
            (format!("\u{feff}{}", latin.replace(';', "|").replace("Zo", "Clo")).into_bytes(), "UTF-8", "|", "Cloë Brontë", "city"),
        ];
        for (file, encoding, delimiter, name, member) in files {
            let change = json!({"options": {"match": "none"}});
            let ran = imported(&app, &file, &change);
            assert_eq!((&ran["encoding"], &ran["delimiter"]), (&json!(encoding), &json!(delimiter)), "{name}");
            assert_eq!(counts(&ran)[1], 2, "{ran}");
            assert!(contact(&app, name)[member].is_string(), "{name}");
        }
        assert_eq!(count(&app, "companies"), 1);
    }

    fn dates_and_numbers_are_read_as_they_are_written(app: TestApp) {
        let file = "Company;Employees;Website\nPT Satu;1.234;satu.example\nPT Dua;Rp 12.500;https://dua.example\n";
        let reply = app.client().send(Method::POST, "imports?object=company&file_name=c.csv", &[], file.as_bytes());
        let import = reply.ok(201);
        assert_eq!(import["preview"][0]["record"]["employees"], 1234, "{import}");
        let ran = done(&app, &import, "run");
        assert_eq!(counts(&ran)[..2], [2, 2], "{ran}");
        let page = app.client().list("companies", &[("sort", "-employees")]).ok(200);
        assert_eq!(page["items"][0]["employees"], 12_500);

        let american = "Name,Birthday\nAmy,12/31/1999\nBob,02/01/2000\n";
        let import = upload(app.client(), american.as_bytes()).ok(201);
        assert_eq!(import["options"]["date_order"], "mdy");
        assert_eq!(import["preview"][1]["record"]["birth_date"], "2000-02-01");
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        let changed = app.client().json(Method::PATCH, &path, &[], &json!({"options": {"date_order": "dmy"}})).ok(200);
        assert_eq!(changed["preview"][1]["record"]["birth_date"], "2000-01-02");
        assert_eq!(changed["preview"][0]["faults"][0]["code"], "not_date");
    }

    fn headings_that_come_twice_and_rows_of_all_lengths(app: TestApp) {
        let file = "Name,Email,Email,Notes\nAni,ani@a.example,ani@b.example\nBudi\nCici,cici@a.example,,note,\nDodi,d@a.example,,x,surplus\n,,,\n\n";
        let ran = imported(&app, file.as_bytes(), &json!({}));
        assert_eq!(counts(&ran), [4, 3, 0, 0, 1, 0]);
        assert_eq!(contact(&app, "Ani")["emails"].as_array().unwrap().len(), 2);
        assert_eq!(contact(&app, "Budi")["emails"], json!([]));
        assert!(rejected(&app, &ran, "en").contains("5,"));
    }

    fn rows_that_cannot_be_taken_come_back_with_their_reasons(app: TestApp) {
        let file = "Nama,Surel,Tanggal lahir,Catatan\n\
            Ani,ani(at)kopi,2000-01-01,=cmd()\n\
            Budi,budi@kopi.example,kemarin,ok\n\
            ,,,tanpa nama\n\
            Cici,cici@kopi.example,2000-01-01,baik\n";
        let ran = imported(&app, file.as_bytes(), &json!({}));
        assert_eq!(counts(&ran), [4, 1, 0, 0, 3, 0]);
        let english = rejected(&app, &ran, "en");
        let lines: Vec<_> = english.lines().collect();
        assert!(lines[0].starts_with("\u{feff}Nama,Surel,Tanggal lahir,Catatan,"), "{english}");
        assert!(lines[1].starts_with("Ani,ani(at)kopi,2000-01-01,'=cmd(),2,Surel: Must be an e-mail address"), "{english}");
        assert!(lines[2].contains(",3,Tanggal lahir: "), "{english}");
        assert!(lines[3].contains(",4,Nama: Is required"), "{english}");
        assert_eq!(lines.len(), 4);
        assert_ne!(rejected(&app, &ran, "id"), english);
        // Mended, the very file that came back can be imported.
        let mended = english.replace("ani(at)kopi", "ani@kopi.example").replace("kemarin", "2001-02-03").replace(",,,tanpa", "Dodi,,,tanpa");
        let again = imported(&app, mended.as_bytes(), &json!({}));
        assert_eq!(counts(&again), [3, 3, 0, 0, 0, 0]);
        assert_eq!(contact(&app, "Ani")["description"], "=cmd()");
    }

    fn files_that_are_no_tables_are_refused(app: TestApp) {
        let refused = |file: &[u8]| upload(app.client(), file).faults();
        assert_eq!(refused(b""), ["/file file_empty"]);
        assert_eq!(refused(b"\n \r\n,,\n"), ["/file file_empty"]);
        let garbage: Vec<u8> = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[1]).collect();
        assert_eq!(refused(&garbage), ["/file file_not_text"]);
        assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ["/file file_not_text"]);
        assert_eq!(app.client().get("imports").ok(200)["items"], json!([]));
        let only_headings = imported(&app, b"Name,Email\n", &json!({}));
        assert_eq!(counts(&only_headings), [0; 6]);
    }

    fn rows_match_people_that_are_there_and_earlier_rows(app: TestApp) {
        let ani = app.client().create("contacts", &json!({"full_name": "Ani", "emails": [{"value": "Ani@kopi.example"}], "city": "Solo"}));
        let file = "Name,Email,Phone,City\n\
            Ani Lestari,ani@KOPI.example,0812 555 0141,Bandung\n\
            Budi,budi@kopi.example,,Solo\n\
            Budi Santoso,budi@kopi.example,0812 555 0142,\n";
        let skipped = imported(&app, file.as_bytes(), &json!({"options": {"on_match": "skip"}}));
        assert_eq!(counts(&skipped), [3, 1, 0, 2, 0, 0]);
        let updated = imported(&app, file.as_bytes(), &json!({"options": {"on_match": "update"}}));
        assert_eq!(counts(&updated), [3, 0, 3, 0, 0, 0]);
        let found = app.client().get(&format!("contacts/{}", ani["id"].as_str().unwrap())).ok(200);
        assert_eq!((&found["full_name"], &found["city"]), (&json!("Ani Lestari"), &json!("Bandung")));
        assert_eq!(found["emails"].as_array().unwrap().len(), 1);
        assert_eq!(found["phones"][0]["value"], "0812 555 0141");
        let budi = contact(&app, "Budi Santoso");
        assert_eq!(budi["city"], "Solo", "an empty cell takes nothing away");
        let by_phone = "Name,Phone\nA,+62 812-555-0141\nB,0899 111 2222\n";
        let matched = imported(&app, by_phone.as_bytes(), &json!({"options": {"match": "phone", "on_match": "skip"}}));
        assert_eq!(counts(&matched)[1..4], [1, 0, 1]);
        let created = imported(&app, file.as_bytes(), &json!({"options": {"on_match": "create"}}));
        assert_eq!(counts(&created)[1], 3);
        let several = imported(&app, file.as_bytes(), &json!({"options": {"on_match": "update"}}));
        assert_eq!(counts(&several), [3, 0, 0, 0, 3, 0], "two people have each address by now");
    }

    fn companies_are_found_by_domain_and_name(app: TestApp) {
        let kopi = app.client().create("companies", &json!({"name": "PT. Kopi Nusantara Tbk", "domain": "kopi.example"}));
        let file = "Name,Email,Company,Company domain\n\
            A,a@else.example,Kopi Nusantara,\n\
            B,b@kopi.example,,\n\
            C,c@gmail.com,,https://www.kopi.example/about\n\
            D,d@teh.example,CV Teh Melati,\n\
            E,e@teh.example,,\n\
            F,f@gmail.com,,\n";
        let ran = imported(&app, file.as_bytes(), &json!({}));
        assert_eq!(counts(&ran), [6, 6, 0, 0, 0, 1]);
        for name in ["A", "B", "C"] {
            assert_eq!(contact(&app, name)["company_id"], kopi["id"], "{name}");
        }
        assert_eq!(contact(&app, "E")["company"], "CV Teh Melati");
        assert_eq!(contact(&app, "F")["company_id"], Value::Null);
    }

    fn an_undone_import_leaves_what_others_have_made_of_it(app: TestApp) {
        let client = app.client();
        let ani = client.create("contacts", &json!({"full_name": "Ani", "emails": [{"value": "ani@kopi.example"}], "city": "Solo", "job_title": "Buyer"}));
        let ani_path = format!("contacts/{}", ani["id"].as_str().unwrap());
        let file = "Name,Email,City,Job title,Company\nAni,ani@kopi.example,Bandung,Owner,PT Satu\nBudi,budi@kopi.example,Medan,,PT Dua\n";
        let ran = imported(&app, file.as_bytes(), &json!({}));
        assert_eq!(counts(&ran), [2, 1, 1, 0, 0, 2]);
        // Somebody works on with what was imported.
        let now = client.get(&ani_path).ok(200);
        client.patch(&ani_path, now["version"].as_i64().unwrap(), &json!({"job_title": "Director"})).ok(200);
        let dua = contact(&app, "Budi")["company_id"].clone();
        client.create("contacts", &json!({"full_name": "New at Dua", "company_id": dua}));

        let undone = done(&app, &ran, "undo");
        assert_eq!(undone["state"], "undone", "{undone}");
        let ani = client.get(&ani_path).ok(200);
        assert_eq!((&ani["city"], &ani["job_title"], &ani["company_id"]), (&json!("Solo"), &json!("Director"), &Value::Null));
        let left = client.all("contacts", &[("sort", "full_name")], "full_name");
        assert_eq!(left, [json!("Ani"), json!("New at Dua")]);
        assert_eq!(client.all("companies", &[], "name"), [json!("PT Dua")]);
        assert_eq!(client.all("contacts", &[("trashed", "true")], "full_name"), [json!("Budi")]);
        client.post(&format!("imports/{}/undo", ran["id"].as_str().unwrap()), &json!({})).problem(409, "import_not_undoable");
    }

    fn mapping_and_options_can_be_changed_until_the_run(app: TestApp) {
        let file = "Siapa,Kontak,Kota\nAni,ani@kopi.example,Solo\n";
        let import = upload(app.client(), file.as_bytes()).ok(201);
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        let patch = |body: Value| app.client().json(Method::PATCH, &path, &[], &body);
        let mapping = json!({"mapping": [{"index": 0, "field": "full_name"}, {"index": 2, "field": null}]});
        let changed = patch(mapping).ok(200);
        assert_eq!(changed["columns"][2]["field"], Value::Null);
        assert_eq!(changed["preview"][0]["record"]["full_name"], "Ani");
        assert_eq!(patch(json!({"mapping": [{"index": 0, "field": "salary"}, {"index": 9, "field": null}]})).faults(),
            ["/mapping/0/field unknown_field", "/mapping/1/index out_of_range"]);
        assert_eq!(patch(json!({"mapping": [{"index": 2, "field": "full_name"}]})).faults(), ["/mapping/full_name column_mapped_twice"]);
        assert_eq!(patch(json!({"options": {"match": "domain"}})).faults(), ["/options/match not_a_choice"]);
        assert_eq!(patch(json!({"options": {"speed": 1}})).faults(), ["/options malformed"]);
        let again = patch(json!({"delimiter": ";"})).ok(200);
        assert_eq!(again["columns"].as_array().unwrap().len(), 1);
        patch(json!({"delimiter": ",", "mapping": [{"index": 0, "field": "full_name"}]})).ok(200);
        done(&app, &import, "run");
        patch(json!({"options": {}})).problem(409, "import_finished");
        app.client().post(&format!("{path}/run"), &json!({})).problem(409, "import_finished");
    }

    fn only_who_may_import_sees_imports(app: TestApp) {
        let import = upload(app.client(), b"Name\nAni\n").ok(201);
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        for role in ["member", "read_only"] {
            let other = app.member(role);
            upload(&other.client, b"Name\nAni\n").problem(403, "forbidden");
            other.client.get(&path).problem(403, "forbidden");
            other.client.post(&format!("{path}/run"), &json!({})).problem(403, "forbidden");
        }
        let manager = app.member("manager");
        manager.client.get(&path).ok(200);
        let ran = done(&app, &import, "run");
        let job = format!("jobs/{}", ran["job_id"].as_str().unwrap());
        manager.client.get(&job).problem(404, "not_found");
        app.client().post(&format!("{job}/cancel"), &json!({})).problem(409, "job_finished");
        assert_eq!(app.client().get("jobs").ok(200)["items"][0]["id"], ran["job_id"]);
        app.anonymous().get(&path).problem(401, "unauthorized");
    }

    fn a_repeated_upload_gives_the_first_answer(app: TestApp) {
        let send = |file: &[u8]| app.client().send(Method::POST, "imports", &[("idempotency-key", "one")], file);
        let first = send(b"Name\nAni\n").ok(201);
        assert_eq!(send(b"Name\nAni\n").ok(201), first);
        assert_eq!(send(b"Name\nBudi\n").status, 422);
        assert_eq!(app.client().get("imports").ok(200)["items"].as_array().unwrap().len(), 1);
    }

    fn a_cancelled_run_keeps_whole_chunks(app: TestApp) {
        let import = upload(app.client(), many(20_000).as_bytes()).ok(201);
        assert_eq!(import["file_rows"], 20_000);
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        let job = app.client().post(&format!("{path}/run"), &json!({})).ok(202)["job_id"].as_str().unwrap().to_owned();
        let progress = || app.client().get(&format!("jobs/{job}")).ok(200)["progress"]["done"].as_u64().unwrap();
        while progress() == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        app.client().post(&format!("jobs/{job}/cancel"), &json!({})).ok(200);
        assert_eq!(app.finished(&job)["state"], "cancelled");
        let stopped = app.client().get(&path).ok(200);
        assert_eq!(stopped["state"], "cancelled");
        let created = counts(&stopped)[1];
        assert!((1..20_000).contains(&created), "{stopped}");
        assert_eq!(app.client().all("contacts", &[("limit", "200")], "id").len() as u64, created);
        let undone = done(&app, &stopped, "undo");
        assert_eq!(undone["state"], "undone");
        assert_eq!((count(&app, "contacts"), count(&app, "companies")), (0, 0));
    }

    fn a_killed_server_goes_on_where_it_was(app: TestApp) {
        let mut app = app;
        let rows = 12_000;
        // A few rows can't be taken, and a few come twice, so that nothing but exact going on gives these counts.
        let mut file = many(rows);
        for n in (0..rows).step_by(1000) {
            let _ = writeln!(file, "Again {n},person{n}@kopi0.example,PT Kopi 0\nBroken,not an address,");
        }
        let import = upload(app.client(), file.as_bytes()).ok(201);
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        app.client().json(Method::PATCH, &path, &[], &json!({"options": {"on_match": "skip"}})).ok(200);
        let job = app.client().post(&format!("{path}/run"), &json!({})).ok(202)["job_id"].as_str().unwrap().to_owned();
        for part in [3_000, 7_000] {
            while app.client().get(&format!("jobs/{job}")).ok(200)["progress"]["done"].as_u64().unwrap() < part {
                std::thread::sleep(Duration::from_millis(2));
            }
            app.crash_and_restart();
            if app.at.backend == relasi_tests::Backend::Postgres {
                // Another process might still hold the lease there; nobody does, so time is let pass.
                app.at.database().unwrap().sql("UPDATE jobs SET due_at = 1 WHERE state = 'running'");
            }
        }
        assert_eq!(app.finished(&job)["state"], "done");
        let ran = app.client().get(&path).ok(200);
        assert_eq!(counts(&ran), [12_024, 12_000, 0, 12, 12, 10]);
        assert_eq!(rejected(&app, &ran, "en").lines().count(), 13);
        let names = app.client().all("contacts", &[("limit", "200")], "full_name");
        assert_eq!(names.len(), rows);
        assert_eq!(names.iter().map(Value::to_string).collect::<std::collections::BTreeSet<_>>().len(), rows);
        assert_eq!(count(&app, "companies"), 10);
    }
}
