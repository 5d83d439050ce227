//! Products, prices, lines, quotes with their links, exchange rates.

mod approval;
mod imports;
mod lines;
mod link;
mod margin;
mod quotes;
mod rates;

use relasi_tests::{Client, Method, Reply};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id, make_with, pipeline, version},
    idempotency::prepared::Request,
};

/// Sets the lines of a record.
#[track_caller]
pub fn set_lines(client: &Client, at: &str, version: i64, lines: &Value) -> Reply {
    let etag = format!("\"{version}\"");
    let body = json!({"lines": lines});
    client.json(
        Method::PUT,
        &format!("{at}/lines"),
        &[("if-match", &etag)],
        &body,
    )
}

/// A quote with a line of so much, in so many per cent less.
#[track_caller]
pub fn quote_with(client: &Client, members: Value, percent: i64) -> Value {
    let quote = make_with(client, "quote", members);
    let at = format!("quotes/{}", id(&quote));
    let line = json!([{"name": "Gayo 1 kg", "quantity": 120, "unit_price": 42_000, "discount_percent": percent}]);
    set_lines(client, &at, version(&quote), &line).ok(200);
    client.get(&at).ok(200)
}

/// The same with a deal of a pipeline of its own.
#[track_caller]
pub fn quote_of_deal(client: &Client) -> (Value, Value) {
    let (pipeline, stages) = pipeline(client);
    let company = client.create(
        "companies",
        &json!({"name": fresh("CV Siam Krua"), "city": "Chiang Mai"}),
    );
    let contact = client.create(
        "contacts",
        &json!({"full_name": fresh("Malee"), "company_id": company["id"]}),
    );
    let deal = json!({
        "name": fresh("Mesin"), "pipeline_id": pipeline, "stage_id": stages[0], "currency": "THB",
        "company_id": company["id"], "contact_id": contact["id"],
    });
    let deal = client.create("deals", &deal);
    let quote = client.create(
        "quotes",
        &json!({"name": fresh("Kontrak"), "deal_id": deal["id"]}),
    );
    let at = format!("quotes/{}", id(&quote));
    let line = json!([{"name": "Gayo 1 kg", "quantity": 2, "unit_price": 42_000}]);
    set_lines(client, &at, 1, &line).ok(200);
    (deal, client.get(&at).ok(200))
}

/// Sends a quote and returns the path of its link.
#[track_caller]
pub fn send(client: &Client, quote: &Value) -> String {
    let at = format!("quotes/{}", id(quote));
    let now = client.get(&at).ok(200);
    let sent = client
        .verb(&format!("{at}/send"), version(&now), &json!({}))
        .ok(200);
    let link = sent["link"].as_str().expect("a link");
    let path = link.find("/q/").map(|at| &link[at..]);
    path.expect("a path").to_owned()
}

/// Sets how far members may go without asking.
#[track_caller]
pub fn limits(client: &Client, limits: &Value) {
    let body = json!({"discount_limits": limits});
    client
        .json(Method::PUT, "quote-settings", &[], &body)
        .ok(200);
}

/// Something in each table of prices and quotes.
pub fn fill(client: &Client) {
    limits(client, &json!({"member": 10}));
    for object in ["price", "exchange_rate"] {
        crate::bodies::make(client, object);
    }
    let (_, quote) = quote_of_deal(client);
    send(client, &quote);
}

/// A request for each verb of quotes that takes a key.
pub fn prepared(client: &Client, operation: &str) -> Request {
    let at = |quote: &Value, verb: &str| format!("quotes/{}/{verb}", id(quote));
    match operation {
        "copy_lines_to_quote" => {
            let (deal, quote) = quote_of_deal(client);
            let line = json!([{"name": "Gayo", "quantity": 1, "unit_price": 5}]);
            set_lines(client, &format!("deals/{}", id(&deal)), 1, &line).ok(200);
            Request::new(at(&quote, "copy-lines")).on(version(&quote))
        }
        "send_quote" => {
            let quote = quote_with(client, json!({}), 0);
            Request::new(at(&quote, "send")).on(version(&quote))
        }
        "mail_quote" => {
            if client.get("email-accounts").ok(200)["items"] == json!([]) {
                crate::email::account(client, 25);
            }
            let person = json!({"emails": [{"value": "siti@kopi.example"}]});
            let person = make_with(client, "contact", person);
            let quote = quote_with(client, json!({"contact_id": person["id"]}), 0);
            Request::new(at(&quote, "mail"))
                .on(version(&quote))
                .with(&json!({}))
        }
        "request_approval_of_quote" => {
            let (quote, asker) = approval::above(client);
            Request::new(at(&quote, "request-approval"))
                .on(version(&quote))
                .by(asker)
        }
        _ => {
            let (quote, _) = approval::asked(client);
            match operation {
                "approve_quote" => Request::new(at(&quote, "approve")).on(version(&quote)),
                "reject_quote" => Request::new(at(&quote, "reject"))
                    .on(version(&quote))
                    .with(&json!({"reason": "Terlalu banyak"})),
                other => panic!("{other} is not prepared"),
            }
        }
    }
}
