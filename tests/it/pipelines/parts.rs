//! People of deals and their roles.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::{Scene, at};
use crate::bodies::{id, make, make_with, version};

on_both! {
    fn deals_are_found_by_the_roles_that_are_filled(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let [one, other] = [(); 2].map(|()| scene.deal(client, json!({})));
        let [siti, budi] = [(); 2].map(|()| make(client, "contact"));
        let role = |deal: &Value, contact: &Value, role: &str| {
            make_with(client, "deal_contact", json!({"deal_id": deal["id"], "contact_id": contact["id"], "role": role, "note": "Bertemu di pameran"}))
        };
        let decides = role(&one, &siti, "decision_maker");
        role(&one, &siti, "champion");
        role(&one, &budi, "decision_maker");
        role(&other, &budi, "user");
        let twice = json!({"deal_id": one["id"], "contact_id": siti["id"], "role": "champion"});
        assert_eq!(client.post("deal-contacts", &twice).faults(), ["/role role_is_there"]);
        let found = |filter: &str| {
            let mut ids = client.all("deals", &[("filter", filter)], "id");
            ids.sort_by_key(ToString::to_string);
            ids
        };
        assert_eq!(found("contact_roles has decision_maker"), [id(&one)]);
        assert_eq!(found("contact_roles has user"), [id(&other)]);
        assert_eq!(client.get(&at(&one)).ok(200)["contact_roles"], json!(["decision_maker", "champion"]));
        assert_eq!(client.get(&at(&one)).ok(200)["version"], 1, "the deal itself was not changed");
        let people = client.get(&format!("{}/contacts", at(&one))).ok(200);
        assert_eq!(people["items"].as_array().unwrap().len(), 3);
        assert_eq!(people["included"]["contacts"].as_array().unwrap().len(), 2);
        let of_budi = format!("contact_id = \"{}\"", id(&budi));
        assert_eq!(client.all("deal-contacts", &[("filter", &of_budi)], "role").len(), 2);
        // A role that goes leaves the other one of its kind.
        let gone = format!("deal-contacts/{}", id(&decides));
        client.delete(&gone, 1).ok(204);
        assert_eq!(found("contact_roles has decision_maker"), [id(&one)]);
        client.post(&format!("{gone}/restore"), &json!({})).ok(200);
        let changed = client.patch(&gone, 3, &json!({"role": "blocker"})).ok(200);
        assert_eq!(version(&changed), 4);
        assert_eq!(found("contact_roles has blocker"), [id(&one)]);
        let kinds = client.all(&format!("contacts/{}/timeline", id(&siti)), &[], "kind");
        assert!(kinds.contains(&json!("deal_contact.created")), "{kinds:?}");
        let kinds = client.all(&format!("{}/timeline", at(&one)), &[], "kind");
        assert_eq!(kinds.iter().filter(|kind| **kind == "deal_contact.created").count(), 3);
    }

    fn people_who_become_one_have_each_role_once(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let deal = scene.deal(client, json!({}));
        let [survivor, loser] = [(); 2].map(|()| make(client, "contact"));
        for (contact, role) in [(&survivor, "user"), (&loser, "user"), (&loser, "buyer")] {
            make_with(client, "deal_contact", json!({"deal_id": deal["id"], "contact_id": contact["id"], "role": role}));
        }
        let order = json!({"loser_id": loser["id"], "loser_version": 1});
        let merged = client.verb(&format!("contacts/{}/merge", id(&survivor)), 1, &order).ok(200);
        let people = || client.get(&format!("{}/contacts", at(&deal))).ok(200)["items"].as_array().unwrap().clone();
        assert!(people().iter().all(|one| one["contact_id"] == survivor["id"]));
        assert_eq!(people().len(), 2);
        client.post(&format!("merges/{}/undo", id(&merged["merge"])), &json!({})).ok(200);
        assert_eq!(people().iter().filter(|one| one["contact_id"] == loser["id"]).count(), 2);
    }

    fn parts_go_with_the_deal_to_its_next_owner(app: TestApp) {
        let client = app.client();
        let [giver, taker] = [app.member("member"), app.member("member")];
        let deal = make(&giver.client, "deal");
        let contact = make(client, "contact");
        let role = make_with(&giver.client, "deal_contact", json!({"deal_id": deal["id"], "contact_id": contact["id"]}));
        let mine = make_with(client, "deal_contact", json!({"deal_id": deal["id"], "contact_id": contact["id"], "role": "user"}));
        let path = format!("deal-contacts/{}", id(&role));
        taker.client.patch(&path, 1, &json!({"note": "x"})).problem(403, "forbidden");
        client.patch(&at(&deal), 1, &json!({"owner_id": taker.id})).ok(200);
        taker.client.patch(&path, 1, &json!({"note": "x"})).ok(200);
        let kept = client.get(&format!("deal-contacts/{}", id(&mine))).ok(200);
        assert_eq!(kept["owner_id"], app.owner.id, "what others named stays theirs");
        let seen = taker.client.get(&format!("{}/contacts", at(&deal))).ok(200);
        assert_eq!(seen["items"].as_array().unwrap().len(), 2);
    }
}
