//! Products, prices and exchange rates out of files: read rightly, written once, refused with the reason, taken back.

use std::fmt::Write as _;

use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id, make_with},
    import::{count, counts, done},
};

#[track_caller]
fn upload(app: &TestApp, object: &str, file: &str) -> Value {
    let path = format!("imports?object={object}&file_name={object}.csv");
    app.client()
        .send(Method::POST, &path, &[], file.as_bytes())
        .ok(201)
}

/// Checks and runs a file: both times the counts are the same.
#[track_caller]
fn imported(app: &TestApp, object: &str, file: &str) -> Value {
    let import = upload(app, object, file);
    let checked = done(app, &import, "check");
    assert_eq!(checked["state"], "checked", "{checked}");
    let ran = done(app, &import, "run");
    assert_eq!(ran["state"], "done", "{ran}");
    assert_eq!(checked["counts"], ran["counts"], "{object}");
    ran
}

fn reasons(app: &TestApp, import: &Value) -> String {
    let path = format!("imports/{}/rejected", import["id"].as_str().unwrap());
    app.client().get(&path).text()
}

fn all(app: &TestApp, path: &str) -> Vec<Value> {
    let page = app
        .client()
        .list(path, &[("limit", "200"), ("sort", "created_at")])
        .ok(200);
    page["items"].as_array().unwrap().clone()
}

