//! Exports of other programs are known by their headings, and read as what they are.

use relasi_tests::{Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::import::{contact, counts, done, upload};

const HUBSPOT: &str = "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lifecycle Stage,Lead Status,\
    Associated Company,Associated Company IDs,City,State/Region,Country/Region,Create Date,Marketing contact status\n\
    101,Siti,Rahmawati,siti@kopi.example,+62 812 5550 0141,Somebody Else,Marketing Qualified Lead,NEW,PT Kopi,55,Bandung,\
    Jawa Barat,Indonesia,2024-01-02 10:00,Marketing contact\n\
    102,Budi,,budi@kopi.example,,Somebody Else,customer,,PT Kopi,55,,,,2024-01-02 10:00,Non-marketing contact\n";

const HUBSPOT_COMPANIES: &str = "Record ID,Company name,Company owner,Company Domain Name,Industry,Number of Employees,\
    Lifecycle Stage\n77,PT Kopi,Somebody Else,kopi.example,FOOD_BEVERAGES,1200,Sales Qualified Lead\n";

const SALESFORCE: &str = "\"Salutation\",\"First Name\",\"Last Name\",\"Title\",\"Account Name\",\"Mailing Street\",\"Mailing City\",\
    \"Mailing State/Province\",\"Mailing Zip/Postal Code\",\"Mailing Country\",\"Phone\",\"Fax\",\"Mobile\",\"Email\",\"Account Owner\"\n\
    \"Ms.\",\"Ani\",\"Lestari\",\"Buyer\",\"CV Teh\",\"Jl. Satu 1\nLantai 2\",\"Solo\",\"Jawa Tengah\",\"57111\",\"Indonesia\",\"0271 555 014\",\
    \"0271 555 015\",\"0812 5550 0142\",\"ani@teh.example\",\"Somebody Else\"\n";

const PIPEDRIVE: &str = "Person - ID,Person - Name,Person - Labels,Person - Organization,Person - Email - Work,Person - Email - Home,\
    Person - Phone - Mobile,Person - Owner\n9,Cici Paramida,\"Hot lead, VIP\",PT Gula,cici@gula.example,cici@rumah.example,0812 5550 0143,Else\n";

const MAILCHIMP: &str = "Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,CC,TIMEZONE,LEID,EUID,NOTES,TAGS\n\
    dodi@roti.example,Dodi,Harun,,,04/12,3,2024-01-02 10:00:00,ID,Asia/Jakarta,1,abc,,\"\"\"Pasar\"\",\"\"VIP\"\"\"\n";

const ESPOCRM: &str = "id,name,firstName,lastName,salutationName,accountName,title,emailAddress,phoneNumber,addressCity,addressCountry,assignedUserId,assignedUserName\n\
    a1,Eka Putri,Eka,Putri,Mrs.,PT Susu,Owner,eka@susu.example,+6281255500144,Medan,Indonesia,u1,Else\n";

const GOOGLE: &str = "First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,\
    Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - City\n\
    Fajar,,Nugroho,PT Beras,Cook, --04-12,A note,* myContacts ::: Pelanggan,* Work,fajar@beras.example ::: f2@beras.example,Mobile,0812 5550 0145,Home,Malang\n";

const OUTLOOK: &str = "First Name,Middle Name,Last Name,Title,Suffix,E-mail Address,E-mail 2 Address,Business Phone,Mobile Phone,Job Title,Company,\
    Business Street,Business City,Business Country/Region,Birthday,Categories,Notes\n\
    Gita,,Savitri,Ibu,,gita@padi.example,,021 555 0146,,CEO,PT Padi,Jl. Dua 2,Jakarta,Indonesia,0/0/00,Pelanggan;VIP,\n";

fn programs() -> [(&'static str, &'static str, &'static str); 7] {
    [
        ("hubspot", "HubSpot", HUBSPOT),
        ("salesforce", "Salesforce", SALESFORCE),
        ("pipedrive", "Pipedrive", PIPEDRIVE),
        ("mailchimp", "Mailchimp", MAILCHIMP),
        ("espocrm", "EspoCRM", ESPOCRM),
        ("google", "Google Contacts", GOOGLE),
        ("outlook", "Outlook", OUTLOOK),
    ]
}

on_both! {
    fn exports_of_other_programs_are_known_and_taken_whole(app: TestApp) {
        for (name, title, file) in programs() {
            let import = upload(app.client(), file.as_bytes()).ok(201);
            assert_eq!(import["source"]["preset"], json!({"name": name, "title": title}), "{import}");
            assert_eq!(import["options"]["preset"], name);
            let ran = done(&app, &import, "run");
            let found = counts(&ran);
            assert_eq!((found[0], found[4]), (found[1], 0), "{name}: all rows are new ones: {ran}");
        }
        let siti = contact(&app, "Siti Rahmawati");
        assert_eq!((&siti["lifecycle_stage"], &siti["company"]), (&json!("mql"), &json!("PT Kopi")));
        assert_eq!((&siti["city"], &siti["province"], &siti["country"]), (&json!("Bandung"), &json!("Jawa Barat"), &json!("ID")));
        assert_eq!(contact(&app, "Budi")["lifecycle_stage"], "customer");
        let ani = contact(&app, "Ani Lestari");
        assert_eq!((&ani["honorific"], &ani["job_title"], &ani["address"]), (&json!("Ms."), &json!("Buyer"), &json!("Jl. Satu 1 Lantai 2")));
        let labels: Vec<&Value> = ani["phones"].as_array().unwrap().iter().map(|phone| &phone["label"]).collect();
        assert_eq!(labels, [&Value::Null, &json!("fax"), &json!("mobile")]);
        let cici = contact(&app, "Cici Paramida");
        assert_eq!((&cici["emails"][1]["label"], cici["tags"].as_array().unwrap().len()), (&json!("home"), 2));
        assert_eq!(contact(&app, "Dodi Harun")["tags"].as_array().unwrap().len(), 2);
        assert_eq!(contact(&app, "Eka Putri")["company"], "PT Susu");
        let fajar = contact(&app, "Fajar Nugroho");
        assert_eq!(fajar["emails"], json!([{"value": "fajar@beras.example", "label": "work"}, {"value": "f2@beras.example", "label": "work"}]));
        assert_eq!((&fajar["phones"][0]["label"], &fajar["birth_date"]), (&json!("mobile"), &Value::Null));
        let gita = contact(&app, "Gita Savitri");
        assert_eq!((&gita["honorific"], &gita["phones"][0]["label"], &gita["birth_date"]), (&json!("Ibu"), &json!("work"), &Value::Null));
        let tags = app.client().all("tags", &[("sort", "name")], "name");
        assert_eq!(tags, ["Hot lead", "Pasar", "Pelanggan", "VIP"].map(Value::from), "groups that every account has are no tags");
        assert_eq!(contact(&app, "Siti Rahmawati")["owner_id"], contact(&app, "Gita Savitri")["owner_id"], "owners are people of the other program");
    }

    fn companies_have_exports_of_their_own(app: TestApp) {
        let reply: Reply = app.client().send(Method::POST, "imports?object=company", &[], HUBSPOT_COMPANIES.as_bytes());
        let import = reply.ok(201);
        assert_eq!(import["options"]["preset"], "hubspot");
        assert_eq!(counts(&done(&app, &import, "run"))[..2], [1, 1]);
        let page = app.client().list("companies", &[]).ok(200);
        let kopi = &page["items"][0];
        assert_eq!((&kopi["domain"], &kopi["employees"], &kopi["lifecycle_stage"]), (&json!("kopi.example"), &json!(1200), &json!("sql")));
    }

    fn a_preset_can_be_switched_off_and_on(app: TestApp) {
        let import = upload(app.client(), HUBSPOT.as_bytes()).ok(201);
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        let patch = |preset: Value| app.client().json(Method::PATCH, &path, &[], &json!({"options": {"preset": preset}}));
        let target = |import: &Value, heading: &str| {
            let columns = import["columns"].as_array().unwrap();
            columns.iter().find(|column| column["heading"] == heading).unwrap()["field"].clone()
        };
        assert_eq!((target(&import, "Contact owner"), target(&import, "Associated Company")), (Value::Null, json!("company_id")));
        let off = patch(Value::Null).ok(200);
        assert_eq!((&off["options"]["preset"], &off["source"]["preset"]["name"]), (&Value::Null, &json!("hubspot")));
        assert_eq!(target(&off, "Contact owner"), "owner_id");
        let on = patch(json!("hubspot")).ok(200);
        assert_eq!((target(&on, "Contact owner"), &on["preview"][0]["faults"]), (Value::Null, &json!([])));
        assert_eq!(patch(json!("nobody")).faults(), ["/options/preset not_a_choice"]);
        assert_eq!(patch(json!("vcard")).faults(), ["/options/preset not_a_choice"]);
        assert_eq!(patch(json!(7)).faults(), ["/options malformed"]);
        // What a person maps themselves stays.
        let own = json!({"mapping": [{"index": 7, "field": "source"}]});
        let own = app.client().json(Method::PATCH, &path, &[], &own).ok(200);
        assert_eq!((target(&own, "Lead Status"), &own["options"]["preset"]), (json!("source"), &json!("hubspot")));
    }
}
