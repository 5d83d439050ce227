//! Workbooks into records: cells of every kind, several sheets, and files that mean harm.

use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use super::workbook::{by_hand, many, packed, shared, sheet, two_sheets};
use crate::import::{contact, count, counts, done, upload};

const CELL: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>"#;

on_both! {
    fn a_sheet_becomes_people_whatever_its_cells_are(app: TestApp) {
        let import = upload(app.client(), &two_sheets()).ok(201);
        assert_eq!(import["source"], json!({"format": "xlsx", "sheets": ["Orang", "Perusahaan"], "sheet": 0, "preset": null}));
        assert_eq!(import["file_rows"], 2);
        assert_eq!(import["preview"][1]["row"], 5, "rows have the numbers of the sheet");
        assert_eq!(import["preview"][0]["cells"][2], "6281255550141");
        let ran = done(&app, &import, "run");
        assert_eq!(counts(&ran), [2, 2, 0, 0, 0, 2], "{ran}");
        let siti = contact(&app, "Siti Rahmawati");
        assert_eq!(siti["birth_date"], "1990-08-09");
        assert_eq!(siti["phones"][0]["value"], "6281255550141");
        assert_eq!(siti["company"], "PT Kopi");
        assert_eq!(siti["description"], "=1+1 as text");
        assert_eq!(contact(&app, "สมชาย ใจดี")["birth_date"], "2000-02-29");
    }

    fn other_sheets_are_chosen_and_imported_one_after_another(app: TestApp) {
        let client = app.client();
        let import = upload(client, &two_sheets()).ok(201);
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        let patch = |body: Value| client.json(Method::PATCH, &path, &[], &body);
        let second = patch(json!({"sheet": 1})).ok(200);
        assert_eq!((&second["source"]["sheet"], &second["columns"][1]["heading"]), (&json!(1), &json!("Employees")));
        let kept = client.get(&path).ok(200);
        for member in ["source", "columns", "file_rows", "preview", "delimiter"] {
            assert_eq!(kept[member], second[member], "what is answered is what is kept");
        }
        assert_eq!(patch(json!({"sheet": 2})).faults(), ["/sheet out_of_range"]);
        assert_eq!(patch(json!({"encoding": "windows-874"})).faults(), ["/encoding not_a_choice"]);
        assert_eq!(patch(json!({"delimiter": ";"})).faults(), ["/delimiter not_a_choice"]);
        patch(json!({"sheet": 0})).ok(200);
        assert_eq!(counts(&done(&app, &import, "run"))[1], 2);

        let sheets = format!("{path}/sheets");
        let next = client.post(&sheets, &json!({"sheet": 1, "object": "company"})).ok(201);
        assert_ne!(next["id"], import["id"]);
        assert_eq!((&next["file_name"], &next["file_sha256"]), (&import["file_name"], &import["file_sha256"]));
        let ran = done(&app, &next, "run");
        assert_eq!(counts(&ran), [2, 1, 1, 0, 0, 0], "{ran}");
        let found = client.list("companies", &[("filter", "name = \"PT Kopi\"")]).ok(200);
        assert_eq!((&found["items"][0]["employees"], &found["items"][0]["domain"]), (&json!(1200), &json!("kopi.example")));

        assert_eq!(client.post(&sheets, &json!({"sheet": 7, "object": "company"})).faults(), ["/sheet out_of_range"]);
        assert_eq!(client.post(&sheets, &json!({"sheet": 1, "object": "deal"})).faults(), ["/object not_a_choice"]);
        let text = upload(client, b"Name\nAni\n").ok(201);
        let of_text = format!("imports/{}/sheets", text["id"].as_str().unwrap());
        assert_eq!(client.post(&of_text, &json!({"sheet": 0, "object": "contact"})).faults(), ["/sheet out_of_range"]);
        app.member("member").client.post(&sheets, &json!({"sheet": 1, "object": "company"})).problem(403, "forbidden");
    }

    fn a_long_sheet_is_read_to_its_end(app: TestApp) {
        let import = upload(app.client(), &many(7_000)).ok(201);
        assert_eq!((&import["file_rows"], &import["source"]["sheets"]), (&json!(7_000), &json!(["Sheet1"])));
        assert_eq!(counts(&done(&app, &import, "run"))[..2], [7_000, 7_000]);
        assert_eq!(count(&app, "contacts"), 7_000);
    }

    fn files_that_mean_harm_are_refused(app: TestApp) {
        let refused = |file: &[u8]| upload(app.client(), file).faults();
        let good = two_sheets();
        assert_eq!(refused(b"PK\x03\x04\x14\0\x06\0rest of a spreadsheet"), ["/file file_damaged"]);
        for part in [10, good.len() / 2, good.len() - 30] {
            assert_eq!(refused(&good[..part]), ["/file file_damaged"], "cut at {part}");
        }
        assert_eq!(refused(&packed(&[("word/document.xml", b"<a/>")])), ["/file file_is_spreadsheet"]);
        assert_eq!(refused(&by_hand("macrosheet", &sheet(CELL), "<sst/>")), ["/file file_no_sheet"]);
        assert_eq!(refused(&by_hand("worksheet", &sheet(""), &shared("", ""))), ["/file file_empty"]);
        assert_eq!(refused(&by_hand("worksheet", "<worksheet><sheetData><row>", &shared("", ""))), ["/file file_damaged"]);
        // More shared texts than there is room for, and texts as long as the memory.
        let boasts = shared("count=\"1\" uniqueCount=\"9999999999999999\"", "");
        assert_eq!(refused(&by_hand("worksheet", &sheet(CELL), &boasts)), ["/file file_damaged"]);
        let text = format!("<si><t>{}</t></si>", "a".repeat(3 << 20));
        assert_eq!(refused(&by_hand("worksheet", &sheet(CELL), &shared("", &text))), ["/file file_unpacks_large"]);
        let bomb = by_hand("worksheet", &sheet(CELL), &shared("", &"<si><t></t></si>".repeat(9 << 20)));
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        assert_eq!(refused(&bomb), ["/file file_unpacks_large"]);
        let back = r#"<row r="9"><c r="A9"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#;
        assert_eq!(refused(&by_hand("worksheet", &sheet(back), &shared("", ""))), ["/file file_damaged"]);
        let far = r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#;
        assert_eq!(refused(&by_hand("worksheet", &sheet(far), &shared("", ""))), ["/file too_many"]);
        let wild = r#"<row r="1"><c r="A1" t="s"><v>4000000000</v></c></row>"#;
        assert_eq!(refused(&by_hand("worksheet", &sheet(wild), &shared("", ""))), ["/file file_damaged"]);
        let old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook".to_vec();
        assert_eq!(refused(&old), ["/file file_is_spreadsheet"]);
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(refused(&[old, name].concat()), ["/file file_encrypted"]);

        assert_eq!(app.client().get("imports").ok(200)["items"], json!([]));
        let left = std::fs::read_dir(app.at.settings.data_dir.join("files")).unwrap().flatten();
        let left = left.flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten());
        assert_eq!(left.count(), 0, "nothing is left of what was refused");
        // The program is well and takes a good one.
        upload(app.client(), &good).ok(201);
    }
}
