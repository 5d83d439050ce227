//! Fields that a workspace added.

use super::*;
use crate::{
    people::company,
    platform::custom_field::CustomField,
    record::Record,
    shape::{Customs, Shape},
};

fn field(object: &str, kind: &str, name: &str) -> (String, crate::field::Field) {
    let definition = json!({
        "object": object, "name": name, "label": name, "kind": kind, "currency": "IDR", "target": "company",
        "options": [{"code": "gold", "label": "Gold"}, {"code": "basic", "label": "Basic"}],
    });
    let definition: CustomField = serde_json::from_value(definition).expect("a definition");
    (object.to_owned(), definition.field())
}

fn customs() -> Customs {
    let kinds = [
        "text",
        "long_text",
        "number",
        "money",
        "date",
        "instant",
        "boolean",
        "choice",
        "choices",
        "link",
        "email",
        "phone",
        "person",
        "relation",
    ];
    let own = kinds.map(|kind| field("contact", kind, kind));
    Customs::new(
        1,
        own.into_iter().chain([field("company", "choice", "tier")]),
    )
}

fn record() -> Document {
    document(json!({
        "company_id": COMPANY,
        "custom": {
            "text": "KOPI Susu", "long_text": "first\nSecond", "number": 12.5, "money": 100,
            "date": "2026-11-22", "instant": "2026-11-21T17:00:00Z", "boolean": true,
            "choice": "gold", "choices": ["gold", "basic"], "link": "https://Kopi.example/A",
            "email": "Siti@Kopi.example", "phone": "0812-3456-7890", "person": ME, "relation": COMPANY,
        },
    }))
}

fn lookup(object: &'static Object, id: Uuid) -> Option<Document> {
    let found = object.name == company::Company::NAME && id == COMPANY;
    found.then(|| document(json!({"custom": {"tier": "gold"}})))
}

fn filter(text: &str) -> Filter {
    let customs = customs();
    let shape = Shape::new(&contact::OBJECT, &customs);
    parse(text, shape).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

#[test]
fn custom_fields_compare_like_built_in_ones() {
    for text in [
        "custom.text = \"kopi susu\"",
        "custom.text ~ SUSU",
        "custom.text ^= kop",
        "custom.long_text ~ Second",
        "custom.number = 12.5",
        "custom.number > 12.499999 and custom.number < 13",
        "custom.money >= 100",
        "custom.date = tomorrow-1d",
        "custom.instant = today",
        "custom.boolean = true",
        "custom.choice in (gold, basic)",
        "custom.choices has basic",
        "custom.link = \"https://kopi.example/a\"",
        "custom.email = \"siti@kopi.example\"",
        "custom.phone = \"+62 812 3456 7890\"",
        "custom.person = me",
        "custom.relation = \"00000000-0000-0000-0000-000000000003\"",
        "company.custom.tier = gold",
    ] {
        let filter = filter(text);
        let holds = |record: &Document| filter.resolve(&context()).matches(record, &lookup);
        assert!(holds(&record()), "{text}");
        assert!(!holds(&Document::new()), "{text}");
        let again = self::filter(&filter.to_string());
        assert_eq!(again, filter, "{text}");
    }
    let empty = filter("custom.boolean is empty and company.custom.tier is empty");
    assert!(empty.resolve(&context()).matches(&Document::new(), &lookup));
}

#[test]
fn unknown_custom_fields_are_refused() {
    let customs = customs();
    let shape = Shape::new(&contact::OBJECT, &customs);
    for (text, code) in [
        ("custom.colour = red", "unknown_field"),
        ("custom = red", "unknown_field"),
        ("company.custom.text = red", "unknown_field"),
        ("custom.relation.name = Kopi", "unknown_field"),
        ("custom.choice = red", "not_a_choice"),
        ("custom.number = 1e3", "not_number"),
        ("custom.boolean < true", "operator_not_allowed"),
    ] {
        assert_eq!(parse(text, shape).expect_err(text).code, code, "{text}");
    }
    assert_eq!(
        parse("custom.text = red", &contact::OBJECT)
            .expect_err("it was not added")
            .code,
        "unknown_field"
    );
    let sort = parse_sort("-custom.number,custom.text", shape).expect("both sort");
    assert_eq!(sort.to_string(), "-custom.number,custom.text");
    let several = parse_sort("custom.choices", shape).expect_err("there are several values");
    assert_eq!(several.code, "not_sortable");
}
