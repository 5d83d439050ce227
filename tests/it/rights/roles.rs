//! Roles are made, changed and removed by those who may, with no right that they don't have.

use relasi_tests::{Backend, Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{member_with, role};
use crate::bodies::{fresh, id, make, make_with, membership, place, version};

fn rights(see: &str) -> Value {
    json!({"records": {"see": see, "add": see, "edit": see}})
}

/// Reads a contact until it is refused; a server that did not hear of the change may lag behind by a moment.
fn is_soon_refused(client: &Client, at: &str) {
    let begun = std::time::Instant::now();
    while client.get(at).status != 404 {
        assert!(begun.elapsed().as_secs() < 5, "still seen after 5 s");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

on_both! {
    fn a_role_lives_and_dies(app: TestApp) {
        let client = app.client();
        let body = json!({"name": " Penjual ", "description": "Own deals", "rights": {
            "records": {"see": "team", "add": "all", "edit": "own"}, "objects": {"deal": {"see": "own"}}, "workspace": ["import"],
        }});
        let reply = client.post("roles", &body);
        let made = reply.body();
        assert_eq!(reply.status, 201, "{made}");
        assert_eq!(reply.header("location"), format!("/api/v1/roles/{}", id(&made)));
        assert_eq!((&made["name"], &made["built_in"], &made["members"]), (&json!("Penjual"), &json!(false), &json!(0)));
        assert_eq!(made["rights"]["records"], json!({"see": "team", "add": "all", "edit": "own", "delete": "none", "export": "none"}));
        assert_eq!(made["rights"]["objects"]["deal"], json!({"see": "own", "add": "all", "edit": "own", "delete": "none", "export": "none"}));
        assert_eq!(made["rights"]["workspace"], json!(["import"]));
        let at = format!("roles/{}", id(&made));
        client.json(relasi_tests::Method::PATCH, &at, &[], &json!({"name": "Sales"})).problem(428, "version_required");
        client.patch(&at, 7, &json!({"name": "Sales"})).problem(412, "stale_version");
        let changed = client.patch(&at, 1, &json!({"name": "Sales"})).ok(200);
        assert_eq!((&changed["rights"], version(&changed)), (&made["rights"], 2));
        let twin = client.post("roles", &json!({"name": "SALES", "rights": rights("own")}));
        assert_eq!(twin.faults(), ["/name not_unique"]);
        let copied = client.post(&format!("{at}/copy"), &json!({"name": "Sales 2"})).ok(201);
        assert_eq!((&copied["rights"], &copied["description"]), (&changed["rights"], &json!("Own deals")));
        let manager = client.post("roles/manager/copy", &json!({"name": "Leader"})).ok(201);
        assert_eq!(manager["rights"], client.get("roles/manager").ok(200)["rights"]);
        let named: Vec<Value> = client.get("roles").ok(200)["items"].as_array().unwrap().iter()
            .map(|role| if role["built_in"] == true { role["id"].clone() } else { role["name"].clone() }).collect();
        assert_eq!(named, ["owner", "admin", "manager", "member", "read_only", "Leader", "Sales", "Sales 2"]);
        client.delete(&at, 2).ok(204);
        client.get(&at).problem(404, "not_found");
        let told = client.list("audit-entries", &[("object", "role")]).ok(200);
        let told: Vec<&Value> = told["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
        assert_eq!(told, ["deleted", "created", "created", "updated", "created"]);
    }

    fn what_is_no_role_is_refused(app: TestApp) {
        let client = app.client();
        let post = |name: &str, rights: Value| client.post("roles", &json!({"name": name, "rights": rights})).faults();
        assert_eq!(post("", rights("own")), ["/name required"]);
        assert_eq!(post("A", json!({"records": {"see": "own", "edit": "team"}})), ["/rights/records/edit beyond_see"]);
        assert_eq!(post("A", json!({"records": {"see": "tree", "delete": "team"}})), ["/rights/records/delete beyond_see"]);
        assert_eq!(post("A", json!({"records": {"see": "all"}, "objects": {"deal": {"see": "own", "export": "all"}}})), ["/rights/objects/deal/export beyond_see"]);
        for wrong in [json!([]), json!({"records": {"see": "some"}}), json!({"records": {}, "objects": {"stage": {"see": "own"}}}), json!({"records": {"audit": "all"}})] {
            assert_eq!(post("A", wrong.clone()), ["/rights malformed"], "{wrong}");
        }
        for built_in in ["owner", "member"] {
            client.patch(&format!("roles/{built_in}"), 1, &json!({"name": "X"})).problem(403, "forbidden");
            client.delete(&format!("roles/{built_in}"), 1).problem(403, "forbidden");
        }
        for unknown in ["root", "0190a000-0000-7000-8000-000000000000"] {
            client.get(&format!("roles/{unknown}")).problem(404, "not_found");
        }
        let guest = json!({"email": "guest@relasi.example", "role": "0190a000-0000-7000-8000-000000000000"});
        assert_eq!(client.post("invitations", &guest).faults(), ["/role no_such_record"]);
    }

    fn nobody_gives_rights_that_they_do_not_have(app: TestApp) {
        let client = app.client();
        let people = json!({"records": {"see": "all", "add": "own", "edit": "own"}, "workspace": ["members"]});
        let people = member_with(&app, &people, None);
        let like = |see: &str, edit: &str| json!({"name": fresh("Peran"), "rights": {"records": {"see": see, "edit": edit}}});
        people.client.post("roles", &like("all", "own")).ok(201);
        people.client.post("roles", &like("all", "team")).problem(403, "forbidden");
        let audit = json!({"name": "Audit", "rights": {"records": {"see": "own"}, "workspace": ["audit"]}});
        people.client.post("roles", &audit).problem(403, "forbidden");
        people.client.post("roles/admin/copy", &json!({"name": "A"})).problem(403, "forbidden");
        people.client.post("roles/read_only/copy", &json!({"name": "R"})).ok(201);
        let weak = role(&app, &rights("own"));
        let strong = role(&app, &rights("all"));
        let reader = app.member("read_only");
        let give = |email: &str, role: &str| {
            let row = membership(client, email);
            people.client.patch(&format!("members/{}", id(&row)), version(&row), &json!({"role": role})).status
        };
        assert_eq!(give(&reader.email, &strong), 403);
        assert_eq!(give(&reader.email, "admin"), 403);
        assert_eq!(give(&reader.email, &weak), 200);
        assert_eq!(give(&app.owner.email, &weak), 403, "nor are those of others taken");
        assert_eq!(give(&app.member("manager").email, &weak), 403);
        people.client.patch(&format!("roles/{strong}"), 1, &json!({"rights": rights("own")})).problem(403, "forbidden");
        people.client.delete(&format!("roles/{strong}"), 1).problem(403, "forbidden");
        people.client.patch(&format!("roles/{weak}"), 1, &json!({"rights": rights("all")})).problem(403, "forbidden");
        people.client.post("invitations", &json!({"email": "a@relasi.example", "role": strong})).problem(403, "forbidden");
        people.client.post("invitations", &json!({"email": "a@relasi.example", "role": weak})).ok(201);
        let listed = people.client.get("roles").ok(200);
        let assignable = |id: &str| listed["items"].as_array().unwrap().iter().find(|role| role["id"] == id).unwrap()["assignable"].clone();
        assert_eq!(["owner", "admin", "read_only", &weak, &strong].map(assignable), [false, false, true, true, false].map(Value::from));
        for plain in ["manager", "member", "read_only"] {
            app.member(plain).client.post("roles", &like("own", "own")).problem(403, "forbidden");
        }
        let last = membership(client, &app.owner.email);
        client.patch(&format!("members/{}", id(&last)), version(&last), &json!({"role": weak})).problem(409, "last_owner");
    }

    fn a_role_in_use_stays(app: TestApp) {
        let client = app.client();
        let held = role(&app, &rights("own"));
        let member = app.owner.invite(&held, None);
        assert_eq!(client.get(&format!("roles/{held}")).ok(200)["members"], 1);
        let row = place(client, &member.email, &json!({"active": false}));
        assert_eq!(row["role"], held.as_str());
        client.delete(&format!("roles/{held}"), 1).problem(409, "role_in_use");
        place(client, &member.email, &json!({"role": "member"}));
        let invited = client.post("invitations", &json!({"email": "b@relasi.example", "role": held})).ok(201);
        let preview = client.get(&format!("invitations/{}/preview", invited["token"].as_str().unwrap())).ok(200);
        assert!(preview["role_name"].as_str().unwrap().starts_with("Peran"), "{preview}");
        client.delete(&format!("roles/{held}"), 1).problem(409, "role_in_use");
        client.delete(&format!("invitations/{}", id(&invited)), 1).ok(204);
        client.delete(&format!("roles/{held}"), 1).ok(204);
    }

    fn a_change_of_a_role_works_with_the_next_request(app: TestApp) {
        let other = (app.at.backend == Backend::Postgres).then(|| app.at.settings.serve());
        let held = role(&app, &rights("all"));
        let member = app.owner.invite(&held, None);
        let contact = make(app.client(), "contact");
        let at = format!("contacts/{}", id(&contact));
        let elsewhere = other.as_ref().map(|server| server.client().with_token(member.client.token.as_deref().unwrap()));
        for client in elsewhere.iter().chain([&member.client]) {
            assert_eq!(client.get(&at).ok(200), contact);
        }
        let me = member.client.get("me").ok(200);
        assert_eq!((&me["role"], &me["rights"]["see"], &me["rights"]["members"]), (&json!(held), &json!("all"), &json!("none")));
        app.client().patch(&format!("roles/{held}"), 1, &json!({"rights": rights("own")})).ok(200);
        member.client.get(&at).problem(404, "not_found");
        assert_eq!(member.client.get("contacts").ok(200)["items"], json!([]));
        if let Some(client) = &elsewhere {
            is_soon_refused(client, &at);
        }
        let session = relasi_tests::Member::sign_in(&app.anonymous(), &member.email).session;
        assert_eq!((&session["role"], &session["rights"]["see"]), (&json!(held), &json!("own")));
        let workspaces = member.client.get("me/workspaces").ok(200);
        assert!(workspaces["items"][0]["role_name"].as_str().unwrap().starts_with("Peran"), "{workspaces}");
    }

    fn single_objects_have_rights_of_their_own(app: TestApp) {
        let only_people = json!({"records": {}, "objects": {"contact": {"see": "all", "add": "own", "edit": "own"}}});
        let member = member_with(&app, &only_people, None);
        let [contact, deal] = ["contact", "deal"].map(|object| make(app.client(), object));
        member.client.get(&format!("contacts/{}", id(&contact))).ok(200);
        member.client.get(&format!("deals/{}", id(&deal))).problem(404, "not_found");
        for empty in ["deals", "companies", "activities"] {
            assert_eq!(member.client.get(empty).ok(200)["items"], json!([]), "{empty}");
        }
        let own = make(&member.client, "contact");
        assert_eq!(own["owner_id"], member.id);
        let for_other = make_with(app.client(), "contact", json!({}));
        member.client.patch(&format!("contacts/{}", id(&for_other)), 1, &json!({"city": "Solo"})).problem(403, "forbidden");
        member.client.post("companies", &json!({"name": "PT"})).problem(403, "forbidden");
        let me = member.client.get("me").ok(200);
        assert_eq!((&me["rights"]["see"], &me["object_rights"]["contact"]["see"]), (&json!("none"), &json!("all")));
        let schema = member.client.get("schema").ok(200);
        let of = |name: &str| schema["objects"].as_array().unwrap().iter().find(|object| object["name"] == name).unwrap()["rights"].clone();
        assert_eq!(of("contact"), json!({"see": "all", "add": "own", "edit": "own", "delete": "none"}));
        assert_eq!(of("deal")["see"], "none");
    }

    fn settings_and_audit_can_be_given_alone(app: TestApp) {
        let given = json!({"records": {"see": "own"}, "workspace": ["settings"]});
        let keeper = member_with(&app, &given, None);
        let pipeline = make(&keeper.client, "pipeline");
        let at = format!("pipelines/{}", id(&pipeline));
        keeper.client.patch(&at, 1, &json!({"name": "Baru"})).ok(200);
        keeper.client.delete(&at, 2).ok(204);
        keeper.client.get("audit-entries").problem(403, "forbidden");
        make(app.client(), "contact");
        // The settings alone do not open what one does not see.
        keeper.client.post("workspace/exports", &json!({})).problem(403, "forbidden");
        let export = json!({"object": "contact", "action": "export", "target": {"q": "Siti"}});
        let export = app.client().post("bulk-operations", &export).ok(202);
        app.finished(export["job_id"].as_str().unwrap());
        keeper.client.get(&format!("bulk-operations/{}/file", id(&export))).problem(404, "not_found");
        keeper.client.post("roles", &json!({"name": "X", "rights": {"records": {}}})).problem(403, "forbidden");
        let reader = member_with(&app, &json!({"records": {"see": "all"}, "workspace": ["audit"]}), None);
        reader.client.get("audit-entries").ok(200);
        reader.client.post("pipelines", &json!({"name": "X", "position": 1, "currency": "IDR"})).problem(403, "forbidden");
    }
}
