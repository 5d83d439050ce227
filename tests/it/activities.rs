//! Activities: what is logged, what is due, and what the records concerned know of it.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{fresh, id, make, make_with, merged, pipeline, version};

/// A contact, its company and a deal of both.
struct Scene {
    contact: String,
    company: String,
    deal: String,
}

impl Scene {
    fn set(client: &Client) -> Self {
        let company = id(&make(client, "company"));
        let contact = id(&make_with(
            client,
            "contact",
            json!({"company_id": company}),
        ));
        let (pipeline, stages) = pipeline(client);
        let deal = json!({
            "name": fresh("Mesin"), "pipeline_id": pipeline, "stage_id": stages[0], "currency": "IDR", "contact_id": contact,
            "company_id": company,
        });
        Self {
            deal: id(&client.create("deals", &deal)),
            contact,
            company,
        }
    }

    fn paths(&self) -> [String; 3] {
        [
            format!("contacts/{}", self.contact),
            format!("companies/{}", self.company),
            format!("deals/{}", self.deal),
        ]
    }

    /// Next step and last activity, which contact, company and deal must agree on, and their version, which stays.
    #[track_caller]
    fn times(&self, client: &Client) -> (Value, Value) {
        let all = self.paths().map(|path| {
            let record = client.get(&path).ok(200);
            assert_eq!(
                version(&record),
                1,
                "what is maintained is no change of the record"
            );
            (
                record["next_step_at"].clone(),
                record["last_activity_at"].clone(),
            )
        });
        assert!(all[0] == all[1] && all[1] == all[2], "{all:?}");
        all[0].clone()
    }

    fn log(&self, client: &Client, members: Value) -> Value {
        client.create(
            "activities",
            &merged(
                json!({"subject": fresh("Telepon"), "deal_id": self.deal}),
                &members,
            ),
        )
    }
}

/// Activities on a timeline, newest first, as they come with their event.
fn told(client: &Client, path: &str) -> Vec<Value> {
    let items = client.get(&format!("{path}/timeline")).ok(200)["items"].clone();
    let events = items
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["kind"] == "activity");
    events
        .map(|event| event["record"]["subject"].clone())
        .collect()
}

const DAY_1: &str = "2031-01-01T02:00:00.000000Z";
const DAY_2: &str = "2031-01-02T02:00:00.000000Z";
const DAY_3: &str = "2031-01-03T02:00:00.000000Z";

