//! Lines: which price applies, what they come to, what is refused.

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::set_lines;
use crate::bodies::{fresh, id, make, make_with, pipeline, version};

fn deal(client: &Client, members: Value) -> Value {
    let (pipeline, stages) = pipeline(client);
    let mut body = json!({"name": fresh("Mesin"), "pipeline_id": pipeline, "stage_id": stages[0], "currency": "THB"});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    client.create("deals", &body)
}

fn price(client: &Client, book: &Value, product: &Value, amount: i64, from: Value) -> Value {
    let body = json!({"price_book_id": book["id"], "product_id": product["id"], "unit_price": amount, "min_quantity": from});
    client.create("prices", &body)
}

on_both! {
    fn the_price_that_applies_is_taken(app: TestApp) {
        let client = app.client();
        let vat = make_with(client, "tax_rate", json!({"name": "VAT", "percent": "7"}));
        let gayo = make_with(client, "product", json!({"name": "Gayo 1 kg", "price": 50_000, "currency": "THB", "unit": "kg", "tax_rate_id": vat["id"]}));
        let company = make_with(client, "company", json!({"city": "Chiang Mai"}));
        let deal = deal(client, json!({"company_id": company["id"]}));
        let at = format!("deals/{}", id(&deal));
        let of = |quantity: i64| {
            let now = version(&client.get(&at).ok(200));
            let set = set_lines(client, &at, now, &json!([{"product_id": gayo["id"], "quantity": quantity}])).ok(200);
            set["lines"][0]["unit_price"].as_i64().unwrap()
        };
        assert_eq!(of(1), 50_000, "its own");
        let book = make_with(client, "price_book", json!({"currency": "THB"}));
        price(client, &book, &gayo, 45_000, Value::Null);
        price(client, &book, &gayo, 42_000, json!("100"));
        assert_eq!((of(99), of(100)), (45_000, 42_000));
        // Of another currency, not in use, over, or for others: none of these.
        for members in [
            json!({"currency": "IDR", "priority": 9}), json!({"currency": "THB", "priority": 9, "inactive": true}),
            json!({"currency": "THB", "priority": 9, "valid_to": "2020-01-01"}),
            json!({"currency": "THB", "priority": 9, "segment": "city = Bangkok"}),
        ] {
            let other = make_with(client, "price_book", members);
            price(client, &other, &gayo, 1, Value::Null);
        }
        assert_eq!(of(1), 45_000);
        let here = make_with(client, "price_book", json!({"currency": "THB", "priority": 1, "segment": "city = \"Chiang Mai\""}));
        price(client, &here, &gayo, 40_000, Value::Null);
        assert_eq!(of(500), 40_000, "the priority comes before the quantity");
        let lines = client.get(&format!("{at}/lines")).ok(200);
        assert_eq!((&lines["lines"][0]["name"], &lines["lines"][0]["unit"]), (&json!("Gayo 1 kg"), &json!("kg")));
        assert_eq!(lines["totals"]["taxes"][0]["name"], "VAT");
        assert_eq!(lines["totals"]["total"], 500 * 40_000 * 107 / 100);
    }

    fn options_and_bundles_have_prices_of_their_own(app: TestApp) {
        let client = app.client();
        let size = json!([{"name": "Size", "values": [{"name": "250 g"}, {"name": "1 kg", "price": 9_000}]}]);
        let gayo = make_with(client, "product", json!({"price": 5_000, "currency": "THB", "options": size}));
        let cup = make_with(client, "product", json!({"price": 1_000, "currency": "THB"}));
        let parts = json!([{"product_id": gayo["id"], "quantity": 2}, {"product_id": cup["id"], "quantity": 1.5}]);
        let set = make_with(client, "product", json!({"kind": "bundle", "bundle_price": "sum", "components": parts}));
        let deal = deal(client, json!({}));
        let at = format!("deals/{}", id(&deal));
        let lines = json!([
            {"product_id": gayo["id"], "quantity": 1, "options": {"Size": "1 kg"}},
            {"product_id": set["id"], "quantity": 2},
            {"name": "Antar", "quantity": 0.5, "unit_price": 333, "discount_amount": 7},
        ]);
        let made = set_lines(client, &at, 1, &lines).ok(200);
        let nets: Vec<&Value> = made["lines"].as_array().unwrap().iter().map(|line| &line["net"]).collect();
        assert_eq!(nets, [&json!(14_000), &json!(23_000), &json!(160)], "{made}");
        assert_eq!(made["totals"]["total"], 37_160);
        let wrong = json!([{"product_id": gayo["id"], "quantity": 1, "options": {"Size": "2 kg"}}]);
        assert_eq!(set_lines(client, &at, 2, &wrong).faults(), ["/lines/0/options/Size no_such_option"]);
        let of_itself = json!({"components": [{"product_id": set["id"], "quantity": 1}]});
        assert_eq!(client.patch(&format!("products/{}", id(&set)), 1, &of_itself).faults(), ["/components/0/product_id contains_itself"]);
    }

    fn what_makes_no_sense_is_refused_all_at_once(app: TestApp) {
        let client = app.client();
        let deal = deal(client, json!({}));
        let at = format!("deals/{}", id(&deal));
        let product = make(client, "product");
        let lines = json!([
            {"quantity": 1}, {"name": "a", "quantity": 0, "unit_price": 1}, {"name": "a", "quantity": 1, "unit_price": 5, "discount_amount": 6},
            {"name": "a", "quantity": 1, "unit_price": 5, "discount_percent": 101}, {"product_id": Uuid::now_v7(), "quantity": 1, "unit_price": 1},
            {"product_id": product["id"], "quantity": 1}, {"name": "x".repeat(201), "quantity": 1, "unit_price": 1},
            {"name": "a", "quantity": 1, "unit_price": 1, "tax_rate_id": Uuid::now_v7()},
        ]);
        assert_eq!(set_lines(client, &at, 1, &lines).faults(), [
            "/lines/0/name required", "/lines/0/unit_price no_price", "/lines/1/quantity not_positive",
            "/lines/2/discount_amount discount_beyond_price", "/lines/3/discount_percent out_of_range",
            "/lines/4/name required", "/lines/4/product_id no_such_record", "/lines/5/unit_price no_price",
            "/lines/6/name too_long", "/lines/7/tax_rate_id no_such_record",
        ]);
        let many: Vec<Value> = (0..201).map(|_| json!({"name": "a", "quantity": 1, "unit_price": 1})).collect();
        assert_eq!(set_lines(client, &at, 1, &json!(many)).faults(), ["/lines too_many"]);
        assert_eq!(set_lines(client, &at, 1, &json!([{"quantity": 1, "colour": "red"}])).status, 422);
        client.json(Method::PUT, &format!("{at}/lines"), &[], &json!({"lines": []})).problem(428, "version_required");
        set_lines(client, &at, 9, &json!([])).problem(412, "stale_version");
        assert_eq!(version(&client.get(&at).ok(200)), 1, "nothing of this has changed it");
        set_lines(client, &at, 1, &json!([])).ok(200);
        assert_eq!(version(&client.get(&at).ok(200)), 1, "no lines as before");
    }

    fn a_deal_is_worth_what_its_lines_come_to(app: TestApp) {
        let client = app.client();
        let deal = deal(client, json!({"amount": 7}));
        let at = format!("deals/{}", id(&deal));
        let lines = |many: i64| json!([{"name": "Gayo", "quantity": many, "unit_price": 1_000}]);
        let set = set_lines(client, &at, 1, &lines(3)).ok(200);
        assert_eq!((&set["version"], &client.get(&at).ok(200)["amount"]), (&json!(2), &json!(7)));
        let follows = client.patch(&at, 2, &json!({"amount_follows_lines": true})).ok(200);
        assert_eq!(follows["amount"], 3_000);
        set_lines(client, &at, 3, &lines(4)).ok(200);
        assert_eq!(client.get(&at).ok(200)["amount"], 4_000);
        assert_eq!(client.patch(&at, 4, &json!({"amount": 1})).ok(200)["amount"], 4_000, "it follows");
        assert_eq!(client.patch(&at, 4, &json!({"currency": "IDR"})).faults(), ["/currency currency_has_lines"]);
        let total = client.get(&format!("pipelines/{}/totals", deal["pipeline_id"].as_str().unwrap())).ok(200);
        assert_eq!(total["stages"][0]["amount"], 4_000);
        let history = client.get(&format!("{at}/history")).ok(200);
        let told = history["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "lines_changed").unwrap();
        let part = told["changes"].as_array().unwrap().iter().find(|change| change["field"] == "lines").unwrap();
        assert_eq!((&part["old"], &part["new"]), (&json!(["3 × Gayo"]), &json!(["4 × Gayo"])));
        // Only who may change the deal changes its lines.
        let reader = app.member("read_only").client;
        reader.get(&format!("{at}/lines")).ok(200);
        set_lines(&reader, &at, 4, &lines(1)).problem(403, "forbidden");
    }

    fn codes_books_and_tiers_are_there_once(app: TestApp) {
        let client = app.client();
        let first = make_with(client, "product", json!({"code": "GY-1"}));
        assert_eq!(client.post("products", &json!({"name": "Lain", "code": "gy-1"})).faults(), ["/code code_taken"]);
        client.delete(&format!("products/{}", id(&first)), 1).ok(204);
        make_with(client, "product", json!({"code": "GY-1"}));
        assert_eq!(client.post(&format!("products/{}/restore", id(&first)), &json!({})).faults(), ["/code code_taken"]);
        let (book, product) = (make(client, "price_book"), make(client, "product"));
        let made = price(client, &book, &product, 5, Value::Null);
        assert_eq!((&made["currency"], &made["min_quantity"]), (&json!("IDR"), &Value::Null));
        let again = json!({"price_book_id": book["id"], "product_id": product["id"], "unit_price": 6, "min_quantity": "0"});
        assert_eq!(client.post("prices", &again).faults(), ["/min_quantity taken_tier"]);
        assert_eq!(client.patch(&format!("price-books/{}", id(&book)), 1, &json!({"segment": "nothing = 1"})).faults().len(), 1);
        assert_eq!(client.patch(&format!("price-books/{}", id(&book)), 1, &json!({"currency": "THB"})).faults(), ["/currency currency_has_lines"]);
        assert_eq!(client.post("tax-rates", &json!({"name": "x", "percent": "101"})).faults(), ["/percent not_percent"]);
    }
}
