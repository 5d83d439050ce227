//! Cards of address books into records, in all their forms.

use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::import::{contact, counts, done, upload};

/// As an old phone in Thailand writes it: quoted, in the character set of its time, folded in the middle of a letter.
const OLD: &str = "BEGIN:VCARD\r\n\
    VERSION:2.1\r\n\
    N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E0=B9=83=E0=B8=88=E0=B8=94=E0=B8=B5;=E0=B8=AA=E0=B8=A1=E0=\r\n\
    =B8=8A=E0=B8=B2=E0=B8=A2;;;\r\n\
    FN;ENCODING=QUOTED-PRINTABLE:=E0=B8=AA=E0=B8=A1=E0=B8=8A=E0=B8=B2=E0=B8=A2 =E0=B9=83=E0=B8=88=E0=B8=94=E0=B8=B5\r\n\
    TEL;CELL;PREF:081-234-5678\r\n\
    TEL;WORK;FAX:02 123 4567\r\n\
    ORG;CHARSET=windows-874;ENCODING=QUOTED-PRINTABLE:=A1=D2=E1=BF=E4=B7=C2\r\n\
    BDAY:19900809\r\n\
    PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ\r\n /9j/4AAQSkZJRg==\r\n\r\n\
    END:VCARD\r\n";

const THREE: &str = "BEGIN:VCARD\n\
    VERSION:3.0\n\
    PRODID:-//Somebody//Address Book//EN\n\
    N:Rahmawati;Siti;;Ibu;\n\
    FN:Siti Rahmawati\n\
    ORG:PT Kopi Nusantara\\, Tbk;Sales\n\
    TITLE:Head of \n Buying\n\
    item1.EMAIL;type=INTERNET;type=WORK;type=pref:siti@kopi.example\n\
    item1.X-ABLabel:_$!<Work>!$_\n\
    EMAIL;TYPE=HOME:siti@rumah.example\n\
    TEL;type=WORK;type=VOICE:+62 22 555 0141\n\
    ADR;TYPE=HOME:;;Jl. Rumah 1;Solo;;;Indonesia\n\
    ADR;TYPE=WORK:;Lantai 2;Jl. Braga 99;Bandung;Jawa Barat;40111;Indonesia\n\
    NOTE:Line one\\nLine two\\; still\n\
    CATEGORIES:VIP,Kopi pagi\n\
    BDAY:1985-03-12\n\
    END:VCARD\n";

const FOUR: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Budi Santoso\r\nN:Santoso;Budi;;;\r\n\
    EMAIL;PREF=2:second@kopi.example\r\nEMAIL;PREF=1:first@kopi.example\r\n\
    TEL;VALUE=uri;TYPE=\"voice,cell\":tel:+62-812-5550-0141;ext=5\r\n\
    BDAY:--0412\r\nKIND:individual\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:4.0\r\nFN:\r\nEMAIL:only@mail.example\r\nEND:VCARD\r\n";

on_both! {
    fn cards_of_all_forms_become_people(app: TestApp) {
        let file = format!("{OLD}{THREE}\n{FOUR}");
        let import = upload(app.client(), file.as_bytes()).ok(201);
        assert_eq!(import["source"]["format"], "vcard");
        assert_eq!((&import["file_rows"], &import["options"]["preset"]), (&json!(4), &Value::Null));
        let sure = import["columns"].as_array().unwrap().iter().all(|column| column["confidence"] == "high");
        assert!(sure, "{}", import["columns"]);
        let ran = done(&app, &import, "run");
        assert_eq!(counts(&ran), [4, 4, 0, 0, 0, 2], "{ran}");

        let somchai = contact(&app, "สมชาย ใจดี");
        assert_eq!((&somchai["family_name"], &somchai["company"]), (&json!("ใจดี"), &json!("กาแฟไทย")));
        assert_eq!(somchai["birth_date"], "1990-08-09");
        assert_eq!(somchai["phones"], json!([{"value": "081-234-5678", "label": "mobile"}, {"value": "02 123 4567", "label": "fax"}]));

        let siti = contact(&app, "Siti Rahmawati");
        assert_eq!((&siti["honorific"], &siti["job_title"]), (&json!("Ibu"), &json!("Head of Buying")));
        assert_eq!(siti["company"], "PT Kopi Nusantara, Tbk");
        assert_eq!(siti["emails"], json!([{"value": "siti@kopi.example", "label": "work"}, {"value": "siti@rumah.example", "label": "home"}]));
        assert_eq!((&siti["address"], &siti["city"]), (&json!("Lantai 2, Jl. Braga 99"), &json!("Bandung")));
        assert_eq!((&siti["province"], &siti["postal_code"], &siti["country"]), (&json!("Jawa Barat"), &json!("40111"), &json!("ID")));
        assert_eq!(siti["description"], "Line one\nLine two; still");
        assert_eq!(siti["tags"].as_array().unwrap().len(), 2);
        assert_eq!(siti["birth_date"], "1985-03-12");

        let budi = contact(&app, "Budi Santoso");
        assert_eq!(budi["emails"], json!([{"value": "first@kopi.example"}, {"value": "second@kopi.example"}]));
        assert_eq!(budi["phones"], json!([{"value": "+62-812-5550-0141", "label": "mobile"}]));
        assert_eq!(budi["birth_date"], Value::Null, "a day without its year is none");
        contact(&app, "only@mail.example");
    }

    fn cards_in_an_old_encoding_and_broken_ones(app: TestApp) {
        let thai = "BEGIN:VCARD\nVERSION:3.0\nFN:สมหญิง รักเรียน\nTEL:0812345678\nADR:;;ถนนพระราม 4;กรุงเทพฯ;;10330;ไทย\nNOTE:ลูกค้าประจำ ชอบกาแฟเย็น\nEND:VCARD\n";
        let (old, ..) = encoding_rs::WINDOWS_874.encode(thai);
        let import = upload(app.client(), &old).ok(201);
        assert_eq!(import["preview"][0]["record"]["full_name"], "สมหญิง รักเรียน", "{import}");
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        let other = json!({"encoding": "UTF-8"});
        assert_eq!(app.client().json(Method::PATCH, &path, &[], &other).faults(), ["/encoding not_a_choice"]);

        let refused = |file: &str| upload(app.client(), file.as_bytes()).faults();
        assert_eq!(refused("BEGIN:VCARD\nFN:Never ended\n"), ["/file file_empty"]);
        assert_eq!(refused("BEGIN:VCARD\nEND:VCARD\n"), ["/file file_empty"]);
        assert_eq!(refused(&format!("BEGIN:VCARD\nNOTE:{}\nEND:VCARD\n", "a".repeat(2 << 20))), ["/file record_too_long"]);
        let odd = "BEGIN:VCARD\n:::\nFN\nTEL;;;:\nBDAY:yesterday\nFN:Odd one\n;:\nADR:;;;\nEND:VCARD\n";
        let import = upload(app.client(), odd.as_bytes()).ok(201);
        assert_eq!(import["preview"][0]["faults"][0]["code"], "not_date", "{import}");
    }
}
