//! What lines earn: by the costs of price books, of products and of their parts, for those who may know them, and for no
//! customer.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::{send, set_lines};
use crate::{
    bodies::{id, make_with, version},
    rights::member_with,
};

/// A cost that is in no other figure of these tests.
const COST: i64 = 31_337;

fn lines_of(client: &relasi_tests::Client, quote: &Value) -> Value {
    client.get(&format!("quotes/{}/lines", id(quote))).ok(200)
}

on_both! {
    fn lines_know_what_they_earn(app: TestApp) {
        let client = app.client();
        let book = make_with(client, "price_book", json!({"currency": "THB"}));
        let gayo = make_with(client, "product", json!({"price": 60_000, "cost": COST, "currency": "THB", "unit": "kg"}));
        let toraja = make_with(client, "product", json!({"price": 70_000, "cost": 40_000, "currency": "THB"}));
        make_with(client, "price", json!({"price_book_id": book["id"], "product_id": toraja["id"], "unit_price": 65_000, "unit_cost": 35_000}));
        let set = make_with(client, "product", json!({"kind": "bundle", "price": 200_000, "currency": "THB",
            "components": [{"product_id": gayo["id"], "quantity": 2}, {"product_id": toraja["id"], "quantity": 1}]}));
        let unknown = make_with(client, "product", json!({"price": 5, "currency": "THB"}));
        let vat = make_with(client, "tax_rate", json!({"percent": "7", "included": true}));
        let quote = make_with(client, "quote", json!({"currency": "THB"}));
        let at = format!("quotes/{}", id(&quote));
        let lines = json!([
            {"product_id": gayo["id"], "quantity": 1.5, "discount_percent": 10},
            {"product_id": toraja["id"], "quantity": 1, "unit_price": 74_900, "tax_rate_id": vat["id"]},
            {"product_id": set["id"], "quantity": 1},
            {"product_id": unknown["id"], "quantity": 1},
            {"name": "Antar", "quantity": 1, "unit_price": 900},
        ]);
        let saved = set_lines(client, &at, version(&quote), &lines).ok(200);
        assert_eq!(saved, lines_of(client, &quote));
        let margin = &saved["margin"];
        let of = |place: usize, name: &str| margin["lines"][place][name].clone();
        // 1.5 × 600.00 less 10 % is 810.00; 1.5 × 313.37 is 470.06, rounded.
        assert_eq!((of(0, "cost"), of(0, "margin")), (json!(47_006), json!(81_000 - 47_006)));
        // 749.00 contain 49.00 of tax; the book says what it costs.
        assert_eq!((of(1, "unit_cost"), of(1, "margin"), of(1, "share")), (json!(35_000), json!(35_000), json!(50)));
        assert_eq!(of(2, "unit_cost"), 2 * COST + 35_000);
        assert_eq!((&margin["lines"][3], &margin["lines"][4]), (&Value::Null, &Value::Null));
        let sum: i64 = (0..3).map(|place| of(place, "margin").as_i64().unwrap()).sum();
        assert_eq!((&margin["margin"], &margin["complete"]), (&json!(sum), &json!(false)));
        // A line keeps the cost that it was written with.
        client.patch(&format!("products/{}", id(&gayo)), 1, &json!({"cost": 1})).ok(200);
        assert_eq!(&lines_of(client, &quote)["margin"], margin);
    }

    fn costs_in_other_currencies_go_by_the_rates(app: TestApp) {
        let client = app.client();
        let own = client.get("workspace").ok(200)["currency"].as_str().unwrap().to_owned();
        assert_eq!(own, "IDR");
        let today = chrono::Utc::now().date_naive() - chrono::Days::new(3);
        let machine = make_with(client, "product", json!({"price": 1, "cost": 10_000, "currency": "USD"}));
        let local = make_with(client, "product", json!({"price": 1, "cost": 31_700_000, "currency": "IDR"}));
        let earned = |currency: &str, product: &Value| {
            let quote = make_with(client, "quote", json!({"currency": currency}));
            let line = json!([{"product_id": product["id"], "quantity": 1, "unit_price": 900_000_000}]);
            let saved = set_lines(client, &format!("quotes/{}", id(&quote)), version(&quote), &line).ok(200);
            saved["margin"]["lines"][0]["unit_cost"].clone()
        };
        assert_eq!(earned("IDR", &machine), Value::Null, "there is no rate yet");
        client.post("exchange-rates", &json!({"currency": "USD", "day": today, "rate": "15850"})).ok(201);
        assert_eq!(earned("IDR", &machine), 158_500_000);
        assert_eq!(earned("USD", &local), 2_000);
        assert_eq!(earned("USD", &machine), 10_000);
        assert_eq!(earned("THB", &machine), Value::Null);
    }

    fn nobody_else_is_told(app: TestApp) {
        let client = app.client();
        let book = make_with(client, "price_book", json!({"currency": "THB"}));
        let gayo = make_with(client, "product", json!({"price": 60_000, "cost": 7, "currency": "THB"}));
        let price = make_with(client, "price", json!({"price_book_id": book["id"], "product_id": gayo["id"], "unit_price": 60_000, "unit_cost": COST}));
        let quote = make_with(client, "quote", json!({"currency": "THB"}));
        let at = format!("quotes/{}", id(&quote));
        let line = json!([{"product_id": gayo["id"], "quantity": 2}]);
        set_lines(client, &at, version(&quote), &line).ok(200);
        let rights = json!({"records": {"see": "all", "add": "all", "edit": "all"}, "fields": {"product": {"cost": "hidden"}}});
        let mate = member_with(&app, &rights, None).client;
        assert_eq!(mate.get(&format!("{at}/lines")).ok(200)["margin"], Value::Null);
        let seen = mate.get(&format!("prices/{}", id(&price))).ok(200);
        assert!(seen.get("unit_cost").is_none() && seen["unit_price"] == 60_000, "{seen}");
        let all = mate.list("prices", &[("filter", "unit_cost > 1")]);
        assert_eq!(all.status, 422, "{}", all.text());
        assert!(!mate.get("prices").text().contains("31337"));
        // What they save keeps the cost for those who may know it.
        let now = mate.get(&at).ok(200);
        let saved = set_lines(&mate, &at, version(&now), &line).ok(200);
        assert_eq!(saved["margin"], Value::Null);
        assert_eq!(lines_of(client, &quote)["margin"]["lines"][0]["unit_cost"], COST);
        let reply = client.patch(&format!("prices/{}", id(&price)), 1, &json!({"unit_cost": -1}));
        assert_eq!(reply.faults(), ["/unit_cost out_of_range"]);

        // The customer: page, document, file.
        let link = send(client, &quote);
        let page = client.anonymous().get(&link).text();
        let document = client.get(&format!("{at}/document?version=1")).text();
        let draft = client.get(&format!("{at}/document")).text();
        for (name, text) in [("page", page), ("document", document), ("draft", draft)] {
            let plain: String = text.chars().filter(|c| !matches!(c, ',' | '.')).collect();
            let named = name != "page" && (text.contains("cost") || text.contains("margin"));
            assert!(!plain.contains("31337") && !named, "{name}: {text}");
        }
        let log = client.get(&format!("audit-entries?object=quote&record={}", id(&quote))).text();
        assert!(!log.contains("31337"), "{log}");
    }
}
