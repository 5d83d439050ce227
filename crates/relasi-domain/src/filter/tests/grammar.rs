use super::*;
use crate::{OBJECTS, field::Kind, sales::deal};

fn fault(text: &str) -> Fault {
    parse(text, &contact::OBJECT).expect_err(text)
}

fn round(text: &str) -> String {
    parse(text, &contact::OBJECT)
        .unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
        .to_string()
}

#[test]
fn prints_what_it_read() {
    for text in [
        "",
        "lifecycle_stage in (customer, lead) and not (city = Bandung or full_name ~ siti)",
        "company.industry = retail and created_at >= today-30d and owner_id = me",
        "next_step_at is empty and emails is not empty",
        "tags has \"00000000-0000-0000-0000-000000000002\"",
        "team_id = my_team and company.parent.employees < 50",
        "created_at > 2026-11-22 and created_at < 2026-11-22T03:00:00.250Z",
        "full_name = \"O\\\"Hara \\\\ \\n and\" or full_name = \"and\" or full_name ^= \"ส ม\"",
        "not not version != 3",
        "birth_date not in (today, 2001-01-01, this_year-1y)",
    ] {
        assert_eq!(round(text), text);
    }
}

#[test]
fn spacing_case_and_quotes_do_not_matter() {
    assert_eq!(
        round(" city=\"x\"AND(version>=-2)"),
        "city = x and version >= -2"
    );
    assert_eq!(round("((city ~ ด))"), "city ~ \"ด\"");
    assert_eq!(
        round("created_at = 2026-11-22T10:00:00+07:00"),
        "created_at = 2026-11-22T03:00:00Z"
    );
    assert_eq!(
        round("city = a or city = b and city = c"),
        "city = a or (city = b and city = c)"
    );
    assert_eq!(
        round("emails has siti@kopi.example"),
        "emails has \"siti@kopi.example\""
    );
    assert_eq!(round("  \n"), "");
}

#[test]
fn bare_words_mean_more_than_quoted_ones() {
    assert_eq!(
        round("city = today and city = me"),
        "city = today and city = me"
    );
    assert_eq!(fault("owner_id = \"me\"").code, "not_id");
    assert_eq!(fault("birth_date = \"today\"").code, "not_date");
    assert_eq!(fault("company_id = my_team").code, "not_id");
}

#[test]
fn faults_say_what_and_where() {
    for (text, code, position, found) in [
        ("colour = red", "unknown_field", 1, "colour"),
        (
            "city = a and companyy.name = b",
            "unknown_field",
            14,
            "companyy.name",
        ),
        ("owner.name = b", "unknown_field", 1, "owner.name"),
        ("import.name = b", "unknown_field", 1, "import.name"),
        ("custom.size = 4", "unknown_field", 1, "custom.size"),
        (
            "company.parent.parent.name = b",
            "too_many_hops",
            1,
            "company.parent.parent.name",
        ),
        ("description = x", "operator_not_allowed", 13, "="),
        ("emails = x", "operator_not_allowed", 8, "="),
        ("lifecycle_stage < lead", "operator_not_allowed", 17, "<"),
        ("version = many", "not_whole_number", 11, "many"),
        ("created_at > soon", "not_instant", 14, "soon"),
        ("created_at > today-1x", "not_instant", 14, "today-1x"),
        ("birth_date = 2026-02-30", "not_date", 14, "2026-02-30"),
        (
            "birth_date = 2026-11-22T10:00:00Z",
            "not_date",
            14,
            "2026-11-22T10:00:00Z",
        ),
        ("lifecycle_stage = friend", "not_a_choice", 19, "friend"),
        ("tags has x", "not_id", 10, "x"),
        ("phones has abc", "not_phone", 12, "abc"),
        ("city = \"\"", "empty_value", 8, ""),
        ("city = \"\u{200b}\"", "empty_value", 8, "\u{200b}"),
        ("city", "filter_expects_operator", 5, ""),
        ("city is", "filter_expects_operator", 8, ""),
        ("city = and", "filter_expects_value", 8, "and"),
        ("city =", "filter_expects_value", 7, ""),
        (
            "city = San Francisco",
            "filter_expects_and_or",
            12,
            "Francisco",
        ),
        ("city = a)", "filter_expects_and_or", 9, ")"),
        ("city in a", "filter_expects_list", 9, "a"),
        ("city in (a b)", "filter_expects_close", 12, "b)"),
        ("(city = a", "filter_expects_close", 10, ""),
        ("city = \"a", "filter_unclosed_quote", 10, ""),
        ("city = a and", "filter_expects_field", 13, ""),
        ("เมือง = a or", "filter_expects_field", 1, "เมือง"),
        ("and city = a", "filter_expects_field", 1, "and"),
    ] {
        let fault = fault(text);
        assert_eq!(fault.code, code, "{text}");
        assert_eq!(fault.params["position"], position.to_string(), "{text}");
        assert_eq!(fault.params["found"], found, "{text}");
    }
    assert_eq!(
        fault("description = x").params["allowed"],
        "~  is empty  is not empty"
    );
    assert_eq!(fault("a\u{0}").code, "control_character");
}

