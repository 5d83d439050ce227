//! Where a field works from the moment it is defined, on every object that takes fields.

mod doubles;
mod files;
mod lists;
mod told;

use relasi_domain::{OBJECTS, record::Object};
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{define, titles};
use crate::bodies::{id, make_with, merged};

/// Imports records by the headings of a file; the import.
#[track_caller]
pub fn import_of(app: &TestApp, object: &str, file: &str, options: Value) -> Value {
    let client = app.client();
    let path = format!("imports?object={object}&file_name=records.csv");
    let import = client
        .send(Method::POST, &path, &[], file.as_bytes())
        .ok(201);
    let path = format!("imports/{}", id(&import));
    client
        .json(Method::PATCH, &path, &[], &json!({"options": options}))
        .ok(200);
    for verb in ["check", "run"] {
        let started = client.post(&format!("{path}/{verb}"), &json!({})).ok(202);
        app.finished(started["job_id"].as_str().unwrap());
    }
    client.get(&path).ok(200)
}

/// Imports contacts, each as a new one.
#[track_caller]
pub fn import(app: &TestApp, file: &str) -> Value {
    let options = json!({"match": "none", "on_match": "create"});
    import_of(app, "contact", file, options)
}

/// An object with a field of its own: `member_no`, which Siti and Budi have and Ani has not.
pub struct Scene<'a> {
    app: &'a TestApp,
    object: &'static Object,
    field: Value,
}

impl Scene<'_> {
    fn client(&self) -> &Client {
        self.app.client()
    }

    fn make(&self, title: &str, custom: &Value) -> Value {
        let members = json!({self.object.title: title, "custom": custom});
        make_with(self.client(), self.object.name, members)
    }

    fn path(&self, record: &Value) -> String {
        format!("{}/{}", self.object.plural, id(record))
    }

    /// The record of this title as it is now.
    #[track_caller]
    fn named(&self, title: &str) -> Value {
        let filter = format!("{} = {title}", self.object.title);
        let page = self.list(&[("filter", &filter)]);
        page["items"][0].clone()
    }

    #[track_caller]
    fn list(&self, parameters: &[(&str, &str)]) -> Value {
        self.client().list(self.object.plural, parameters).ok(200)
    }

    #[track_caller]
    fn titles(&self, parameters: &[(&str, &str)]) -> Vec<String> {
        titles(self.client(), self.object, parameters)
    }

    fn is_imported(&self) -> bool {
        matches!(self.object.name, "contact" | "company")
    }
}

/// A place where the new field has to work.
type Surface = (&'static str, fn(&Scene<'_>));

/// Every place that the product has, but for webhooks, which want a server that may send to this machine, and the events
/// for others, which are looked at when the server has ended.
const SURFACES: [Surface; 19] = [
    ("record", lists::record),
    ("filter", lists::filter),
    ("sort", lists::sort),
    ("fields", lists::fields),
    ("groups", lists::groups),
    ("calendar", lists::calendar),
    ("search", lists::search),
    ("saved view", lists::saved_view),
    ("trash", lists::trash),
    ("import", files::imported),
    ("undo of an import", files::import_undone),
    ("export", files::exported),
    ("many at once", files::many),
    ("schema", told::schema),
    ("OpenAPI document", told::document),
    ("doubles that are made", doubles::made),
    ("doubles in the base", doubles::searched),
    ("doubles in a file", doubles::imported),
    ("audit and timeline", told::audit),
];

on_both! {
    fn a_field_works_everywhere_from_the_moment_it_is_defined(app: TestApp) {
        let mut app = app;
        app.client().patch("me", 1, &json!({"language": "id"})).ok(200);
        let objects: Vec<&Object> = OBJECTS.iter().copied().filter(|object| object.extensible).collect();
        assert!(objects.len() >= 4 && objects.iter().any(|object| object.name == "activity"), "{objects:?}");
        for &object in &objects {
            let client = app.client();
            let siti = make_with(client, object.name, json!({object.title: "Siti"}));
            let definition = json!({
                "name": "member_no", "label": "Member number", "labels": {"id": "Nomor anggota", "th": "เลขสมาชิก"},
                "help": {"id": "Tiga huruf, empat angka"}, "private": true, "marks_duplicates": true,
            });
            let field = define(client, object.name, "text", definition.clone());
            let scene = Scene { app: &app, object, field };
            client.patch(&scene.path(&siti), 1, &json!({"custom": {"member_no": "KOP 0001"}})).ok(200);
            scene.make("Budi", &json!({"member_no": "BUD 0002"}));
            scene.make("Ani", &json!({}));
            for (name, proves) in SURFACES {
                println!("{}: {name}", object.name);
                proves(&scene);
            }
        }
        let ids: Vec<String> = objects.iter().map(|object| {
            let filter = format!("{} = Siti", object.title);
            let page = app.client().list(object.plural, &[("filter", &filter)]).ok(200);
            id(&page["items"][0])
        }).collect();
        told::webhooks(&mut app, &objects);
        app.at.terminate();
        for id in ids {
            told::events(&app, &id);
        }
    }

    fn what_takes_no_fields_is_refused(app: TestApp) {
        for object in OBJECTS.iter().filter(|object| !object.extensible) {
            let body = merged(json!({"kind": "text", "label": "Tier"}), &json!({"object": object.name}));
            assert_eq!(app.client().post("custom-fields", &body).faults(), ["/object not_a_choice"], "{}", object.name);
        }
        let body = json!({"object": "activity", "kind": "relation", "label": "After", "target": "activity"});
        assert_eq!(app.client().post("custom-fields", &body).faults(), ["/target not_a_choice"]);
    }
}
