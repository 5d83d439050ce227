//! The global search: what is found, in which order, and by whom.

use std::sync::Arc;

use chrono::Utc;
use relasi_app::{
    Refusal,
    records::{ListRequest, Work},
    search,
};
use relasi_domain::{
    identity::{
        access::{Access, Action, RecordScope, Rights},
        role::Role,
    },
    people::contact,
};
use relasi_persistence::{Database, Options};
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bodies::{id, make, make_with};

fn found(client: &Client, q: &str) -> Vec<(String, String)> {
    let items = client.list("search", &[("q", q)]).ok(200)["items"].clone();
    let scores: Vec<i64> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["score"].as_i64().unwrap())
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{q}: {scores:?}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (text(&item["object"]), text(&item["title"])))
        .collect()
}

fn titles(client: &Client, q: &str) -> Vec<String> {
    found(client, q)
        .into_iter()
        .map(|(_, title)| title)
        .collect()
}

on_both! {
    fn the_best_match_comes_first(app: TestApp) {
        let client = app.client();
        for name in ["Prasanti Dewi", "Dewi Santi", "Santi", "Santika Putri", "Kasanti"] {
            make_with(client, "contact", json!({"full_name": name}));
        }
        make_with(client, "contact", json!({"full_name": "Zaenal", "emails": [{"value": "santi@kopi.example"}]}));
        make_with(client, "company", json!({"name": "PT Santi Jaya", "domain": "santijaya.example"}));
        make_with(client, "deal", json!({"name": "Mesin untuk Santi"}));
        let all = found(client, "santi");
        assert_eq!(all.len(), 8, "{all:?}");
        let place = |title: &str| all.iter().position(|(_, found)| found == title).unwrap_or_else(|| panic!("{title}: {all:?}"));
        assert_eq!(all[0], ("contact".to_owned(), "Santi".to_owned()));
        assert_eq!(all[1].1, "Santika Putri");
        for word in ["Dewi Santi", "PT Santi Jaya", "Mesin untuk Santi"] {
            assert!(place(word) < place("Kasanti") && place(word) > 1, "{all:?}");
        }
        assert!(place("Kasanti") < place("Zaenal") && place("Prasanti Dewi") < place("Zaenal"), "{all:?}");
        assert_eq!(found(client, "SANTI"), all, "case says nothing");
        let objects = |q: &str| found(client, q).into_iter().map(|(object, _)| object).collect::<Vec<_>>();
        assert_eq!(objects("mesin"), ["deal"]);
        assert_eq!(objects("santijaya.ex"), ["company"]);
        let three = client.list("search", &[("q", "santi"), ("limit", "3")]).ok(200);
        assert_eq!(three["items"].as_array().unwrap().len(), 3);
        let by_mail = client.list("search", &[("q", "santi@kopi.example")]).ok(200)["items"][0].clone();
        assert_eq!((&by_mail["title"], &by_mail["subtitle"]), (&json!("Zaenal"), &json!("santi@kopi.example")));
        for limit in ["0", "51", "x"] {
            assert_eq!(client.list("search", &[("q", "a"), ("limit", limit)]).status, 422);
        }
        assert_eq!(client.get("search").status, 422, "something must be looked for");
        assert_eq!(titles(client, "  "), Vec::<String>::new());
        assert_eq!(client.list("search", &[("q", &"x".repeat(201))]).faults(), ["?q too_long"]);
    }

    fn thai_latin_mail_and_numbers_are_found_by_fragments(app: TestApp) {
        let client = app.client();
        let phones = json!([{"value": "+62 812-3456-7890"}, {"value": "(021) 555 0199"}]);
        make_with(client, "contact", json!({"full_name": "Éva Nurhaliza", "nickname": "Ica", "phones": phones}));
        make_with(client, "contact", json!({"full_name": "เกียรติศักดิ์ แสงทอง", "phones": [{"value": "๐๘๑-๙๙๙-๑๑๑๑"}]}));
        make_with(client, "contact", json!({"full_name": "โรงแรม น้ำใส", "emails": [{"value": "Front.Desk@Hotel.example"}]}));
        let cases = [
            ("Éva Nurhaliza", &["éva", "ÉVA", "nurh", "haliz", "ica", "va", "081234567890", "+62 812 3456", "62812", "0812-3456-7890", "34567", "5550199", "021 555", "(021) 5550199"][..]),
            ("เกียรติศักดิ์ แสงทอง", &["เกียรติ", "กียร", "แสง", "สง", "ทอง", "ศักดิ์", "0819991111", "+66 81 999 1111", "๐๘๑๙๙๙"][..]),
            ("โรงแรม น้ำใส", &["โรงแรม", "รง", "แรม", "นํ้า", "น้ำ", "ใส", "front.desk", "DESK@HOTEL"][..]),
        ];
        for (title, needles) in cases {
            for needle in needles {
                let all = titles(client, needle);
                assert!(all.contains(&title.to_owned()), "{needle}: {all:?}");
            }
        }
        for nothing in ["xyzzy", "09999999", "ฮฮฮ", "%", "_v", "\"", "' OR 1=1 --"] {
            assert_eq!(titles(client, nothing), Vec::<String>::new(), "{nothing}");
        }
    }

    fn the_search_follows_the_records(app: TestApp) {
        let client = app.client();
        let made = make_with(client, "company", json!({"name": "Warung Lama"}));
        let at = format!("companies/{}", id(&made));
        client.patch(&at, 1, &json!({"name": "Warung Baru"})).ok(200);
        assert_eq!((titles(client, "lama"), titles(client, "baru")), (vec![], vec!["Warung Baru".to_owned()]));
        client.delete(&at, 2).ok(204);
        assert_eq!(titles(client, "warung"), Vec::<String>::new());
        client.post(&format!("{at}/restore"), &json!({})).ok(200);
        assert_eq!(titles(client, "warung"), ["Warung Baru"]);
        client.patch(&at, 4, &json!({"domain": "baru.example", "phones": [{"value": "0274-123456"}]})).ok(200);
        assert_eq!((titles(client, "baru.ex"), titles(client, "0274 123")), (vec!["Warung Baru".to_owned()], vec!["Warung Baru".to_owned()]));
        make_with(client, "tag", json!({"name": "Warung"}));
        make(client, "activity");
        assert_eq!(titles(client, "warung").len(), 1, "tags are no records to find");
    }

    fn new_and_older_records_are_found_together_page_by_page(app: TestApp) {
        let client = app.client();
        let name = |n: usize| format!("Ngadiman {n:03}");
        // More than wait for the full-text index of SQLite together, and some that still wait.
        let mut made: Vec<Value> = Vec::new();
        for n in 0..90 {
            made.push(make_with(client, "contact", json!({"full_name": name(n)})));
            if [10, 63, 64, 65, 89].contains(&n) {
                let all = client.all("contacts", &[("q", "gadima"), ("limit", "7")], "id");
                let newest: Vec<Value> = made.iter().rev().map(|record| record["id"].clone()).collect();
                assert_eq!(all, newest, "each once, newest first");
                let count = client.list("contacts/count", &[("q", "gadima")]).ok(200);
                assert_eq!(count["count"], made.len());
            }
        }
        for n in [3, 88] {
            client.delete(&format!("contacts/{}", id(&made[n])), 1).ok(204);
            client.patch(&format!("contacts/{}", id(&made[n - 1])), 1, &json!({"full_name": "Suparman"})).ok(200);
        }
        let left = client.all("contacts", &[("q", "gadima"), ("limit", "50")], "id");
        assert_eq!(left.len(), 86);
        assert_eq!(titles(client, "uparma").len(), 2);
        assert!(!titles(client, "ngadiman 003").contains(&name(3)));
        assert_eq!(titles(client, "ngadiman 089"), [name(89)]);
    }

    fn what_has_just_been_imported_is_found_at_once(app: TestApp) {
        let client = app.client();
        let rows = (0..6_000).map(|n| format!("Siti Nur{n} Wijaya,s{n}@kopi{}.example,0812{n:08}\n", n % 90));
        let file = format!("full_name,email,phone\n{}", rows.collect::<String>());
        let import = client.send(Method::POST, "imports?object=contact&file_name=siti.csv", &[], file.as_bytes()).ok(201);
        let started = client.post(&format!("imports/{}/run", id(&import)), &json!({})).ok(202);
        app.finished(started["job_id"].as_str().unwrap());
        let count = |parameters: &[(&str, &str)]| client.list("contacts/count", parameters).ok(200)["count"].clone();
        for (name, value, found) in [
            ("q", "wijaya", 6_000), ("q", "si", 6_000), ("q", "nur77 w", 1), ("q", "0812 0000 0077", 1), ("filter", "phones ~ 0812", 6_000),
            ("filter", "emails ~ kopi7", 727), ("filter", "emails has \"S77@kopi77.example\"", 1), ("filter", "company.name is empty", 6_000),
        ] {
            assert_eq!(count(&[(name, value)]), found, "{name} = {value}");
        }
        assert_eq!(client.list("contacts", &[("q", "wijaya")]).ok(200)["items"].as_array().unwrap().len(), 50);
        assert_eq!(titles(client, "nur4321"), ["Siti Nur4321 Wijaya"]);
    }

    fn who_may_see_less_finds_less(app: TestApp) {
        let mut app = app;
        let mate = app.member("member");
        let team = id(&make(app.client(), "team"));
        let mine = make_with(app.client(), "contact", json!({"full_name": "Siti Sendiri"}));
        let ours = make_with(app.client(), "contact", json!({"full_name": "Siti Bersama", "owner_id": mate.id, "team_id": team}));
        let theirs = make_with(app.client(), "contact", json!({"full_name": "Siti Mereka", "owner_id": mate.id}));
        let own = |name: &str| Uuid::try_parse(app.owner.session[name]["id"].as_str().unwrap()).unwrap();
        let access = Access::new(own("workspace"), own("user"), Uuid::nil(), vec![Uuid::try_parse(&team).unwrap()], Role::Member);
        app.at.terminate();
        let file = app.at.settings.data_dir.join("relasi.db").display().to_string();
        let address = app.at.settings.database_url.clone().unwrap_or(file);
        let database = Database::open(&address, &Options::default()).unwrap();
        let all = [&mine, &ours, &theirs];
        let cases = [(RecordScope::All, 3), (RecordScope::Team, 2), (RecordScope::Own, 1), (RecordScope::None, 0)];
        for (scope, count) in cases {
            let access = access.clone().with_rights(Arc::new(Rights::none().with(Action::See, scope)));
            let seen = database.within(access.workspace_id).read_blocking(|conn| {
                let mut work = Work { conn, access: &access, now: Utc::now(), cause: None };
                let hits = search::find(&mut work, "siti", 20)?.len();
                let by_text = work.count(&contact::OBJECT, &ListRequest { text: Some("siti".into()), ..ListRequest::default() })?.0;
                let listed = work.count(&contact::OBJECT, &ListRequest::default())?.0;
                let read = all.iter().filter(|record| work.get(&contact::OBJECT, Uuid::try_parse(&id(record)).unwrap()).is_ok()).count();
                Ok::<_, Refusal>([hits, by_text, listed, read])
            });
            assert_eq!(seen.unwrap(), [count; 4], "{scope:?}");
        }
    }
}