#[test]
fn limits_hold() {
    assert_eq!(
        fault(&format!("city = {}", "x".repeat(4_000))).code,
        "filter_too_long"
    );
    let tests = |n: usize| vec!["version = 1"; n].join(" or ");
    assert!(parse(&tests(100), &contact::OBJECT).is_ok());
    assert_eq!(fault(&tests(101)).code, "filter_too_many_tests");
    let list = |n: usize| format!("version in ({})", vec!["1"; n].join(","));
    assert!(parse(&list(200), &contact::OBJECT).is_ok());
    assert_eq!(fault(&list(201)).code, "filter_list_too_long");
    assert!(parse("not not not not not version = 1", &contact::OBJECT).is_ok());
    assert_eq!(
        fault("not not not not not not version = 1").code,
        "filter_too_deep"
    );
    assert_eq!(
        fault(&format!("{}version = 1", "(".repeat(3_000))).code,
        "filter_too_deep"
    );
}

#[test]
fn every_field_takes_its_operators() {
    for object in OBJECTS {
        for field in object.all_fields() {
            for operator in operators(&field.kind) {
                let value = match &field.kind {
                    Kind::Integer | Kind::Money { .. } => "5",
                    Kind::Boolean => "true",
                    Kind::Date | Kind::Instant => "2026-11-22",
                    Kind::Choice(codes) | Kind::Many(crate::field::Item::Choice(codes)) => {
                        &codes[0]
                    }
                    Kind::Reference(_)
                    | Kind::Person
                    | Kind::Many(crate::field::Item::Reference(_)) => {
                        "00000000-0000-0000-0000-000000000002"
                    }
                    _ => "0812345",
                };
                let operand = match operator {
                    Operator::Empty | Operator::NotEmpty => String::new(),
                    Operator::In | Operator::NotIn => format!("({value}, {value})"),
                    _ => value.to_owned(),
                };
                let text = format!("{} {operator} {operand}", field.name);
                let filter =
                    parse(&text, object).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
                let condition = filter.resolve(&context());
                let empty = condition.matches(&Document::new(), &|_, _| None);
                assert_eq!(empty, *operator == Operator::Empty, "{text}");
            }
        }
    }
}

#[test]
fn sorts() {
    let sort = |text: &str| parse_sort(text, &deal::OBJECT);
    assert_eq!(
        sort(" -amount, name ").expect("both sort").to_string(),
        "-amount,name"
    );
    assert!(sort("").expect("nothing is an order").keys.is_empty());
    for (text, code) in [
        ("colour", "unknown_field"),
        ("name,,amount", "unknown_field"),
        ("--name", "unknown_field"),
        ("lost_reason", "not_sortable"),
        ("name,-name", "sorted_twice"),
        ("name,amount,status,close_date,source", "too_many"),
    ] {
        assert_eq!(sort(text).expect_err(text).code, code, "{text}");
    }
}
