use serde_json::json;
use uuid::Uuid;

use super::{Asked, Design, MAKES, Question, Sent, Words, is_origin, read, slug, usual};
use crate::{fault::Faults, locale::Language, shape::Shape};

fn faults(design: &Design) -> Vec<(String, &'static str)> {
    let mut faults = Faults::default();
    design.check(Shape::from(MAKES), &mut faults);
    let found = faults.0.into_iter();
    found.map(|fault| (fault.pointer, fault.code)).collect()
}

fn sent(pairs: &[(&str, &str)]) -> Sent {
    let owned = pairs.iter();
    owned
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn the_usual_form_is_a_whole_one() {
    assert_eq!(faults(&usual()), []);
}

#[test]
fn a_form_asks_who_it_is_and_how_to_answer() {
    let mut design = usual();
    design.questions.remove(0);
    design.questions.remove(0);
    let found = faults(&design);
    assert_eq!(
        found,
        [
            ("/questions".to_owned(), "form_needs_name"),
            ("/questions".to_owned(), "form_needs_way_back")
        ]
    );
}

#[test]
fn what_forms_can_not_ask_is_refused() {
    let mut design = usual();
    for field in [
        "owner_id",
        "status",
        "source",
        "response_due_at",
        "emails",
        "nothing",
    ] {
        design.questions.push(Question {
            field: field.to_owned(),
            ..Question::default()
        });
    }
    design.redirect_url = Some("http://kopi.example".to_owned());
    design.origins = vec!["https://kopi.example/path".to_owned()];
    let codes: Vec<&str> = faults(&design).into_iter().map(|(_, code)| code).collect();
    assert_eq!(
        codes,
        [
            "unknown_field",
            "unknown_field",
            "unknown_field",
            "unknown_field",
            "named_twice",
            "unknown_field",
            "not_https",
            "not_origin"
        ]
    );
}

#[test]
fn answers_become_members_of_the_lead() {
    let mut design = usual();
    let purpose = Uuid::from_u128(7);
    design.consents.push(Asked {
        purpose_id: purpose,
        text: Words {
            en: "News".to_owned(),
            ..Words::default()
        },
        required: false,
    });
    let answers = read(
        &design,
        Shape::from(MAKES),
        &sent(&[
            ("q.name", "  Siti "),
            ("q.emails", "siti@kopi.example"),
            ("q.description", "a\r\nb"),
            ("q.owner_id", "x"),
            (&format!("c.{purpose}"), "yes"),
        ]),
    )
    .expect("all is there");
    let expected =
        json!({"name": "Siti", "emails": [{"value": "siti@kopi.example"}], "description": "a\nb"});
    assert_eq!(json!(answers.lead), expected);
    assert_eq!(answers.agreed, [purpose]);
}

#[test]
fn each_wrong_answer_is_named() {
    let mut design = usual();
    design.consents.push(Asked {
        required: true,
        text: Words {
            th: "ข่าว".to_owned(),
            ..Words::default()
        },
        ..Asked::default()
    });
    let found = read(
        &design,
        Shape::from(MAKES),
        &sent(&[("q.emails", "nowhere")]),
    );
    let found: Vec<(String, &str)> = found
        .expect_err("nothing is right")
        .0
        .into_iter()
        .map(|fault| (fault.pointer, fault.code))
        .collect();
    let consent = format!("/c.{}", Uuid::nil());
    assert_eq!(
        found,
        [
            ("/q.name".to_owned(), "required"),
            ("/q.emails".to_owned(), "not_email"),
            (consent, "consent_needed")
        ]
    );
}

#[test]
fn words_are_shown_in_the_language_that_there_is() {
    let words = Words {
        id: "Kirim".to_owned(),
        ..Words::default()
    };
    assert_eq!(words.of(Language::Th), Some("Kirim"));
    assert_eq!(Words::default().of(Language::En), None);
}

#[test]
fn addresses_can_be_read() {
    assert_eq!(
        slug("Daftar harga: Gayo & Toraja!"),
        "daftar-harga-gayo-toraja"
    );
    assert_eq!(slug("***"), "form");
    assert!(slug("ขอราคา").len() > 1);
}

#[test]
fn origins_are_places_without_a_path() {
    for good in [
        "https://kopi.example",
        "https://kopi.example:8443",
        "http://localhost:3000",
    ] {
        assert!(is_origin(good), "{good}");
    }
    for bad in [
        "http://kopi.example",
        "https://",
        "https://kopi.example/",
        "https://a b",
        "*",
        "https://*; script-src *",
        "javascript:alert(1)",
    ] {
        assert!(!is_origin(bad), "{bad}");
    }
}