on_both! {
    fn what_is_logged_is_done_and_stands_on_every_timeline(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        assert_eq!(scene.times(client), (Value::Null, Value::Null));
        let call = scene.log(client, json!({"kind": "call", "outcome": "reached", "direction": "outbound", "duration_minutes": 12}));
        assert_eq!((&call["contact_id"], &call["company_id"]), (&json!(scene.contact), &json!(scene.company)), "taken from the deal");
        assert_eq!(call["done_at"], call["created_at"]);
        assert_eq!(scene.times(client), (Value::Null, call["done_at"].clone()));
        let note = scene.log(client, json!({"kind": "note", "body": "Suka kopi Gayo"}));
        let early = scene.log(client, json!({"kind": "meeting", "done_at": "2020-02-03T04:05:06Z"}));
        assert_eq!(early["done_at"], "2020-02-03T04:05:06.000000Z");
        assert_eq!(scene.times(client).1, note["done_at"], "the latest counts");
        for path in scene.paths() {
            assert_eq!(told(client, &path), [&note, &call, &early].map(|activity| activity["subject"].clone()), "{path}");
        }
        let of_contact = client.create("activities", &json!({"kind": "note", "subject": "Hanya kontak", "contact_id": scene.contact}));
        assert_eq!((&of_contact["company_id"], &of_contact["deal_id"]), (&json!(scene.company), &Value::Null));
        let counts = scene.paths().map(|path| told(client, &path).len());
        assert_eq!(counts, [4, 4, 3]);
        let filter = format!("contact_id = \"{}\" and kind = note", scene.contact);
        assert_eq!(client.all("activities", &[("filter", &filter), ("sort", "created_at")], "id"), [note["id"].clone(), of_contact["id"].clone()]);
    }

    fn the_earliest_open_step_is_the_next_one(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let step = |due: &str| scene.log(client, json!({"kind": "task", "due_at": due}));
        let second = step(DAY_2);
        assert_eq!((&second["done_at"], scene.times(client).0), (&Value::Null, json!(DAY_2)));
        let third = step(DAY_3);
        assert_eq!(scene.times(client).0, DAY_2);
        let first = step(DAY_1);
        assert_eq!(scene.times(client), (json!(DAY_1), Value::Null));
        for path in scene.paths() {
            assert!(told(client, &path).is_empty(), "steps are no past");
        }
        let at = |step: &Value| format!("activities/{}", id(step));
        let done = client.verb(&format!("{}/complete", at(&first)), 1, &json!({"outcome": "reached"})).ok(200);
        assert_eq!((&done["outcome"], version(&done)), (&json!("reached"), 2));
        assert_eq!(scene.times(client), (json!(DAY_2), done["done_at"].clone()));
        client.verb(&format!("{}/complete", at(&first)), 2, &json!({})).problem(409, "activity_is_done");
        let past = json!({"done_at": "2025-05-05T05:05:05Z", "outcome": null});
        client.verb(&format!("{}/complete", at(&second)), 1, &past).ok(200);
        assert_eq!(scene.times(client), (json!(DAY_3), done["done_at"].clone()));
        for path in scene.paths() {
            assert_eq!(told(client, &path), [first["subject"].clone(), second["subject"].clone()], "{path}");
        }
        let open = client.verb(&format!("{}/reopen", at(&first)), 2, &json!({})).ok(200);
        assert_eq!((&open["done_at"], version(&open)), (&Value::Null, 3));
        assert_eq!(scene.times(client), (json!(DAY_1), json!("2025-05-05T05:05:05.000000Z")));
        assert_eq!(told(client, &scene.paths()[0]), [second["subject"].clone()]);
        client.patch(&at(&first), 3, &json!({"due_at": null})).ok(200);
        assert_eq!(scene.times(client).0, DAY_3);
        client.delete(&at(&third), 1).ok(204);
        assert_eq!(scene.times(client).0, Value::Null);
        client.post(&format!("{}/restore", at(&third)), &json!({})).ok(200);
        assert_eq!(scene.times(client).0, DAY_3);
        client.delete(&at(&second), 2).ok(204);
        assert_eq!(scene.times(client), (json!(DAY_3), Value::Null), "what is in the trash did not happen");
        assert!(told(client, &scene.paths()[2]).is_empty());
        client.post(&format!("{}/restore", at(&second)), &json!({})).ok(200);
        assert_eq!(told(client, &scene.paths()[2]).len(), 1);
    }

    fn a_step_that_changes_hands_is_known_on_both_sides(app: TestApp) {
        let client = app.client();
        let [first, second] = [0, 1].map(|_| id(&make(client, "contact")));
        let task = client.create("activities", &json!({"kind": "task", "subject": "Kirim", "contact_id": first, "due_at": DAY_1}));
        let next = |contact: &str| client.get(&format!("contacts/{contact}")).ok(200)["next_step_at"].clone();
        assert_eq!((next(&first), next(&second)), (json!(DAY_1), Value::Null));
        let at = format!("activities/{}", id(&task));
        client.patch(&at, 1, &json!({"contact_id": second, "due_at": DAY_2})).ok(200);
        assert_eq!((next(&first), next(&second)), (Value::Null, json!(DAY_2)));
        client.patch(&at, 2, &json!({"contact_id": null})).ok(200);
        assert_eq!((next(&first), next(&second)), (Value::Null, Value::Null));
        assert_eq!(client.all("contacts", &[("filter", "next_step_at is empty")], "id").len(), 2);
    }

    fn steps_without_a_time_are_open_and_notes_are_not_due(app: TestApp) {
        let client = app.client();
        let task = make(client, "activity");
        assert_eq!((&task["done_at"], &task["due_at"]), (&Value::Null, &Value::Null));
        let at = format!("activities/{}", id(&task));
        let same = client.verb(&format!("{at}/reopen"), 1, &json!({})).ok(200);
        assert_eq!(same, task, "it is open");
        let note = json!({"kind": "note", "subject": "x", "due_at": DAY_1});
        assert_eq!(client.post("activities", &note).faults(), ["/due_at note_has_no_due_time"]);
        let call = client.create("activities", &json!({"kind": "call", "subject": "x", "due_at": DAY_1}));
        assert_eq!(call["done_at"], Value::Null, "a call with a time is planned");
        assert_eq!(client.verb(&format!("{at}/complete"), 1, &json!({"outcome": "nonsense"})).faults(), ["/outcome not_a_choice"]);
        assert_eq!(client.verb(&format!("{at}/complete"), 1, &json!({"surprise": 1})).faults(), ["/surprise unknown_member"]);
        assert_eq!(client.verb(&format!("{at}/complete"), 1, &json!({"done_at": "yesterday"})).status, 422);
        client.post(&format!("{at}/complete"), &json!({})).problem(428, "version_required");
        client.verb(&format!("{at}/complete"), 7, &json!({})).problem(412, "stale_version");
        assert_eq!(client.patch(&at, 1, &json!({"done_at": DAY_1})).faults(), ["/done_at read_only_member"]);
        assert_eq!(client.get(&at).ok(200), task);
    }
}
