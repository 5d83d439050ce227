use super::*;

#[test]
fn a_row_becomes_a_contact() {
    let row = convert(
        &contact::OBJECT,
        &[
            ("Nama", "  Siti\tRahma "),
            (
                "Email",
                "Siti <siti@kopi.example>; SITI@kopi.example\nrahma@kopi.example",
            ),
            ("Mobile", "0812-3456-7890 / 0813 1111 2222"),
            ("Kantor telepon", "'+62 21 345 6789, +62 812 3456 7890"),
            ("Perusahaan", "PT Kopi Nusantara"),
            ("Tahap", "Pelanggan"),
            ("Tanggal lahir", "9 ส.ค. 2535"),
            ("Negara", "Indonesia"),
            ("Bahasa", "ไทย"),
            ("Kota", "-"),
            ("Catatan", "satu\r\ndua"),
            ("Tag", "VIP, Ekspor"),
            ("Penanggung jawab", "budi@kopi.example"),
        ],
    );
    assert_eq!(row.faults.0, []);
    assert_eq!(
        Value::Object(row.record),
        json!({
            "full_name": "Siti Rahma",
            "emails": [{"value": "siti@kopi.example"}, {"value": "rahma@kopi.example"}],
            "phones": [
                {"value": "0812-3456-7890", "label": "mobile"}, {"value": "0813 1111 2222", "label": "mobile"},
                {"value": "+62 21 345 6789", "label": "work"},
            ],
            "lifecycle_stage": "customer",
            "birth_date": "1992-08-09",
            "country": "ID",
            "language": "th",
            "description": "satu\ndua",
        })
    );
    assert_eq!(row.names["company_id"], ["PT Kopi Nusantara"]);
    assert_eq!(row.names["tags"], ["VIP", "Ekspor"]);
    assert_eq!(row.names["owner_id"], ["budi@kopi.example"]);
}

#[test]
fn names_come_from_their_parts() {
    let row = convert(
        &contact::OBJECT,
        &[("First name", "Siti"), ("Last name", "Rahma")],
    );
    assert_eq!(row.record["full_name"], "Siti Rahma");
    let row = convert(
        &contact::OBJECT,
        &[
            ("Name", "Siti R."),
            ("First name", "Siti"),
            ("Last name", "Rahma"),
        ],
    );
    assert_eq!(row.record["full_name"], "Siti R.");
    let row = convert(
        &contact::OBJECT,
        &[("Name", ""), ("Email", "siti@kopi.example")],
    );
    assert_eq!(
        (row.record.get("full_name"), row.title_if_new.as_deref()),
        (None, Some("siti@kopi.example"))
    );
}

#[test]
fn faults_name_field_and_value() {
    let row = convert(
        &contact::OBJECT,
        &[
            ("Name", &"x".repeat(201)),
            ("Email", "siti@kopi.example, nobody"),
            ("Phone", "call me"),
            ("Stage", "friend"),
            ("Birthday", "31/2/2020"),
            ("Country", "Atlantis"),
        ],
    );
    let said: Vec<_> = row
        .faults
        .0
        .iter()
        .map(|fault| (fault.pointer.as_str(), fault.code))
        .collect();
    assert_eq!(
        said,
        [
            ("/full_name", "too_long"),
            ("/emails", "not_email"),
            ("/phones", "not_phone"),
            ("/lifecycle_stage", "not_a_choice"),
            ("/birth_date", "not_date"),
            ("/country", "not_country"),
        ]
    );
    assert_eq!(row.faults.0[1].params["found"], "nobody");
    assert_eq!(row.record.keys().collect::<Vec<_>>(), ["emails"]);
}

#[test]
fn amounts_divide_by_their_currency() {
    let amount = |text: &str, currency: &str| {
        let row = convert(
            &deal::OBJECT,
            &[
                ("Nilai", text),
                ("Mata uang", currency),
                ("Tanggal tutup", "1/12/26"),
            ],
        );
        row.record
            .get("amount")
            .cloned()
            .ok_or_else(|| row.faults.0[0].code)
    };
    assert_eq!(amount("Rp 1.500.000", ""), Ok(json!(150_000_000)));
    assert_eq!(amount("1.500,5", "usd"), Ok(json!(150_050)));
    assert_eq!(amount("1.500", "JPY"), Ok(json!(1_500)));
    assert_eq!(amount("1,5", "JPY"), Err("too_few_decimals"));
    assert_eq!(amount("much", "USD"), Err("not_number"));
}

#[test]
fn times_lie_in_the_zone_of_the_file() {
    let due = |text: &str| {
        convert(&activity::OBJECT, &[("Due", text)])
            .record
            .get("due_at")
            .cloned()
    };
    assert_eq!(due("22/11/2026 09.30"), Some(json!("2026-11-22T02:30:00Z")));
    assert_eq!(
        due("2026-11-22T09:30:00+09:00"),
        Some(json!("2026-11-22T00:30:00Z"))
    );
    assert_eq!(due("soon"), None);
}
