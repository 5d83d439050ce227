//! Discounts above what a role may give.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{limits, quote_with, send, set_lines};
use crate::bodies::{id, membership, place, version};

/// A quote with more than an admin may give; and that admin's client.
pub fn above(client: &Client) -> (Value, Client) {
    limits(client, &json!({"admin": 10}));
    let mate = admin_of(client);
    (quote_with(&mate, json!({}), 20), mate)
}

/// A quote that waits for approval, asked for by an admin who is limited; and that admin's client.
pub fn asked(client: &Client) -> (Value, Client) {
    let (quote, mate) = above(client);
    let at = format!("quotes/{}", id(&quote));
    mate.verb(
        &format!("{at}/request-approval"),
        version(&quote),
        &json!({}),
    )
    .ok(200);
    (client.get(&at).ok(200), mate)
}

fn admin_of(client: &Client) -> Client {
    let email = relasi_tests::fresh_email("admin");
    let invited = client
        .post("invitations", &json!({"email": email, "role": "admin"}))
        .ok(201);
    let token = invited["token"].as_str().expect("a token");
    let open = client.anonymous();
    let body = json!({"full_name": "Dewi", "password": relasi_tests::PASSWORD, "language": "en"});
    let joined = open.post(&format!("invitations/{token}/accept"), &body);
    assert!((200..300).contains(&joined.status), "{}", joined.text());
    relasi_tests::Member::sign_in(&open, &email).client
}

fn kinds(client: &Client) -> Vec<Value> {
    client.all("notifications", &[], "kind")
}

on_both! {
    fn who_may_not_give_that_much_asks_further_up(app: TestApp) {
        let client = app.client();
        limits(client, &json!({"member": 10, "manager": 20}));
        let (boss, mate) = (app.member("manager"), app.member("member"));
        let above = id(&membership(client, &boss.email));
        place(client, &mate.email, &json!({"manager_id": above}));
        let mate = mate.client;
        // Within the limit.
        let quote = quote_with(&mate, json!({}), 10);
        let at = format!("quotes/{}", id(&quote));
        mate.verb(&format!("{at}/request-approval"), version(&quote), &json!({})).problem(409, "no_approval_needed");
        send(&mate, &quote);
        // Above it, and within that of the manager.
        let quote = quote_with(&mate, json!({}), 15);
        let at = format!("quotes/{}", id(&quote));
        mate.verb(&format!("{at}/send"), version(&quote), &json!({})).problem(409, "approval_needed");
        boss.client.verb(&format!("{at}/approve"), version(&quote), &json!({})).problem(409, "quote_not_waiting");
        let waiting = mate.verb(&format!("{at}/request-approval"), version(&quote), &json!({})).ok(200);
        assert_eq!((&waiting["status"], &waiting["approver_id"]), (&json!("waiting"), &json!(boss.id)));
        assert_eq!(kinds(&boss.client), ["quote_approval"]);
        mate.verb(&format!("{at}/send"), version(&waiting), &json!({})).problem(409, "quote_waits");
        mate.verb(&format!("{at}/approve"), version(&waiting), &json!({})).problem(403, "forbidden");
        app.member("member").client.verb(&format!("{at}/approve"), version(&waiting), &json!({})).problem(403, "forbidden");
        let rejected = boss.client.verb(&format!("{at}/reject"), version(&waiting), &json!({"reason": " Terlalu banyak "})).ok(200);
        assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("draft"), &json!("Terlalu banyak")));
        assert_eq!(kinds(&mate), ["quote_rejected"]);
        let again = mate.verb(&format!("{at}/request-approval"), version(&rejected), &json!({})).ok(200);
        let approved = boss.client.verb(&format!("{at}/approve"), version(&again), &json!({})).ok(200);
        assert_eq!((&approved["status"], &approved["reason"]), (&json!("approved"), &Value::Null));
        // A change takes the approval back; without one it is sent.
        let changed = mate.patch(&at, version(&approved), &json!({"terms": "Lain"})).ok(200);
        assert_eq!((&changed["status"], &changed["approver_id"], &changed["revision"]), (&json!("draft"), &Value::Null, &json!(1)));
        let again = mate.verb(&format!("{at}/request-approval"), version(&changed), &json!({})).ok(200);
        boss.client.verb(&format!("{at}/approve"), version(&again), &json!({})).ok(200);
        send(&mate, &quote);
    }

    fn what_nobody_in_between_may_give_goes_to_an_owner(app: TestApp) {
        let client = app.client();
        limits(client, &json!({"member": 10, "manager": 20, "admin": 0}));
        let (boss, mate) = (app.member("manager"), app.member("member"));
        let above = id(&membership(client, &boss.email));
        place(client, &mate.email, &json!({"manager_id": above}));
        let quote = quote_with(&mate.client, json!({}), 30);
        let at = format!("quotes/{}", id(&quote));
        let waiting = mate.client.verb(&format!("{at}/request-approval"), version(&quote), &json!({})).ok(200);
        assert_eq!(waiting["approver_id"], json!(app.owner.id));
        boss.client.verb(&format!("{at}/approve"), version(&waiting), &json!({})).problem(403, "forbidden");
        app.member("admin").client.verb(&format!("{at}/approve"), version(&waiting), &json!({})).problem(403, "forbidden");
        for wrong in [json!({}), json!({"reason": "  "}), json!({"reason": "x".repeat(1_001)})] {
            assert_eq!(client.verb(&format!("{at}/reject"), version(&waiting), &wrong).status, 422, "{wrong}");
        }
        client.verb(&format!("{at}/approve"), version(&waiting), &json!({})).ok(200);
    }

    fn a_lower_price_is_a_discount_too(app: TestApp) {
        let client = app.client();
        limits(client, &json!({"member": 10}));
        let mate = app.member("member").client;
        let gayo = client.create("products", &json!({"name": "Gayo", "price": 100_000, "currency": "IDR"}));
        let quote = mate.create("quotes", &json!({"name": "Murah", "currency": "IDR"}));
        let at = format!("quotes/{}", id(&quote));
        let line = json!([{"product_id": gayo["id"], "quantity": 3, "unit_price": 80_000}]);
        let lines = set_lines(&mate, &at, 1, &line).ok(200);
        assert_eq!(lines["discount_share"], 20);
        mate.verb(&format!("{at}/send"), 2, &json!({})).problem(409, "approval_needed");
    }
}
