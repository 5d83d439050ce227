use super::*;
use crate::sales::lead;

#[test]
fn a_row_becomes_a_lead_in_its_state() {
    let row = convert(
        &lead::OBJECT,
        &[
            ("First name", "Siti"),
            ("Last name", "Rahma"),
            ("Company", "PT Kopi"),
            ("Status", "Nurturing"),
            ("Lead source", "Fair"),
            ("Email opt-in", "yes"),
            ("WhatsApp opt-in", "tidak"),
            ("Consent date", "9/8/2026"),
        ],
    );
    assert_eq!(row.faults.0, []);
    assert_eq!(
        Value::Object(row.record),
        json!({"name": "Siti Rahma", "company_name": "PT Kopi", "status": "nurturing", "source": "Fair"})
    );
    assert_eq!(
        row.consents,
        [(Some("email"), true), (Some("whatsapp"), false)]
    );
    // Midnight in Jakarta.
    assert_eq!(row.consent_at.as_deref(), Some("2026-08-08T17:00:00Z"));
}

#[test]
fn consent_is_yes_or_no_and_no_field() {
    let row = convert(
        &contact::OBJECT,
        &[
            ("Name", "Siti"),
            ("Opt in", "perhaps"),
            ("Email consent", "-"),
            ("Consent date", "soon"),
        ],
    );
    let found: Vec<_> = row
        .faults
        .0
        .iter()
        .map(|fault| (fault.pointer.as_str(), fault.code))
        .collect();
    assert_eq!(
        found,
        [("/consent", "not_boolean"), ("/consent_at", "not_instant")]
    );
    assert_eq!((row.consents, row.consent_at), (Vec::new(), None));
    let offered = |object: &'static Object| targets(object).iter().any(Target::is_consent);
    assert!(offered(&contact::OBJECT) && offered(&lead::OBJECT) && !offered(&deal::OBJECT));
}

#[test]
fn a_lead_is_called_by_what_there_is() {
    for (cells, expected) in [
        (
            &[("Email", "a@x.example"), ("Company", "PT Kopi")][..],
            "a@x.example",
        ),
        (
            &[("Phone", "0812 5550"), ("Company", "PT Kopi")],
            "0812 5550",
        ),
        (&[("Company", "PT Kopi")], "PT Kopi"),
    ] {
        let row = convert(&lead::OBJECT, cells);
        assert_eq!(row.title_if_new.as_deref(), Some(expected));
    }
}
