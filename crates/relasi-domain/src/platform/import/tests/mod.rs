mod leads;
mod rows;

use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    OBJECTS,
    field::FieldRef,
    interaction::activity,
    locale::{DateOrder, DecimalMark},
    people::{company as company_object, contact},
    record::Object,
    sales::deal,
};

fn options() -> Options {
    Options {
        date_order: DateOrder::Dmy,
        decimal_mark: Some(DecimalMark::Comma),
        zone: Tz::Asia__Jakarta,
        currency: "IDR".to_owned(),
        books: [("eceran".to_owned(), "KWD".to_owned())].into(),
    }
}

/// Only fields of the product are among the targets here.
fn name(guess: &Guess) -> Option<&'static str> {
    guess.target.as_ref().map(|target| match target {
        Target::Field(FieldRef::Built(field)) => field.name.as_ref(),
        Target::Field(FieldRef::Added(field)) => panic!("{} was not there before", field.name),
        Target::GivenName => "given_name",
        Target::FamilyName => "family_name",
        Target::Consent(None) => "consent",
        Target::Consent(Some("email")) => "consent.email",
        Target::Consent(_) => "consent of another channel",
        Target::ConsentAt => "consent_at",
        Target::CompanyDomain => "company.domain",
    })
}

fn guessed(object: &'static Object, headings: &[&str]) -> Vec<(Option<&'static str>, Confidence)> {
    let columns: Vec<_> = headings
        .iter()
        .map(|heading| ((*heading).to_owned(), Vec::new()))
        .collect();
    let guesses = guess_targets(object, &columns);
    guesses
        .iter()
        .map(|guess| (name(guess), guess.confidence))
        .collect()
}

/// Converts a row whose columns are found by their headings.
fn convert(object: &'static Object, cells: &[(&str, &str)]) -> Converted {
    let columns: Vec<_> = cells
        .iter()
        .map(|(heading, _)| ((*heading).to_owned(), Vec::new()))
        .collect();
    let guesses = guess_targets(object, &columns);
    let mapped = cells.iter().zip(&guesses).map(|((heading, _), guess)| {
        assert!(guess.target.is_some(), "{heading} means nothing");
        (*heading, guess.target.clone())
    });
    let row: Vec<&str> = cells.iter().map(|(_, text)| *text).collect();
    Converter::new(object, mapped, options())
        .expect("each target once")
        .convert(&row)
}

#[test]
fn delimiters() {
    for (sample, expected) in [
        ("a,b,c\n1,2,3\n", ','),
        ("a;b;c\n1,5;2;3\n\"x;y\";2;3", ';'),
        ("a\tb\nSiti, Jakarta\tx\n", '\t'),
        ("a|b|c\r\n1|2|3\r\n", '|'),
        ("name\nSiti\n", ','),
        ("", ','),
        (
            "name,note\nSiti,\"one; two; three\nfour; five\"\nBudi,x\n",
            ',',
        ),
        ("a;b\n1;2\n\n3;4\n5", ';'),
    ] {
        assert_eq!(detect_delimiter(sample), expected, "{sample}");
    }
}

#[test]
fn known_headings_in_three_languages() {
    use Confidence::{High, Low, None as Not};
    let headings = [
        "Nama Lengkap",
        "E-Mail_Address",
        "No. HP",
        "Perusahaan",
        "Jabatan",
        "Kota",
        "Bonus",
    ];
    let expected = [
        (Some("full_name"), High),
        (Some("emails"), High),
        (Some("phones"), High),
        (Some("company_id"), High),
        (Some("job_title"), High),
        (Some("city"), High),
        (None, Not),
    ];
    assert_eq!(guessed(&contact::OBJECT, &headings), expected);
    let thai = ["ชื่อ-นามสกุล", "อีเมล", "เบอร์โทร", "บริษัท", "วันเกิด", "ผู้รับผิดชอบ"];
    let names = guessed(&contact::OBJECT, &thai)
        .into_iter()
        .map(|(name, _)| name.unwrap_or(""))
        .collect::<Vec<_>>();
    assert_eq!(
        names,
        [
            "full_name",
            "emails",
            "phones",
            "company_id",
            "birth_date",
            "owner_id"
        ]
    );
    let spread = [
        "First Name",
        "Last Name",
        "Email 1",
        "Email 2",
        "Mobile Phone",
        "Customer e-mail address",
    ];
    let names = guessed(&contact::OBJECT, &spread)
        .into_iter()
        .map(|(name, _)| name.unwrap_or(""))
        .collect::<Vec<_>>();
    assert_eq!(
        names,
        [
            "given_name",
            "family_name",
            "emails",
            "emails",
            "phones",
            "emails"
        ]
    );
    assert_eq!(
        guessed(&contact::OBJECT, &["Full nmae", "Nickame"]),
        [(Some("full_name"), Low), (Some("nickname"), Low)]
    );
    assert_eq!(
        guessed(&contact::OBJECT, &["Name", "Full name"])
            .iter()
            .filter(|g| g.0.is_some())
            .count(),
        1
    );
    assert_eq!(
        guessed(&company_object::OBJECT, &["Company", "Website"])[0],
        (Some("name"), High)
    );
}

