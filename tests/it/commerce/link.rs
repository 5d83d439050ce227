//! The page behind a quote's link.

use std::thread;

use relasi_tests::{Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use super::{quote_of_deal, send, set_lines};
use crate::{
    bodies::{id, version},
    integrity,
    personal_data::tables_with,
};

fn form(client: &Client, path: &str, fields: &str) -> Reply {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    client.send(Method::POST, path, &headers, fields.as_bytes())
}

fn status(client: &Client, record: &Value, plural: &str) -> Value {
    client.get(&format!("{plural}/{}", id(record))).ok(200)["status"].clone()
}

on_both! {
    fn accepting_wins_the_deal_and_is_done_once(app: TestApp) {
        let client = app.client();
        let (deal, quote) = quote_of_deal(client);
        let link = send(client, &quote);
        let open = app.anonymous();
        let page = open.get(&link);
        let policy = page.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'self' 'sha256-") && policy.contains("font-src 'self'") && !policy.contains("script"), "{policy}");
        assert_eq!((page.status, page.header("referrer-policy"), page.header("cache-control")), (200, "no-referrer", "no-store"));
        let text = page.text();
        assert!(text.len() < 60_000 && !text.contains("<script") && text.contains("Gayo 1 kg") && text.contains("840.00"), "{text}");
        assert_eq!(status(client, &quote, "quotes"), "viewed");
        let pdf = open.get(&format!("{link}/pdf"));
        assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
        // Nothing is signed without a name.
        let refused = form(&open, &format!("{link}/accept?lang=id"), "name=+&comment=baik");
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("Ketik nama lengkap.") && refused.text().contains("baik"));
        assert_eq!(form(&open, &format!("{link}/accept"), &format!("name={}", "x".repeat(121))).status, 422);
        let done = form(&open, &format!("{link}/accept?lang=th"), "name=Malee+Srisuk&comment=%E0%B8%95%E0%B8%81%E0%B8%A5%E0%B8%87");
        assert_eq!(done.status, 200);
        assert!(done.text().contains("Malee Srisuk") && !done.text().contains("<form"));
        assert_eq!((status(client, &quote, "quotes"), status(client, &deal, "deals")), (json!("accepted"), json!("won")));
        // It is won for what was agreed on.
        let won = client.get(&format!("deals/{}", id(&deal))).ok(200);
        assert_eq!((&won["amount"], &won["currency"], &won["amount_follows_lines"]), (&json!(84_000), &json!("THB"), &json!(true)));
        let lines = client.get(&format!("deals/{}/lines", id(&deal))).ok(200);
        assert_eq!((&lines["lines"][0]["name"], &lines["totals"]["total"]), (&json!("Gayo 1 kg"), &json!(84_000)));
        let versions = client.get(&format!("quotes/{}/versions", id(&quote))).ok(200);
        let kept = &versions["items"][0];
        assert_eq!((&kept["outcome"], &kept["signer"], &kept["comment"]), (&json!("accepted"), &json!("Malee Srisuk"), &json!("ตกลง")));
        assert_eq!(kept["digest"].as_str().map(str::len), Some(64));
        // Once more, or no after yes, changes nothing.
        let before = client.get(&format!("quotes/{}", id(&quote))).ok(200);
        for (verb, fields) in [("accept", "name=Lain"), ("decline", "reason=Mahal")] {
            let again = form(&open, &format!("{link}/{verb}"), fields);
            assert!(again.status == 200 && again.text().contains("Malee Srisuk"), "{}", again.text());
        }
        assert_eq!(client.get(&format!("quotes/{}", id(&quote))).ok(200), before);
        // It stays as it is.
        let at = format!("quotes/{}", id(&quote));
        client.patch(&at, version(&before), &json!({"terms": "Lain"})).problem(409, "quote_accepted");
        set_lines(client, &at, version(&before), &json!([])).problem(409, "quote_accepted");
        client.verb(&format!("{at}/send"), version(&before), &json!({})).problem(409, "quote_accepted");
        let kinds = client.all("notifications", &[], "kind");
        assert_eq!(kinds, ["quote_accepted", "quote_viewed"]);
        let told = client.get(&format!("deals/{}/timeline", id(&deal))).ok(200);
        assert!(told.to_string().contains("quote.accepted"), "{told}");
    }

    fn a_deal_in_another_currency_is_won_in_that_of_the_quote(app: TestApp) {
        let client = app.client();
        let (deal, _) = quote_of_deal(client);
        let at = format!("deals/{}", id(&deal));
        set_lines(client, &at, 1, &json!([{"name": "Lama", "quantity": 1, "unit_price": 5}])).ok(200);
        let quote = client.create("quotes", &json!({"name": "Kontrak", "deal_id": deal["id"], "currency": "IDR"}));
        set_lines(client, &format!("quotes/{}", id(&quote)), 1, &json!([{"name": "Gayo 1 kg", "quantity": 3, "unit_price": 1_000_000}])).ok(200);
        let link = send(client, &quote);
        assert_eq!(form(&app.anonymous(), &format!("{link}/accept"), "name=Malee+Srisuk").status, 200);
        let won = client.get(&at).ok(200);
        assert_eq!((&won["status"], &won["amount"], &won["currency"]), (&json!("won"), &json!(3_000_000), &json!("IDR")));
        let lines = client.get(&format!("{at}/lines")).ok(200);
        assert_eq!((lines["lines"].as_array().map(Vec::len), &lines["lines"][0]["name"]), (Some(1), &json!("Gayo 1 kg")));
    }

    fn two_clicks_at_once_are_one_answer(app: TestApp) {
        let client = app.client();
        let (deal, quote) = quote_of_deal(client);
        let link = send(client, &quote);
        let open = app.anonymous();
        thread::scope(|scope| {
            for turn in 0..6 {
                let (open, link) = (&open, &link);
                scope.spawn(move || {
                    let done = form(open, &format!("{link}/accept"), &format!("name=Malee+{turn}"));
                    assert_eq!(done.status, 200, "{}", done.text());
                });
            }
        });
        assert_eq!(status(client, &deal, "deals"), "won");
        let kinds = client.all("notifications", &[], "kind");
        assert_eq!(kinds.iter().filter(|kind| *kind == "quote_accepted").count(), 1, "{kinds:?}");
    }

    fn a_no_comes_with_its_reason_and_another_version_may_follow(app: TestApp) {
        let client = app.client();
        let (deal, quote) = quote_of_deal(client);
        let link = send(client, &quote);
        let open = app.anonymous();
        assert_eq!(form(&open, &format!("{link}/decline"), "reason=").status, 422);
        assert_eq!(form(&open, &format!("{link}/decline"), "reason=Terlalu+mahal").status, 200);
        let at = format!("quotes/{}", id(&quote));
        let now = client.get(&at).ok(200);
        assert_eq!((&now["status"], &now["reason"]), (&json!("declined"), &json!("Terlalu mahal")));
        assert_eq!(status(client, &deal, "deals"), "open");
        client.verb(&format!("{at}/send"), version(&now), &json!({})).problem(409, "quote_over");
        let line = json!([{"name": "Gayo 1 kg", "quantity": 2, "unit_price": 40_000}]);
        set_lines(client, &at, version(&now), &line).ok(200);
        let second = send(client, &quote);
        assert!(open.get(&link).text().contains("declined"));
        assert_eq!(form(&open, &format!("{second}/accept"), "name=Malee").status, 200);
        assert_eq!(status(client, &deal, "deals"), "won");
    }

    fn an_outdated_or_replaced_link_accepts_nothing(app: TestApp) {
        let client = app.client();
        let (_, quote) = quote_of_deal(client);
        let at = format!("quotes/{}", id(&quote));
        let first = send(client, &quote);
        let second = send(client, &quote);
        assert_ne!(first, second);
        let open = app.anonymous();
        assert_eq!(open.get(&first).status, 404, "another link was made");
        assert_eq!(open.get(&second).status, 200);
        let now = client.get(&at).ok(200);
        client.patch(&at, version(&now), &json!({"name": "Lain"})).ok(200);
        let page = open.get(&second);
        assert!(page.status == 200 && page.text().contains("newer version") && !page.text().contains("<form"), "{}", page.text());
        assert_eq!(form(&open, &format!("{second}/accept"), "name=Malee").status, 200);
        assert_eq!(status(client, &quote, "quotes"), "draft");
        for path in ["/q/nonsense", "/q/nonsense/pdf"] {
            let gone = open.get(path);
            assert!(gone.status == 404 && gone.header("content-type").starts_with("text/html"), "{path}");
        }
        let wrong = format!("{}A", &second[..second.len() - 1]);
        let gone = open.get(&wrong);
        assert!(gone.status == 404 || wrong == second, "{}", gone.text());
        assert_eq!(open.send(Method::DELETE, &second, &[], &[]).status, 405);
        assert_eq!(form(&open, &format!("{second}/accept"), &"x".repeat(40_000)).status, 413);
        let trashed = client.get(&at).ok(200);
        client.delete(&at, version(&trashed)).ok(204);
        assert_eq!(open.get(&second).status, 404);
    }

    fn what_no_longer_counts_is_said_in_the_language_of_the_reader(app: TestApp) {
        let client = app.client();
        let (_, quote) = quote_of_deal(client);
        let link = send(client, &quote);
        let mut app = app;
        app.at.kill();
        let database = integrity::open(&app.at.settings);
        let aged = "UPDATE quote_versions SET document = replace(document, '\"valid_until\":\"20', '\"valid_until\":\"19')";
        let done = database.across().write_blocking(move |conn| conn.execute(&relasi_persistence::Statement::new(aged)));
        assert_eq!(done.unwrap(), 1);
        drop(database);
        app.crash_and_restart();
        let open = app.anonymous();
        let page = open.get(&format!("{link}?lang=th")).text();
        assert!(page.contains("ใบเสนอราคานี้ใช้ได้ถึง") && !page.contains("<form") && page.contains("lang=\"th\""), "{page}");
        assert_eq!(form(&open, &format!("{link}/accept"), "name=Malee").status, 200);
        assert_ne!(status(app.client(), &quote, "quotes"), "accepted");
    }

    fn the_token_of_a_link_is_nowhere_in_the_database(app: TestApp) {
        let client = app.client();
        let (_, quote) = quote_of_deal(client);
        let link = send(client, &quote);
        let token = link.trim_start_matches("/q/").to_owned();
        let secret = token[24..].to_lowercase();
        let mut app = app;
        app.at.terminate();
        let found = tables_with(&integrity::open(&app.at.settings), &secret);
        assert!(found.is_empty(), "{found:?}");
    }

    fn too_many_requests_from_one_address_wait(app: TestApp) {
        let open = app.anonymous();
        let refused = (0..400).map(|_| open.get("/q/nonsense")).find(|reply| reply.status != 404);
        let refused = refused.expect("one is too many");
        assert!(refused.status == 429 && refused.header("retry-after").parse::<u32>().is_ok());
    }
}
