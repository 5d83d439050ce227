use proptest::prelude::*;

use super::*;
use crate::field::{Item, Kind};

fn text() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-z]{1,4}",
        "[ก-ฮเ-ไา ]{0,4}ก",
        "\\PC{0,6}x",
        "and|or|me|today"
    ]
    .prop_map(Value::Text)
}

fn relative_time() -> impl Strategy<Value = Relative> {
    let base = prop_oneof![
        Just(Base::Now),
        Just(Base::Today),
        Just(Base::Yesterday),
        Just(Base::ThisWeek),
        Just(Base::ThisMonth),
        Just(Base::ThisQuarter),
        Just(Base::ThisYear),
    ];
    let unit = prop_oneof![
        Just(Unit::Minutes),
        Just(Unit::Hours),
        Just(Unit::Days),
        Just(Unit::Weeks),
        Just(Unit::Months),
        Just(Unit::Years),
    ];
    let offset =
        proptest::option::of((-9999..=9999, unit).prop_map(|(count, unit)| Offset { count, unit }));
    (base, offset).prop_map(|(base, offset)| Relative { base, offset })
}

fn date() -> impl Strategy<Value = Value> {
    (0..3_000i64).prop_map(|n| {
        let first = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a valid day");
        Value::Date(first + chrono::Duration::days(n))
    })
}

fn moment() -> impl Strategy<Value = Value> {
    (1_577_836_800_000_000..1_800_000_000_000_000i64).prop_map(|micros| {
        Value::Instant(DateTime::from_timestamp_micros(micros).expect("within range"))
    })
}

fn one(kind: &Kind) -> BoxedStrategy<Operand> {
    let literal = |values: BoxedStrategy<Value>| values.prop_map(Operand::Literal).boxed();
    let id = || {
        (0..6u128)
            .prop_map(|n| Value::Id(Uuid::from_u128(n)))
            .boxed()
    };
    match kind {
        Kind::Integer | Kind::Money { .. } => {
            literal(any::<i64>().prop_map(Value::Integer).boxed())
        }
        Kind::Boolean => literal(any::<bool>().prop_map(Value::Boolean).boxed()),
        Kind::Date => prop_oneof![
            literal(date().boxed()),
            relative_time().prop_map(Operand::Relative)
        ]
        .boxed(),
        Kind::Instant => prop_oneof![
            literal(date().boxed()),
            literal(moment().boxed()),
            relative_time().prop_map(Operand::Relative),
        ]
        .boxed(),
        Kind::Choice(codes) | Kind::Many(Item::Choice(codes)) => literal(
            proptest::sample::select(codes.to_vec())
                .prop_map(|c| Value::Text(c.into_owned()))
                .boxed(),
        ),
        Kind::Person => prop_oneof![literal(id()), Just(Operand::Me)].boxed(),
        Kind::Reference(object) if object == "team" => {
            prop_oneof![literal(id()), Just(Operand::MyTeam)].boxed()
        }
        Kind::Reference(_) | Kind::Many(Item::Reference(_)) => literal(id()),
        Kind::Many(Item::Phone) => literal("[0-9]{3,9}".prop_map(Value::Text).boxed()),
        _ => literal(text().boxed()),
    }
}

fn test_of(path: Path) -> BoxedStrategy<Filter> {
    let fitting = operators(&path.field.kind);
    if fitting.is_empty() {
        return Just(Filter::default()).boxed();
    }
    let single = one(&path.field.kind);
    let several = proptest::collection::vec(one(&path.field.kind), 1..4);
    (proptest::sample::select(fitting), single, several)
        .prop_map(move |(operator, single, several)| {
            let operand = match operator {
                Operator::Empty | Operator::NotEmpty => Operand::None,
                Operator::In | Operator::NotIn => Operand::List(several),
                _ => single,
            };
            Filter::Test(Test {
                path: path.clone(),
                operator,
                operand,
            })
        })
        .boxed()
}

fn filters() -> impl Strategy<Value = Filter> {
    let own = contact::OBJECT
        .all_fields()
        .map(|field| field.name.to_string());
    let far = [
        "company.name",
        "company.employees",
        "company.parent.industry",
        "id",
        "version",
        "team.name",
    ];
    let paths: Vec<Path> = own
        .chain(far.map(str::to_owned))
        .filter_map(|name| Path::new(&name, &contact::OBJECT))
        .collect();
    let leaf = proptest::sample::select(paths).prop_flat_map(test_of);
    leaf.prop_recursive(3, 16, 4, |inner| {
        let several = || proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several().prop_map(Filter::All),
            several().prop_map(Filter::Any),
            inner
                .clone()
                .prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

fn not(filter: &Filter) -> Filter {
    Filter::Not(Box::new(filter.clone()))
}

fn record() -> impl Strategy<Value = Document> {
    let texts = || {
        prop_oneof![
            Just(Json::Null),
            "[a-c]{0,2}".prop_map(Json::from),
            "[กเแา]{0,3}".prop_map(Json::from)
        ]
    };
    let day = date().prop_map(|value| Json::from(value.to_string()));
    let time = moment().prop_map(|value| Json::from(value.to_string()));
    let id = || {
        proptest::option::of(0..6u128)
            .prop_map(|n| json!(n.map(|n| Uuid::from_u128(n).to_string())))
    };
    let odd = prop_oneof![
        Just(json!(5)),
        Just(json!("nonsense")),
        Just(json!({"a": 1})),
        Just(json!(["x"]))
    ];
    (texts(), texts(), day, time, id(), id(), odd).prop_map(|(name, city, day, time, company, owner, odd)| {
        document(json!({
            "full_name": name, "city": city, "nickname": city, "description": name, "birth_date": day,
            "created_at": time, "company_id": company, "owner_id": owner, "emails": odd, "updated_at": odd,
            "lifecycle_stage": odd, "team_id": odd, "version": odd, "tags": [company],
        }))
    })
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(filter in filters()) {
        let text = filter.to_string();
        prop_assume!(text.chars().count() <= MAX_LENGTH && filter.depth() <= MAX_DEPTH);
        prop_assert_eq!(parse(&text, &contact::OBJECT), Ok(filter), "{}", text);
    }

    #[test]
    fn parsing_is_total(text in "[a-z_.()\"\\\\~^<>=!, ]{0,60}|\\PC{0,40}") {
        if let Ok(filter) = parse(&text, &contact::OBJECT) {
            prop_assert_eq!(parse(&filter.to_string(), &contact::OBJECT), Ok(filter));
        }
    }

    #[test]
    fn not_takes_the_others(filter in filters(), record in record()) {
        let takes = |filter: &Filter| filter.resolve(&context()).matches(&record, &lookup);
        prop_assert_eq!(takes(&filter), !takes(&not(&filter)));
        prop_assert_eq!(takes(&filter), takes(&filter.nnf()));
        prop_assert_eq!(filter.resolve(&context()), filter.nnf().resolve(&context()));
    }

    #[test]
    fn de_morgan(a in filters(), b in filters(), record in record()) {
        let takes = |filter: &Filter| filter.resolve(&context()).matches(&record, &lookup);
        let all = Filter::All(vec![a.clone(), b.clone()]);
        let any = Filter::Any(vec![a.clone(), b.clone()]);
        prop_assert_eq!(takes(&not(&all)), takes(&Filter::Any(vec![not(&a), not(&b)])));
        prop_assert_eq!(takes(&not(&any)), takes(&Filter::All(vec![not(&a), not(&b)])));
    }
}