#[test]
fn values_tell_what_headings_do_not() {
    let column = |heading: &str, values: &[&str]| {
        (
            heading.to_owned(),
            values.iter().map(|v| (*v).to_owned()).collect(),
        )
    };
    let columns = [
        column("A", &["siti@kopi.example", "-"]),
        column("B", &["+62 812 3456 7890"]),
        column("C", &["42"]),
    ];
    let guesses = guess_targets(&contact::OBJECT, &columns);
    let names: Vec<_> = guesses
        .iter()
        .map(|guess| guess.target.as_ref().map(Target::name))
        .collect();
    assert_eq!(names, [Some("emails"), Some("phones"), None]);
    assert_eq!(guesses[0].confidence, Confidence::Low);
    assert_eq!(pick_samples([" a ", "", "-", "a", "b", "c"], 2), ["a", "b"]);
}

#[test]
fn every_label_and_name_is_found_again() {
    for object in OBJECTS {
        for target in targets(object) {
            assert_eq!(Target::find(object, target.name()), Some(target.clone()));
            for language in crate::locale::Language::ALL {
                let label = target.label(language, object);
                let found = guessed(object, &[label])[0];
                assert_eq!(found.1, Confidence::High, "{} {label}", object.name);
            }
        }
    }
}

#[test]
fn single_targets_are_mapped_once() {
    let name = Target::find(&contact::OBJECT, "full_name");
    let faults = Converter::new(
        &contact::OBJECT,
        [("A", name.clone()), ("B", name)],
        options(),
    )
    .expect_err("twice");
    assert_eq!(
        (faults.0[0].pointer.as_str(), faults.0[0].code),
        ("/full_name", "column_mapped_twice")
    );
    let email = Target::find(&contact::OBJECT, "emails");
    assert!(
        Converter::new(
            &contact::OBJECT,
            [("A", email.clone()), ("B", email)],
            options()
        )
        .is_ok()
    );
}

#[test]
fn company_names_meet() {
    for (a, b) in [
        ("PT. Kopi Nusantara, Tbk", "kopi nusantara"),
        ("P.T. Kopi Nusantara (Persero) Tbk.", "Kopi Nusantara"),
        ("CV Maju Jaya", "Maju Jaya"),
        ("บริษัท กาแฟไทย จำกัด (มหาชน)", "กาแฟไทย"),
        ("บริษัทกาแฟไทยจำกัด", "กาแฟไทย"),
        ("ห้างหุ้นส่วนจำกัด สมชายการค้า", "หจก. สมชายการค้า"),
        ("Kopi & Teh Co., Ltd.", "Kopi and Teh"),
        ("Müller GmbH & Co. KG", "MÜLLER"),
        ("Acme Pte. Ltd.", "ACME, Inc."),
        ("Siam Foods Sdn Bhd", "Siam Foods"),
    ] {
        assert_eq!(company_key(a), company_key(b), "{a} {b}");
    }
    assert_eq!(company_key("Company Ltd"), "company ltd");
    assert_eq!(company_key("  "), "");
    assert_ne!(company_key("Kopi Baru"), company_key("Kopi Lama"));
}

#[test]
fn domains_of_companies() {
    for (text, expected) in [
        ("https://www.Kopi.example/about?x=1", Some("kopi.example")),
        ("siti@kopi.co.id", Some("kopi.co.id")),
        ("kopi.example:8080", Some("kopi.example")),
        ("siti@gmail.com", None),
        ("localhost", None),
        ("Kopi Nusantara", None),
        ("10.0.0.1", None),
        ("", None),
    ] {
        assert_eq!(company_domain(text).as_deref(), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn any_row_becomes_a_sound_record(
        at in 0..OBJECTS.len(),
        cells in proptest::collection::vec("\\PC{0,12}|[0-9./+@a-z ,;-]{0,20}", 40),
    ) {
        let object = OBJECTS[at];
        let all = targets(object);
        let mapped = all.iter().map(|target| ("x", Some(target.clone())));
        let row = Converter::new(object, mapped, options()).expect("each target once").convert(&cells);
        for (name, value) in &row.record {
            let mut faults = crate::fault::Faults::default();
            object.field(name).expect("a field of the object").check(value, &mut faults);
            prop_assert_eq!(faults.0, vec![], "{} {}", name, value);
        }
    }

    #[test]
    fn keys_of_companies_are_stable(name in "(PT |บริษัท)?[A-Za-zก-ฮ .,&]{0,20}( Tbk| จำกัด| Ltd.)?") {
        let once = company_key(&name);
        prop_assert_eq!(company_key(&once), once);
    }

    #[test]
    fn delimiters_of_anything(text in any::<String>()) {
        prop_assert!([',', ';', '\t', '|'].contains(&detect_delimiter(&text)));
    }
}
