//! What holds for all records.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    super::{Key, compare, keys},
    features,
};

/// Words with a chance of being equal or nearly so.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "Budi",
            "Santoso",
            "Santosa",
            "Siti",
            "Sitti",
            "Rahmawati",
            "Nur",
            "Aini",
            "Nuraini",
            "M",
            "Moh",
            "สมชาย",
            "Somchai",
            "ใจดี",
            "Jaidee",
            "Dr",
            "José"
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z]{1,9}",
        "[ก-ฮะ-ูเ-ไ่-์]{1,8}",
        "\\PC{0,6}",
    ]
}

/// Names of one script. Across scripts the order counts: a name written without gaps is compared as it is spoken.
fn names() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    prop::sample::select(vec![
        "(Budi|Santoso|Santosa|Siti|Nur|Aini|Nuraini|M|Dr|José|[a-zA-Z]{1,9})",
        "(สมชาย|ใจดี|[ก-ฮ][ก-ฮะ-ูเ-ไ่-์]{0,7})",
    ])
    .prop_flat_map(|word| {
        (
            prop::collection::vec(word, 2..5),
            prop::collection::vec(word, 1..5),
        )
    })
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..5).prop_map(|words| words.join(" "))
}

fn optional<T: Clone + std::fmt::Debug>(
    some: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    prop::option::of(some)
}

fn record() -> impl Strategy<Value = Value> {
    let email = "(info|budi|siti|budi1)[.]?[a-c]{0,5}@(gmail|kopi|kopl|teh)[.]example";
    let phone = "([+]62|0|)8[0-2]{2}[ -]?[0-9]{3,7}";
    (
        any::<bool>(),
        text(),
        optional(email),
        optional(phone),
        optional("19[89][0-9]-0[1-9]-1[0-2]"),
        optional(text()),
        optional("(Bandung|Jakarta|กรุงเทพ)"),
        optional("(PT Kopi|Teh)"),
    )
        .prop_map(|(person, name, email, phone, birth, address, city, company)| {
            let point = |value: Option<String>| -> Vec<Value> {
                value.into_iter().map(|value| json!({"value": value})).collect()
            };
            let title = if person { "full_name" } else { "name" };
            json!({title: name, "emails": point(email), "phones": point(phone), "birth_date": birth,
                "address": address, "city": city, "company": company, "country": "ID"})
        })
}

/// A record as one of a person, or of a company.
fn titled(mut record: Value, title: &str) -> Value {
    if let Some(members) = record.as_object_mut()
        && let Some(name) = members
            .remove("full_name")
            .or_else(|| members.remove("name"))
    {
        members.insert(title.to_owned(), name);
    }
    record
}

/// Two records of the same object.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    (record(), record(), any::<bool>()).prop_map(|(one, other, person)| {
        let title = if person { "full_name" } else { "name" };
        (titled(one, title), titled(other, title))
    })
}

proptest! {
    #[test]
    fn the_order_of_the_two_makes_no_difference((one, other) in pair()) {
        let (a, b) = (features(&one), features(&other));
        prop_assert_eq!(compare(&a, &b), compare(&b, &a));
    }

    #[test]
    fn nothing_is_more_like_a_record_than_itself((one, other) in pair()) {
        let (a, b) = (features(&one), features(&other));
        prop_assert!(compare(&a, &a).score >= compare(&a, &b).score);
        prop_assert!(compare(&a, &a).reasons.iter().all(|reason| reason.points > 0));
    }

    #[test]
    fn the_order_of_a_persons_names_makes_no_difference_but_by_two_points(
        (words, others) in names(), turn in 1_usize..4, (one, other) in pair(),
    ) {
        let (mut one, mut other) = (titled(one, "full_name"), titled(other, "full_name"));
        other["full_name"] = json!(others.join(" "));
        let mut turned = words.clone();
        turned.rotate_left(turn % words.len());
        one["full_name"] = json!(words.join(" "));
        let straight = features(&one);
        one["full_name"] = json!(turned.join(" "));
        let rotated = features(&one);
        let other = features(&other);
        let (x, y) = (compare(&straight, &other).score, compare(&rotated, &other).score);
        prop_assert!(x.abs_diff(y) <= 2, "{} and {}: {:?} {:?}, {:?}", x, y, words, turned, others);
    }

    #[test]
    fn keys_are_the_same_each_time_and_tell_their_kind(one in record()) {
        let all = keys(&features(&one));
        prop_assert_eq!(&all, &keys(&features(&one)));
        for key in &all {
            prop_assert_eq!(Key::kind_of(key.hash()), Some(key.kind));
        }
    }
}
