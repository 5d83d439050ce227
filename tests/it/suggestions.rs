//! What is suggested: deals that need attention, contacts without a next step, products that go with others.

use chrono::{Days, TimeDelta, Utc};
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id, make_with, merged, pipeline, version},
    jobs::run_schedule,
};

fn items(client: &Client, path: &str) -> Vec<Value> {
    client.get(path).ok(200)["items"]
        .as_array()
        .unwrap()
        .clone()
}

fn names(all: &[Value]) -> Vec<&str> {
    all.iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect()
}

fn dismiss(client: &Client, body: &Value) -> relasi_tests::Reply {
    client.post("suggestions/dismiss", body)
}

on_both! {
    fn deals_and_contacts_that_need_somebody(app: TestApp) {
        let client = app.client();
        let (pipeline, stages) = pipeline(client);
        let place = json!({"pipeline_id": pipeline, "stage_id": stages[0], "currency": "IDR"});
        let deal = |members: &Value| make_with(client, "deal", merged(place.clone(), members));
        let day = |days: u64, past: bool| {
            // Of the workspace, where tomorrow begins at five in the evening.
            let today = (Utc::now() + TimeDelta::hours(7)).date_naive();
            let day = if past { today.checked_sub_days(Days::new(days)) } else { today.checked_add_days(Days::new(days)) };
            day.unwrap().to_string()
        };
        let soon = (Utc::now() + TimeDelta::days(2)).to_rfc3339();
        let step = |members: Value| client.create("activities", &merged(json!({"kind": "task", "subject": "Telepon", "due_at": soon}), &members));
        let siti = client.create("contacts", &json!({"full_name": "Siti"}));
        let late = deal(&json!({"name": "Lewat", "amount": 100, "close_date": day(3, true), "contact_id": siti["id"]}));
        let bare = deal(&json!({"name": "Kosong", "amount": 1_000, "close_date": day(20, false)}));
        let fine = deal(&json!({"name": "Baik", "amount": 9_000, "close_date": day(20, false)}));
        step(json!({"deal_id": fine["id"]}));
        let found = items(client, "suggestions/deals");
        assert_eq!(names(&found), ["Kosong", "Lewat"], "amount times urgency");
        let why = |deal: &Value| deal["reasons"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(why(&found[0]), ["no_next_step", "no_decision_maker"]);
        assert_eq!(why(&found[1]), ["overdue", "no_next_step", "no_decision_maker"]);
        assert_eq!(found[1]["reasons"][0]["number"], 3);
        // Put off twice: the history tells.
        for days in [25, 30] {
            let now = client.get(&format!("deals/{}", id(&bare))).ok(200);
            client.patch(&format!("deals/{}", id(&bare)), version(&now), &json!({"close_date": day(days, false)})).ok(200);
        }
        assert_eq!(why(&items(client, "suggestions/deals")[0]), ["no_next_step", "pushed", "no_decision_maker"]);
        // Put off for a week, and brought back.
        let rest = json!({"object": "deal", "record_id": bare["id"], "days": 7});
        dismiss(client, &rest).ok(204);
        assert_eq!(names(&items(client, "suggestions/deals")), ["Lewat"]);
        dismiss(client, &merged(rest, &json!({"days": 0}))).ok(204);
        assert_eq!(items(client, "suggestions/deals").len(), 2);
        // A plan makes it better.
        step(json!({"deal_id": bare["id"]}));
        assert_eq!(why(&items(client, "suggestions/deals")[0]), ["pushed", "no_decision_maker"]);
        // Each has a list of their own.
        let mate = app.member("member").client;
        assert_eq!(items(&mate, "suggestions/deals").len(), 0);
        assert_eq!(items(&mate, "suggestions/deals?whose=all").len(), 2);
        // Contacts: one with an open deal, one with whom somebody spoke, one with a plan.
        let budi = client.create("contacts", &json!({"full_name": "Budi"}));
        client.create("activities", &json!({"kind": "call", "subject": "Halo", "contact_id": budi["id"], "done_at": Utc::now()}));
        let malee = client.create("contacts", &json!({"full_name": "Malee"}));
        client.create("activities", &json!({"kind": "call", "subject": "Halo", "contact_id": malee["id"], "done_at": Utc::now()}));
        step(json!({"contact_id": malee["id"]}));
        client.create("contacts", &json!({"full_name": "Diam"}));
        let found = items(client, "suggestions/contacts");
        assert_eq!(names(&found), ["Siti", "Budi"]);
        assert_eq!((&found[0]["open_deal"], &found[1]["open_deal"]), (&json!(true), &json!(false)));
        assert_eq!(items(&mate, "suggestions/contacts").len(), 0);
        dismiss(client, &json!({"object": "contact", "record_id": budi["id"]})).ok(204);
        step(json!({"deal_id": late["id"], "contact_id": siti["id"]}));
        assert_eq!(items(client, "suggestions/contacts").len(), 0);
        // What can't be put off.
        assert_eq!(dismiss(client, &json!({"object": "lead", "record_id": budi["id"]})).faults(), ["/object not_a_choice"]);
        assert_eq!(dismiss(client, &json!({"object": "deal", "record_id": bare["id"], "days": 366})).faults(), ["/days out_of_range"]);
        dismiss(client, &json!({"object": "deal", "record_id": app.owner.id})).problem(404, "not_found");
    }

    fn products_go_with_what_was_bought_together(app: TestApp) {
        let client = app.client();
        let product = |name: &str| client.create("products", &json!({"name": fresh(name), "price": 1_000, "currency": "IDR"}));
        let [beans, filters, cups, mugs] = ["Biji", "Saringan", "Gelas", "Cangkir"].map(product);
        let company = client.create("companies", &json!({"name": fresh("Kopi Senja")}));
        let deal = |products: &[&Value], more: &Value| {
            let made = make_with(client, "deal", merged(json!({"currency": "IDR"}), more));
            let lines: Vec<Value> = products.iter().map(|one| json!({"product_id": one["id"], "quantity": 1})).collect();
            let at = format!("deals/{}/lines", id(&made));
            client.json(Method::PUT, &at, &[("if-match", "\"1\"")], &json!({"lines": lines})).ok(200);
            made
        };
        let won = |products: &[&Value], more: &Value| {
            let made = deal(products, more);
            let now = client.get(&format!("deals/{}", id(&made))).ok(200);
            client.verb(&format!("deals/{}/win", id(&made)), version(&now), &json!({})).ok(200);
        };
        // Ten purchases: beans with filters four times, twice alone, cups with mugs four times.
        for _ in 0..4 {
            won(&[&beans, &filters], &json!({}));
            won(&[&cups, &mugs], &json!({}));
        }
        won(&[&beans], &json!({"company_id": company["id"]}));
        won(&[&beans, &cups], &json!({}));
        deal(&[&beans, &mugs], &json!({}));
        let asked = deal(&[&beans], &json!({}));
        let at = format!("deals/{}/product-suggestions", id(&asked));
        assert_eq!(items(client, &at).len(), 0, "not worked out yet");
        run_schedule(&app, "products.pairs");
        let found = items(client, &at);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((&found[0]["product_id"], &found[0]["because_id"]), (&filters["id"], &beans["id"]));
        // 4 of 10 purchases; 4 of the 6 with beans; against 4 of 10.
        let figures = ["together", "purchases", "support", "confidence", "lift"].map(|name| found[0][name].as_i64().unwrap());
        assert_eq!(figures, [4, 10, 4_000, 6_667, 166]);
        let of_company = format!("companies/{}/product-suggestions", id(&company));
        assert_eq!(items(client, &of_company)[0]["product_id"], filters["id"]);
        // Turned down for this deal, by those who may change it; not for the company.
        let rest = json!({"object": "deal", "record_id": asked["id"], "product_id": filters["id"]});
        dismiss(&app.member("read_only").client, &rest).problem(403, "forbidden");
        dismiss(client, &rest).ok(204);
        assert_eq!(items(client, &at).len(), 0);
        assert_eq!(items(client, &of_company).len(), 1);
        run_schedule(&app, "products.pairs");
        assert_eq!(items(client, &at).len(), 0, "that is remembered");
        client.get(&format!("deals/{}/product-suggestions", app.owner.id)).problem(404, "not_found");
    }
}
