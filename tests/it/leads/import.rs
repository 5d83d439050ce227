//! Leads out of files: with all that stands in them, given to somebody, and waiting for nobody unless that is wanted.

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::go;
use crate::{
    bodies::{id, make_with},
    import::{counts, done},
    lead_routing::{rule, two},
};

/// Uploads a file of leads.
#[track_caller]
fn uploaded(client: &Client, file: &str) -> Value {
    let at = "imports?object=lead&file_name=leads.csv";
    client.send(Method::POST, at, &[], file.as_bytes()).ok(201)
}

fn change(client: &Client, import: &Value, body: &Value) -> relasi_tests::Reply {
    let path = format!("imports/{}", id(import));
    client.json(Method::PATCH, &path, &[], body)
}

/// Uploads, checks and runs a file: both times the counts must be the same.
#[track_caller]
fn taken(app: &TestApp, file: &str, options: &Value) -> Value {
    let import = uploaded(app.client(), file);
    change(app.client(), &import, &json!({"options": options})).ok(200);
    let checked = done(app, &import, "check");
    let ran = done(app, &import, "run");
    assert_eq!(ran["state"], "done", "{ran}");
    assert_eq!(checked["counts"], ran["counts"]);
    ran
}

/// The lead with this name.
#[track_caller]
fn lead(client: &Client, name: &str) -> Value {
    let filter = format!("name = \"{name}\"");
    let page = client.list("leads", &[("filter", &filter)]).ok(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{name}: {page}");
    page["items"][0].clone()
}

fn purpose(client: &Client) -> Value {
    let body = json!({"name": "Kabar", "legal_basis": "consent", "channels": ["email", "whatsapp"], "wording": "Boleh?"});
    client.post("consent-purposes", &body).ok(201)
}

fn state(client: &Client, lead: &Value, channel: &str) -> Value {
    let view = client.get(&format!("leads/{}/consents", id(lead))).ok(200);
    let current = view["current"].as_array().unwrap().iter();
    let mut of = current.filter(|one| one["channel"] == channel);
    of.next().unwrap()["state"].clone()
}

/// The reasons for which rows were left out, in English.
fn reasons(client: &Client, import: &Value) -> String {
    let path = format!("imports/{}/rejected", id(import));
    client.in_language("en").get(&path).text()
}

on_both! {
    fn a_file_of_leads_is_taken_with_state_owner_and_consent(app: TestApp) {
        let client = app.client();
        let purpose = purpose(client);
        let [seller, _] = two(&app);
        client.create("custom-fields", &json!({"object": "lead", "label": "Anggaran", "name": "anggaran", "kind": "number"}));
        let file = format!("First name,Last name,Company,Email,Phone,Lead source,Campaign,Status,Owner,Anggaran,Email opt-in,WhatsApp opt-in,Consent date\n\
            Siti,Rahmawati,PT Kopi,siti@kopi.example,0812 5550 0141,Fair,Autumn,Working,{},12,yes,no,9/8/2026\n\
            Budi,,CV Teh,budi@teh.example,,Web,,,,,,,\n\
            ,,PT Gula,,,,,Nurturing,,,,,\n\
            Dewi,,,dewi@gula.example,,,,Converted,,,,,\n\
            Edo,,,edo@gula.example,,,,Perhaps,,,,,\n\
            Fitri,,,fitri@gula.example,,,,,nobody@gula.example,,,,\n\
            Gita,,,gita@gula.example,,,,,,,maybe,,\n\
            Hadi,,,hadi@gula.example,,,,,,,yes,,9/8/2199\n", seller.email);
        let import = uploaded(client, &file);
        let places: Vec<&Value> = import["columns"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
        assert_eq!(json!(places), json!(["given_name", "family_name", "company_name", "emails", "phones", "source", "campaign", "status", "owner_id", "custom.anggaran", "consent.email", "consent.whatsapp", "consent_at"]));
        let path = format!("imports/{}", id(&import));
        assert_eq!(client.post(&format!("{path}/check"), &json!({})).faults(), ["/options/purpose_id required"]);
        assert_eq!(client.post(&format!("{path}/run"), &json!({})).faults(), ["/options/purpose_id required"]);
        assert_eq!(change(client, &import, &json!({"options": {"purpose_id": id(&import)}})).faults(), ["/options/purpose_id no_such_record"]);
        let ran = taken(&app, &file, &json!({"purpose_id": purpose["id"]}));
        assert_eq!(counts(&ran), [8, 3, 0, 0, 5, 0], "{ran}");
        let siti = lead(client, "Siti Rahmawati");
        assert_eq!((&siti["status"], &siti["source"], &siti["campaign"], &siti["company_name"]), (&json!("working"), &json!("Fair"), &json!("Autumn"), &json!("PT Kopi")));
        assert_eq!((&siti["owner_id"], &siti["custom"]["anggaran"], &siti["import_id"]), (&json!(seller.id), &json!(12), &ran["id"]));
        assert_eq!((state(client, &siti, "email"), state(client, &siti, "whatsapp")), (json!("given"), json!("withdrawn")));
        let notes = client.get(&format!("leads/{}/consents", id(&siti))).ok(200)["history"].clone();
        assert_eq!((&notes[0]["source"], &notes[0]["proof"], &notes[0]["note"]), (&json!("import"), &Value::Null, &json!("leads.csv")), "nobody knows what was shown");
        assert!(notes[0]["at"].as_str().unwrap().starts_with("2026-08-0"), "{notes}");
        let budi = lead(client, "Budi");
        assert_eq!((&budi["status"], state(client, &budi, "email")), (&json!("new"), json!("never_asked")));
        assert_eq!(lead(client, "PT Gula")["status"], "nurturing", "a lead of whom only the company is known");
        let why = reasons(client, &ran);
        for (row, reason) in [("Dewi", "no lead"), ("Edo", "Status"), ("Fitri", "no such record"), ("Gita", "Email opt-in"), ("Hadi", "future")] {
            let line = why.lines().find(|line| line.starts_with(row)).unwrap();
            assert!(line.contains(reason), "{line}");
        }
        let undone = done(&app, &ran, "undo");
        assert_eq!(undone["state"], "undone");
        assert_eq!(client.get("leads/count").ok(200)["count"], 0);
    }

    fn imported_leads_are_given_away_and_wait_for_nobody_unless_asked(app: TestApp) {
        let client = app.client();
        let [one, other] = two(&app);
        rule(client, &[&one.id, &other.id], &json!({}));
        let own = make_with(client, "lead", json!({"owner_id": one.id}));
        assert!(own["response_due_at"].is_string(), "{own}");
        taken(&app, "Name,Email\nSiti,s@x.example\nRudi,r@x.example\n", &json!({}));
        for name in ["Siti", "Rudi"] {
            let lead = lead(client, name);
            assert_eq!(lead["response_due_at"], Value::Null, "{lead}");
            assert!([&one.id, &other.id].iter().any(|id| lead["owner_id"] == **id), "{lead}");
        }
        let siti = lead(client, "Siti");
        let again = client.verb(&format!("leads/{}/route", id(&siti)), siti["version"].as_i64().unwrap(), &json!({})).ok(200);
        assert_eq!(again["response_due_at"], Value::Null, "given away anew, it waits for nobody still");
        assert_eq!(client.get("reports/speed-to-lead").ok(200)["wall"]["n"], 1);
        taken(&app, "Name,Email\nMalee,m@x.example\n", &json!({"start_clocks": true}));
        assert!(lead(client, "Malee")["response_due_at"].is_string());
        assert_eq!(client.get("reports/speed-to-lead").ok(200)["wall"]["n"], 2);
    }

    fn what_is_there_is_kept_where_a_file_would_undo_it(app: TestApp) {
        let client = app.client();
        let purpose = purpose(client);
        let became = make_with(client, "lead", json!({"name": "Ani", "emails": [{"value": "ani@x.example"}]}));
        go(client, &id(&became), "convert", &json!({})).ok(200);
        let open = make_with(client, "lead", json!({"name": "Budi", "emails": [{"value": "budi@x.example"}], "first_touch_at": "2026-01-02T00:00:00Z"}));
        let no = json!({"purpose_id": purpose["id"], "state": "withdrawn", "channels": ["email"]});
        client.post(&format!("leads/{}/consents", id(&open)), &no).ok(201);
        let file = "Name,Email,City,Status,First touch,Email opt-in,WhatsApp opt-in\n\
            Ani,ani@x.example,Solo,,,,\nBudi,budi@x.example,Solo,Working,2020-01-01,yes,yes\n";
        let ran = taken(&app, file, &json!({"purpose_id": purpose["id"]}));
        assert_eq!(counts(&ran), [2, 0, 1, 0, 1, 0], "{ran}");
        assert!(reasons(client, &ran).contains("has become a contact"));
        let now = lead(client, "Budi");
        assert_eq!((&now["city"], &now["status"], &now["first_touch_at"]), (&json!("Solo"), &json!("new"), &open["first_touch_at"]), "its life goes by verbs");
        assert_eq!((state(client, &now, "email"), state(client, &now, "whatsapp")), (json!("withdrawn"), json!("given")));
        // Once more, nothing is said twice; with a date, what was said later counts.
        taken(&app, file, &json!({"purpose_id": purpose["id"]}));
        let history = |lead: &Value| client.get(&format!("leads/{}/consents", id(lead))).ok(200)["history"].as_array().unwrap().len();
        assert_eq!(history(&now), 2);
        taken(&app, "Name,Email,Email opt-in,Consent date\nBudi,budi@x.example,yes,2020-01-01\n", &json!({"purpose_id": purpose["id"]}));
        assert_eq!((state(client, &now, "email"), history(&now)), (json!("withdrawn"), 2));
        // Where somebody is a lead again, the one at work is meant.
        let again = make_with(client, "lead", json!({"name": "Ani baru", "emails": [{"value": "ani@x.example"}]}));
        let ran = taken(&app, "Name,Email,City\nAni,ani@x.example,Solo\n", &json!({}));
        assert_eq!(counts(&ran)[2], 1, "{ran}");
        assert_eq!(client.get(&format!("leads/{}", id(&again))).ok(200)["city"], "Solo");
    }

    fn exports_of_other_programs_become_leads(app: TestApp) {
        let client = app.client();
        let purpose = purpose(client);
        let salesforce = "\"Lead Owner\",\"First Name\",\"Last Name\",\"Title\",\"Company / Account\",\"Email\",\"Phone\",\"City\",\"Lead Source\",\"Lead Status\",\"Email Opt Out\"\n\
            \"Else\",\"Ani\",\"Lestari\",\"Buyer\",\"CV Teh\",\"ani@teh.example\",\"0271 555 014\",\"Solo\",\"Web\",\"Working - Contacted\",\"0\"\n\
            \"Else\",\"Budi\",\"Hartono\",\"\",\"CV Teh\",\"budi@teh.example\",\"\",\"\",\"\",\"Closed - Not Converted\",\"1\"\n\
            \"Else\",\"Cici\",\"Dewi\",\"\",\"CV Teh\",\"cici@teh.example\",\"\",\"\",\"\",\"Closed - Converted\",\"0\"\n";
        let import = uploaded(client, salesforce);
        assert_eq!(import["options"]["preset"], "salesforce", "{import}");
        let ran = taken(&app, salesforce, &json!({"purpose_id": purpose["id"]}));
        assert_eq!(counts(&ran), [3, 2, 0, 0, 1, 0], "{ran}");
        let ani = lead(client, "Ani Lestari");
        assert_eq!((&ani["status"], &ani["company_name"], &ani["city"], &ani["job_title"]), (&json!("working"), &json!("CV Teh"), &json!("Solo"), &json!("Buyer")));
        assert_eq!(state(client, &ani, "email"), "never_asked", "not to have said no is no yes");
        let budi = lead(client, "Budi Hartono");
        assert_eq!((&budi["status"], state(client, &budi, "email")), (&json!("unqualified"), json!("withdrawn")));
        let hubspot = "Record ID,First Name,Last Name,Email,Lead Status,Company Name,Contact owner\n7,Eka,Putri,eka@susu.example,Open Deal,PT Susu,Else\n";
        let ran = taken(&app, hubspot, &json!({}));
        assert_eq!((&ran["options"]["preset"], counts(&ran)[1]), (&json!("hubspot"), 1), "{ran}");
        assert_eq!((&lead(client, "Eka Putri")["status"], &lead(client, "Eka Putri")["company_name"]), (&json!("qualified"), &json!("PT Susu")));
        let pipedrive = "Lead - Title,Lead - Labels,Lead - Source,Person - Name,Person - Email - Work,Organization - Name,Lead - Owner\nSewa mesin,\"Hot, VIP\",API,Fajar Nugroho,fajar@beras.example,PT Beras,Else\n";
        let ran = taken(&app, pipedrive, &json!({}));
        assert_eq!(ran["options"]["preset"], "pipedrive");
        let fajar = lead(client, "Fajar Nugroho");
        assert_eq!((&fajar["description"], &fajar["company_name"], fajar["tags"].as_array().unwrap().len()), (&json!("Sewa mesin"), &json!("PT Beras"), 2));
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Savitri;Gita;;;\r\nFN:Gita Savitri\r\nORG:PT Padi\r\nEMAIL;TYPE=WORK:gita@padi.example\r\nEND:VCARD\r\n";
        let ran = taken(&app, card, &json!({}));
        assert_eq!((&ran["source"]["format"], counts(&ran)[1]), (&json!("vcard"), 1), "{ran}");
        assert_eq!(lead(client, "Gita Savitri")["company_name"], "PT Padi");
    }

    fn an_address_takes_no_consent(app: TestApp) {
        let line = json!({"from": ["/yes"], "field": "consent.email"});
        let body = json!({"name": "Pintu", "object": "lead", "mapping": [line]});
        assert_eq!(app.client().post("inbound-hooks", &body).faults(), ["/mapping/0/field unknown_field"]);
    }
}
