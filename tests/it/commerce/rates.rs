//! Exchange rates: one for each day, the latest counts.

use relasi_tests::{TestApp, on_both};
use serde_json::json;

use crate::bodies::{id, pipeline};

on_both! {
    fn the_latest_rate_on_or_before_a_day_counts(app: TestApp) {
        let client = app.client();
        let own = client.get("workspace").ok(200)["currency"].as_str().unwrap().to_owned();
        let rate = |day: &str, rate: &str| client.post("exchange-rates", &json!({"currency": "USD", "day": day, "rate": rate}));
        rate("2026-11-01", "15850").ok(201);
        let second = rate("2026-11-10", "15900.25").ok(201);
        client.post("exchange-rates", &json!({"currency": "JPY", "day": "2026-11-05", "rate": "104.5"})).ok(201);
        let on = |day: &str| client.get(&format!("exchange-rates/of-day?day={day}")).ok(200);
        assert_eq!(on("2026-10-31")["rates"], json!({}));
        assert_eq!(on("2026-11-09"), json!({"currency": own, "day": "2026-11-09", "rates": {"USD": "15850", "JPY": "104.5"}}));
        assert_eq!(on("2027-01-01")["rates"]["USD"], "15900.25");
        client.delete(&format!("exchange-rates/{}", id(&second)), 1).ok(204);
        assert_eq!(on("2027-01-01")["rates"]["USD"], "15850");
        assert_eq!(rate("2026-11-01", "1").faults(), ["/day taken_day"]);
        assert_eq!(rate("2026-11-02", "0").faults(), ["/rate not_rate"]);
        let home = client.post("exchange-rates", &json!({"currency": own, "day": "2026-11-01", "rate": "1"}));
        assert_eq!(home.faults(), ["/currency rate_of_own_currency"]);
        let mate = app.member("member").client;
        assert_eq!(mate.get("exchange-rates/of-day").ok(200)["rates"]["USD"], "15850");
        mate.post("exchange-rates", &json!({"currency": "EUR", "day": "2026-11-01", "rate": "1"})).problem(403, "forbidden");
        assert_eq!(client.get("exchange-rates/of-day?day=x").status, 422);
    }

    fn the_board_adds_currencies_up_where_there_are_rates(app: TestApp) {
        let client = app.client();
        let own = client.get("workspace").ok(200)["currency"].as_str().unwrap().to_owned();
        let (pipeline, stages) = pipeline(client);
        for (currency, amount) in [(own.as_str(), 1_000), ("USD", 200), ("EUR", 5)] {
            let body = json!({"name": "Mesin", "pipeline_id": pipeline, "stage_id": stages[0], "currency": currency, "amount": amount});
            client.create("deals", &body);
        }
        let board = || client.get(&format!("pipelines/{pipeline}/totals")).ok(200);
        assert_eq!(board()["own"], json!([{"stage_id": stages[0], "amount": 1_000, "weighted": 100, "complete": false}]));
        for currency in ["USD", "EUR"] {
            client.create("exchange-rates", &json!({"currency": currency, "day": "2020-01-01", "rate": "2.5"}));
        }
        let board = board();
        assert_eq!(board["currency"], own);
        assert_eq!(board["own"][0]["complete"], true);
        assert_eq!(board["own"][0]["amount"], 1_000 + 500 + 13, "half of a unit goes up");
        assert_eq!(board["stages"].as_array().map(Vec::len), Some(3), "by currency as before");
        // Whoever reads in another currency: 1,000 and 13 of the own by 2.5, and 200 as they are.
        let asked = |currency: &str| client.get(&format!("pipelines/{pipeline}/totals?currency={currency}"));
        let dollars = asked("USD").ok(200);
        assert_eq!((&dollars["currency"], &dollars["own"][0]["amount"]), (&json!("USD"), &json!(400 + 200 + 5)));
        assert_eq!(dollars["own"][0]["complete"], true);
        let yen = asked("JPY").ok(200);
        assert_eq!((&yen["own"][0]["complete"], &yen["own"][0]["amount"]), (&json!(false), &json!(0)), "there is no rate");
        assert_eq!(asked("Yen").faults(), ["?currency not_currency"]);
    }
}