on_both! {
    fn products_are_known_by_their_codes(app: TestApp) {
        let client = app.client();
        make_with(client, "tax_rate", json!({"name": "PPN 11 %", "percent": "11"}));
        let there = make_with(client, "product", json!({"name": "Gayo", "code": "GY-1", "price": 1}));
        let file = "Nama Produk;Kode;Harga;Mata uang;Pajak;Satuan\n\
            Gayo 1 kg;gy-1;Rp 145.000,50;IDR;PPN 11 %;kg\n\
            Toraja;TR-1;160.000,00;IDR;;kg\n\
            Toraja 1 kg;tr-1;165.000,00;IDR;;\n\
            Mandheling;MD-1;10;IDR;Tidak ada;\n\
            Tanpa kode;;9.500,00;IDR;;\n\
            ;XX-1;1;IDR;;\n";
        let ran = imported(&app, "product", file);
        assert_eq!(counts(&ran), [6, 2, 2, 0, 2, 0], "{ran}");
        assert_eq!(ran["options"]["match"], "key");
        let products = all(&app, "products");
        let of = |code: Value| products.iter().find(|one| one["code"] == code).unwrap().clone();
        let gayo = of(json!("gy-1"));
        assert_eq!((&gayo["id"], &gayo["name"], &gayo["price"]), (&there["id"], &json!("Gayo 1 kg"), &json!(14_500_050)));
        assert!(gayo["tax_rate_id"].is_string());
        let toraja = of(json!("tr-1"));
        assert_eq!((&toraja["price"], &toraja["unit"], &toraja["kind"]), (&json!(16_500_000), &json!("kg"), &json!("good")));
        assert_eq!(of(Value::Null)["name"], "Tanpa kode");
        let wrong = reasons(&app, &ran);
        assert!(wrong.contains("Mandheling") && wrong.contains("XX-1"), "{wrong}");

        // The same file once more changes nothing but the row without a code.
        let again = imported(&app, "product", "Name,Code,Price\nGayo 1 kg,GY-1,\nLampung,LP-1,5\n");
        assert_eq!(counts(&again)[..3], [2, 1, 1]);
        let undone = done(&app, &ran, "undo");
        assert_eq!(undone["state"], "undone");
        let back = client.get(&format!("products/{}", id(&there))).ok(200);
        // Its code was written once more by the other file.
        assert_eq!((&back["name"], &back["price"]), (&json!("Gayo"), &json!(1)));
        assert_eq!(all(&app, "products").len(), 2);
    }

    fn prices_are_in_the_currency_of_their_book(app: TestApp) {
        let client = app.client();
        let dinar = make_with(client, "price_book", json!({"name": "Kuwait", "currency": "KWD"}));
        make_with(client, "price_book", json!({"name": "Retail", "currency": "THB"}));
        let gayo = make_with(client, "product", json!({"name": fresh("Gayo"), "code": "GY-1"}));
        make_with(client, "product", json!({"name": "Kembar", "code": null}));
        make_with(client, "product", json!({"name": "Kembar", "code": null}));
        let file = format!("Price book,Product,Unit price,Minimum quantity,Note\n\
            Kuwait,GY-1,12.345,,first\n\
            retail,gy-1,99.50,,\n\
            Retail,{},95.00,10,\n\
            Retail,GY-1,90,10,later\n\
            Retail,GY-1,1.234,100,a third digit\n\
            Retail,Kembar,5,,\n\
            Nobody,GY-1,5,,\n\
            Retail,,5,,\n", gayo["name"].as_str().unwrap());
        let ran = imported(&app, "price", &file);
        assert_eq!(counts(&ran), [8, 3, 1, 0, 4, 0], "{}", reasons(&app, &ran));
        let prices = all(&app, "prices");
        let shown: Vec<_> = prices.iter().map(|one| (one["currency"].clone(), one["unit_price"].clone(), one["min_quantity"].clone())).collect();
        let price = |currency: &str, amount: i64, from: Value| (json!(currency), json!(amount), from);
        assert_eq!(shown, [price("KWD", 12_345, Value::Null), price("THB", 9_950, Value::Null), price("THB", 9_000, json!("10"))]);
        assert_eq!(prices[0]["price_book_id"], dinar["id"]);
        let again = imported(&app, "price", "Price book,Product,Unit price\nRetail,GY-1,101\n");
        assert_eq!(counts(&again)[..3], [1, 0, 1]);
        assert_eq!(all(&app, "prices")[1]["unit_price"], 10_100);
        done(&app, &again, "undo");
        assert_eq!(all(&app, "prices")[1]["unit_price"], 9_950);
        done(&app, &ran, "undo");
        assert_eq!(count(&app, "prices"), 0);
    }

    fn rates_have_a_currency_and_a_day(app: TestApp) {
        let client = app.client();
        let own = client.get("workspace").ok(200)["currency"].as_str().unwrap().to_owned();
        client.post("exchange-rates", &json!({"currency": "USD", "day": "2026-11-01", "rate": "15850"})).ok(201);
        let file = format!("Mata uang,Tanggal,Kurs\n\
            USD,1/11/2026,15850.125\nJPY,2/11/2026,104.5\njpy,2/11/2026,0.000063\n{own},2/11/2026,1\nEUR,3/11/2026,nol\nEUR,,5\n");
        let ran = imported(&app, "exchange_rate", &file);
        assert_eq!(counts(&ran), [6, 1, 2, 0, 3, 0], "{}", reasons(&app, &ran));
        let rates = client.get("exchange-rates/of-day?day=2026-11-30").ok(200)["rates"].clone();
        assert_eq!(rates, json!({"USD": "15850.125", "JPY": "0.000063"}));
        let import = upload(&app, "exchange_rate", "Mata uang,Tanggal,Kurs\nUSD,1/11/2026,1\nEUR,1/11/2026,2\n");
        let path = format!("imports/{}", import["id"].as_str().unwrap());
        let skip = client.json(Method::PATCH, &path, &[], &json!({"options": {"on_match": "skip"}})).ok(200);
        assert_eq!(counts(&done(&app, &skip, "check")), [2, 1, 0, 1, 0, 0]);
        let create = client.json(Method::PATCH, &path, &[], &json!({"options": {"on_match": "create"}})).ok(200);
        assert_eq!(counts(&done(&app, &create, "check")), [2, 1, 0, 0, 1, 0]);
        let ran = done(&app, &create, "run");
        assert_eq!(counts(&ran), [2, 1, 0, 0, 1, 0]);
        let wrong = client.json(Method::PATCH, &path, &[], &json!({"options": {"match": "email"}}));
        assert_eq!(wrong.status, 409, "it is over");
        let other = upload(&app, "exchange_rate", "Mata uang,Tanggal,Kurs\nUSD,1/11/2026,1\n");
        let path = format!("imports/{}", other["id"].as_str().unwrap());
        for matching in ["email", "none", "name"] {
            let wrong = client.json(Method::PATCH, &path, &[], &json!({"options": {"match": matching}}));
            assert_eq!(wrong.faults(), ["/options/match not_a_choice"], "{matching}");
        }
        let people = app.client().send(Method::POST, "imports?object=contact", &[], b"Name\nAni\n").ok(201);
        let path = format!("imports/{}", people["id"].as_str().unwrap());
        let wrong = client.json(Method::PATCH, &path, &[], &json!({"options": {"match": "key"}}));
        assert_eq!(wrong.faults(), ["/options/match not_a_choice"]);
    }

    fn only_those_who_may_make_them_import_them(app: TestApp) {
        let manager = app.member("manager").client;
        let try_it = |object: &str| {
            manager.send(Method::POST, &format!("imports?object={object}"), &[], b"Code,Name\nA,B\n")
        };
        try_it("product").ok(201);
        try_it("price").problem(403, "forbidden");
        try_it("exchange_rate").problem(403, "forbidden");
        let member = app.member("member").client;
        member.send(Method::POST, "imports?object=product", &[], b"Code,Name\nA,B\n").problem(403, "forbidden");
        let odd = app.client().send(Method::POST, "imports?object=quote", &[], b"Code,Name\nA,B\n");
        assert_eq!(odd.faults(), ["/object not_a_choice"]);
    }

    fn files_of_many_chunks_come_to_the_same(app: TestApp) {
        let client = app.client();
        make_with(client, "price_book", json!({"name": "Retail", "currency": "IDR"}));
        let (fresh, again) = (3_200, 60);
        let (mut products, mut prices) = ("Name,Code,Price\n".to_owned(), "Book,SKU,Price\n".to_owned());
        for n in 0..fresh + again {
            // Some codes come twice, a chunk apart.
            let code = n % fresh;
            let _ = writeln!(products, "Barang {code},B-{code},{n}");
            let _ = writeln!(prices, "Retail,b-{code},{n}");
        }
        let ran = imported(&app, "product", &products);
        assert_eq!(counts(&ran), [3_260, 3_200, 60, 0, 0, 0]);
        let ran = imported(&app, "price", &prices);
        assert_eq!(counts(&ran), [3_260, 3_200, 60, 0, 0, 0]);
        assert_eq!((count(&app, "products"), count(&app, "prices")), (3_200, 3_200));
    }
}
