//! Quotes: numbers, versions, documents.

use std::thread;

use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{limits, quote_of_deal, quote_with, send, set_lines};
use crate::bodies::{fresh, id, make, make_with, version};

on_both! {
    fn numbers_have_no_gaps_however_many_write(app: TestApp) {
        let client = app.client();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for turn in 0..6 {
                        client.create("quotes", &json!({"name": fresh("Kontrak")}));
                        // One that is refused takes no number.
                        let wrong = json!({"name": fresh("Salah"), "price_book_id": uuid::Uuid::now_v7()});
                        assert_eq!(client.post("quotes", &wrong).status, 422, "{turn}");
                    }
                });
            }
        });
        let mut numbers = client.all("quotes", &[("limit", "200")], "number");
        numbers.sort_by_key(Value::to_string);
        let whole: Vec<Value> = (1..=24).map(|n| json!(format!("Q-{n:05}"))).collect();
        assert_eq!(numbers, whole);
    }

    fn a_new_quote_begins_with_what_is_usual(app: TestApp) {
        let client = app.client();
        let body = json!({"valid_days": 10, "terms": "Bayar dalam 30 hari."});
        client.json(Method::PUT, "quote-settings", &[], &body).ok(200);
        let (deal, quote) = quote_of_deal(client);
        for name in ["company_id", "contact_id", "currency"] {
            assert_eq!(quote[name], deal[name], "{name}");
        }
        assert_eq!((&quote["status"], &quote["revision"], &quote["terms"]), (&json!("draft"), &json!(1), &json!("Bayar dalam 30 hari.")));
        assert_eq!((&quote["subtotal"], &quote["total"]), (&json!(84_000), &json!(84_000)));
        assert!(quote["valid_until"].is_string() && quote["language"].is_string());
        let book = make(client, "price_book");
        assert_eq!(client.patch(&format!("quotes/{}", id(&quote)), version(&quote), &json!({"price_book_id": book["id"]})).faults(), ["/price_book_id other_book_currency"]);
        assert_eq!(client.patch(&format!("quotes/{}", id(&quote)), version(&quote), &json!({"currency": "IDR"})).faults(), ["/currency currency_has_lines"]);
    }

    fn what_was_sent_stays_and_a_change_makes_another_version(app: TestApp) {
        let client = app.client();
        let (_, quote) = quote_of_deal(client);
        let at = format!("quotes/{}", id(&quote));
        send(client, &quote);
        let sent = client.get(&at).ok(200);
        assert_eq!((&sent["status"], &sent["revision"]), (&json!("sent"), &json!(1)));
        let frozen = client.get(&format!("{at}/document?version=1")).ok(200);
        // Its owner and the person do not change what was sent.
        let other = make(client, "contact");
        let same = client.patch(&at, version(&sent), &json!({"contact_id": other["id"]})).ok(200);
        assert_eq!((&same["status"], &same["revision"]), (&json!("sent"), &json!(1)));
        let changed = set_lines(client, &at, version(&same), &json!([{"name": "Toraja", "quantity": 1, "unit_price": 5}])).ok(200);
        let now = client.get(&at).ok(200);
        assert_eq!((&now["status"], &now["revision"], &now["sent_at"]), (&json!("draft"), &json!(2), &Value::Null));
        assert_eq!(version(&now), version(&changed));
        assert_eq!(client.get(&format!("{at}/document?version=1")).ok(200), frozen);
        assert_eq!(client.get(&format!("{at}/document")).ok(200)["lines"][0]["name"], "Toraja");
        send(client, &quote);
        let later = client.get(&at).ok(200);
        let late = client.patch(&at, version(&later), &json!({"terms": "Lain"})).ok(200);
        assert_eq!(late["revision"], 3);
        let versions = client.get(&format!("{at}/versions")).ok(200);
        let numbers: Vec<&Value> = versions["items"].as_array().unwrap().iter().map(|one| &one["number"]).collect();
        assert_eq!(numbers, [&json!(2), &json!(1)]);
        assert_eq!(versions["items"][1]["total"], 84_000);
        client.get(&format!("{at}/document?version=9")).problem(404, "not_found");
    }

    fn quotes_are_not_sent_before_they_are_ready(app: TestApp) {
        let client = app.client();
        let quote = make(client, "quote");
        let at = format!("quotes/{}", id(&quote));
        client.verb(&format!("{at}/send"), 1, &json!({})).problem(409, "quote_without_lines");
        let quote = quote_with(client, json!({"valid_until": "2020-01-01"}), 0);
        let at = format!("quotes/{}", id(&quote));
        client.verb(&format!("{at}/send"), version(&quote), &json!({})).problem(409, "quote_expired");
        client.post(&format!("{at}/send"), &json!({})).problem(428, "version_required");
        client.verb(&format!("{at}/send"), 99, &json!({})).problem(412, "stale_version");
        assert_eq!(client.verb(&format!("{at}/send"), version(&quote), &json!({"to": "x"})).status, 422);
        app.member("read_only").client.verb(&format!("{at}/send"), version(&quote), &json!({})).problem(403, "forbidden");
    }

    fn a_quote_is_a_pdf_file_in_its_language(app: TestApp) {
        let client = app.client();
        for language in ["en", "id", "th"] {
            let quote = quote_with(client, json!({"language": language, "name": "สัญญาโรงคั่วกาแฟ"}), 5);
            let at = format!("quotes/{}/pdf", id(&quote));
            let file = client.get(&at);
            assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
            assert!(file.bytes.starts_with(b"%PDF-") && file.bytes.len() < 100_000, "{}", file.bytes.len());
            assert_eq!(client.get(&at).bytes, file.bytes, "the same quote, the same file");
            assert!(file.header("content-disposition").contains("Q-"));
            // Once it is out it is the file that was sent, with its day.
            let document = format!("quotes/{}/document", id(&quote));
            assert_eq!(client.get(&document).ok(200)["day"], Value::Null);
            send(client, &quote);
            let sent = client.get(&format!("{at}?version=1")).bytes;
            assert!(client.get(&at).bytes == sent && sent != file.bytes);
            assert!(client.get(&document).ok(200)["day"].is_string());
        }
    }

    fn settings_are_for_those_who_may_change_them(app: TestApp) {
        let client = app.client();
        limits(client, &json!({"member": 10, "manager": 20.5}));
        let mate = app.member("member").client;
        assert_eq!(mate.get("quote-settings").ok(200)["discount_limits"], json!({"member": 10, "manager": 20.5}));
        mate.json(Method::PUT, "quote-settings", &[], &json!({})).problem(403, "forbidden");
        let set = |body: Value| client.json(Method::PUT, "quote-settings", &[], &body);
        assert_eq!(set(json!({"valid_days": 0})).faults(), ["/valid_days out_of_range"]);
        assert_eq!(set(json!({"discount_limits": {"member": 101}})).faults(), ["/discount_limits/member not_percent"]);
        assert_eq!(set(json!({"discount_limits": {"nobody": 1}})).faults(), ["/discount_limits/nobody no_such_record"]);
        assert_eq!(set(json!({"terms": "x".repeat(5_001)})).faults(), ["/terms too_long"]);
        assert_eq!(set(json!({"colour": 1})).faults(), ["/colour unknown_member"]);
        let told = client.list("audit-entries", &[("object", "commerce_settings")]).ok(200);
        assert_eq!(told["items"].as_array().map(Vec::len), Some(1));
    }

    fn the_lines_of_a_deal_become_those_of_its_quote(app: TestApp) {
        let client = app.client();
        let (deal, quote) = quote_of_deal(client);
        let vat = make_with(client, "tax_rate", json!({"percent": "7"}));
        let line = json!([{"name": "Antar", "quantity": 1.5, "unit_price": 999, "discount_percent": 2.5, "tax_rate_id": vat["id"]}]);
        let of_deal = set_lines(client, &format!("deals/{}", id(&deal)), 1, &line).ok(200);
        let copied = client.verb(&format!("quotes/{}/copy-lines", id(&quote)), version(&quote), &json!({})).ok(200);
        assert_eq!(copied["totals"], of_deal["totals"]);
        let alone = make(client, "quote");
        client.verb(&format!("quotes/{}/copy-lines", id(&alone)), 1, &json!({})).problem(404, "not_found");
    }
}
