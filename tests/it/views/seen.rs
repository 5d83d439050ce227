//! Who sees and changes a saved view.

use relasi_tests::{Member, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{id, make, make_with, version};

const ROLES: [&str; 4] = ["admin", "manager", "member", "read_only"];

fn view(author: &Member, members: Value) -> (String, Value) {
    let made = make_with(&author.client, "saved_view", members);
    (format!("saved-views/{}", id(&made)), made)
}

on_both! {
    fn a_view_is_private_until_it_is_shown(app: TestApp) {
        let author = app.member("member");
        let (hidden, private) = view(&author, json!({"name": "Punya saya"}));
        let (shown, open) = view(&author, json!({"name": "Bersama", "visibility": "everyone", "locked": true}));
        assert_eq!((&private["owner_id"], &private["visibility"]), (&json!(author.id), &json!("private")));
        for role in ROLES {
            let reader = app.member(role);
            for part in ["", "/history", "/timeline"] {
                reader.client.get(&format!("{hidden}{part}")).problem(404, "not_found");
                assert_eq!(reader.client.get(&format!("{shown}{part}")).status, 200, "{role}");
            }
            assert_eq!(reader.client.all("saved-views", &[], "id"), [open["id"].clone()], "{role}");
            assert_eq!(reader.client.get("saved-views/count").ok(200)["count"], 1);
            reader.client.patch(&hidden, 1, &json!({"sort": "city"})).problem(404, "not_found");
            reader.client.delete(&hidden, 1).problem(404, "not_found");
            reader.client.post(&format!("{hidden}/restore"), &json!({})).problem(404, "not_found");
        }
        assert_eq!(author.client.all("saved-views", &[("sort", "name")], "name"), ["Bersama", "Punya saya"]);
        author.client.patch(&shown, 1, &json!({"visibility": "private"})).ok(200);
        app.client().get(&shown).problem(404, "not_found");
        author.client.delete(&shown, 2).ok(204);
        author.client.post(&format!("{shown}/restore"), &json!({})).ok(200);
    }

    fn an_open_view_is_changed_by_all_and_a_locked_one_by_those_who_answer_for_it(app: TestApp) {
        let author = app.member("member");
        for role in ROLES {
            let reader = app.member(role);
            let strong = role == "admin";
            let (locked, _) = view(&author, json!({"visibility": "everyone", "locked": true}));
            let (open, _) = view(&author, json!({"visibility": "everyone"}));
            let may = |allowed: bool| if allowed { 200 } else { 403 };
            let patch = |at: &str, body: Value| {
                let now = version(&author.client.get(at).ok(200));
                reader.client.patch(at, now, &body).status
            };
            assert_eq!(patch(&locked, json!({"filter": "city = Bandung"})), may(strong), "{role}");
            assert_eq!(patch(&open, json!({"filter": "city = Bandung", "group_by": "city"})), may(role != "read_only"), "{role}");
            for mine in [
                json!({"visibility": "private"}), json!({"locked": true}), json!({"name": "x"}), json!({"pinned": true}),
                json!({"owner_id": reader.id}),
            ] {
                let (open, _) = view(&author, json!({"visibility": "everyone"}));
                assert_eq!(patch(&open, mine.clone()), may(strong), "{role} {mine}");
            }
            let now = version(&author.client.get(&locked).ok(200));
            let gone = if strong { 204 } else { 403 };
            assert_eq!(reader.client.delete(&locked, now).status, gone, "{role}");
        }
    }

    fn a_view_of_a_team_is_for_its_members(app: TestApp) {
        let [team, other] = [0, 1].map(|_| id(&make(app.client(), "team")));
        let author = app.member("member");
        let within = app.owner.invite("member", Some(&team));
        let without = app.owner.invite("member", Some(&other));
        let (at, _) = view(&author, json!({"visibility": "team", "team_id": team}));
        assert_eq!(within.client.all("saved-views", &[], "id").len(), 1);
        within.client.get(&at).ok(200);
        without.client.get(&at).problem(404, "not_found");
        app.client().get(&at).problem(404, "not_found");
        assert_eq!(without.client.all("saved-views", &[], "id").len(), 0);
        within.client.patch(&at, 1, &json!({"sort": "-created_at"})).ok(200);
        within.client.patch(&at, 2, &json!({"team_id": other})).problem(403, "forbidden");
        author.client.patch(&at, 2, &json!({"locked": true})).ok(200);
        within.client.patch(&at, 3, &json!({"sort": "city"})).problem(403, "forbidden");
        without.client.patch(&at, 3, &json!({"sort": "city"})).problem(404, "not_found");
        let copy = within.client.get(&at).ok(200);
        let body = json!({"name": "Salinan", "object": copy["object"], "sort": copy["sort"]});
        let own = within.client.create("saved-views", &body);
        assert_eq!((&own["owner_id"], &own["visibility"]), (&json!(within.id), &json!("private")));
        author.client.patch(&at, 3, &json!({"team_id": other})).ok(200);
        within.client.get(&at).problem(404, "not_found");
        without.client.get(&at).ok(200);
    }
}
