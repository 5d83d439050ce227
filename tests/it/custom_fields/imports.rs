//! Files with values of custom fields.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::{contact, define, names, samples, surfaces::import};
use crate::bodies::{id, make_with};

on_both! {
    fn cells_become_values_of_every_type(app: TestApp) {
        let client = app.client();
        let company = make_with(client, "company", json!({"name": "PT Kopi Nusantara"}));
        let samples = samples(&app.owner.id, &id(&company));
        for (kind, _) in &samples {
            define(client, "contact", kind, json!({}));
        }
        let me = client.get("me").ok(200)["user"]["full_name"].as_str().unwrap().to_owned();
        let headings: Vec<&str> = samples.iter().map(|(kind, _)| *kind).collect();
        let cells = [
            "Kopi Susu", "\"Satu\nDua\"", "\"12,5\"", "Rp 36.000", "22/11/2026", "22/11/2026 15:15", "ya", "Emas",
            "\"Gold; basic\"", "kopi.example/a", "Siti <siti@kopi.example>", "+62 812-3456-7890", &me, "pt kopi nusantara",
        ];
        let headings = headings.iter().map(|kind| format!("custom.{kind}")).collect::<Vec<_>>().join(",");
        let file = format!("Full name,{headings}\nSiti,{}\n", cells.join(","));
        let done = import(&app, &file);
        assert_eq!(done["counts"]["created"], 1, "{done}");
        let siti = client.list("contacts", &[]).ok(200)["items"][0]["custom"].clone();
        for (kind, value) in samples {
            assert_eq!(siti[kind], value, "{kind}");
        }
    }

    fn rows_with_values_that_are_taken_are_rejected(app: TestApp) {
        let client = app.client();
        define(client, "contact", "text", json!({"is_unique": true, "label": "Card"}));
        define(client, "contact", "person", json!({}));
        define(client, "contact", "relation", json!({}));
        contact(client, "Siti", &json!({"text": "A-1"}));
        let file = "Full name,Card,custom.person,custom.relation\n\
            Budi,a-1,,\nAni,A-2,,\nDewi,A-2,,\nEka,A-3,nobody,\nFajar,A-3,,PT Tidak Ada\nGita,A-3,,\n";
        let done = import(&app, file);
        assert_eq!(done["counts"]["created"], 2, "{done}");
        assert_eq!(done["counts"]["rejected"], 4);
        assert_eq!(names(client, &[("filter", "custom.text in (\"a-2\", \"a-3\")")]), ["Ani", "Gita"]);
        let reply = client.get(&format!("imports/{}/rejected", id(&done)));
        let text = reply.text();
        assert!(text.contains("Card: Another record has this value"), "{text}");
        assert_eq!(text.matches("There is no such record").count(), 2, "{text}");
        let preview: &Value = &done["preview"][1]["record"];
        assert_eq!(preview["custom"], json!({"text": "A-2"}));
    }
}
