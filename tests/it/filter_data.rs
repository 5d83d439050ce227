//! Random records and random filters over them.

use std::{cell::RefCell, collections::BTreeMap};

use proptest::{prelude::*, sample::select};
use relasi_domain::{
    field::{Field, Item, Kind, Point},
    filter::{Operator, Path, operators},
    record::{Document, Object},
    shape::Shape,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::custom_fields::customs;

/// What the records are about: each object with how many there are, those first that others refer to.
pub const COUNTS: [(&str, usize); 10] = [
    ("team", 3),
    ("tag", 5),
    ("competitor", 4),
    ("pipeline", 2),
    ("stage", 6),
    ("company", 60),
    ("contact", 300),
    ("deal", 120),
    ("lead", 80),
    ("activity", 150),
];
/// People who own records.
pub const PEOPLE: usize = 4;

/// Texts that fold, sort, escape and look alike; three are nothing or next to nothing.
const TEXTS: [&str; 26] = [
    "Bandung",
    "bandung",
    "BANDUNG ",
    "Jakarta",
    "Chiang Mai",
    "เชียงใหม่",
    "แก้ว",
    "กา",
    "ไก่",
    "เเก้ว",
    "นํ้า",
    "น้ำ",
    "โ",
    "Éva",
    "E\u{301}va",
    "straße",
    "STRASSE",
    "ＡＢＣ",
    "100% _x_",
    "a\\b",
    "say \"hi\"",
    "O'Neil",
    "İstanbul",
    "Ωmega",
    "\u{200b}",
    "x",
];
const INSTANTS: [&str; 9] = [
    "2026-11-21T16:59:59.999999Z",
    "2026-11-21T17:00:00.000000Z",
    "2026-11-21T17:30:00.000000Z",
    "2026-11-22T16:59:59.999999Z",
    "2026-11-22T17:00:00.000000Z",
    "2026-11-15T17:00:00.000000Z",
    "2026-10-31T17:00:00.000000Z",
    "2025-12-31T17:00:00.000000Z",
    "1969-07-20T20:17:40.000000Z",
];
const DATES: [&str; 7] = [
    "2026-11-22",
    "2026-11-21",
    "2026-11-23",
    "2026-11-16",
    "2026-11-01",
    "2026-02-28",
    "1990-12-31",
];
const NUMBERS: [i64; 8] = [0, 1, 7, 100, 4_200, -3, 100_000_000_000_000, i64::MIN];
const EMAILS: [&str; 4] = [
    "siti@kopi.example",
    "Siti@KOPI.example",
    "สม@ไทย.example",
    "x+y@a.example",
];
const PHONES: [&str; 5] = [
    "0812-3456-7890",
    "+62 812 3456 7890",
    "๐๘๑-๒๓๔-๕๖๗๘",
    "+66 81 234 5678",
    "112",
];

/// The id of the `n`th record of an object, or of the `n`th person for `user`.
pub fn id_of(object: &str, n: usize) -> Uuid {
    let place = COUNTS
        .iter()
        .position(|(name, _)| *name == object)
        .map_or(99, |place| place + 1);
    Uuid::from_u128(((place as u128) << 64) + n as u128 + 1)
}

fn known(object: &str) -> usize {
    COUNTS
        .iter()
        .find(|(name, _)| *name == object)
        .map_or(PEOPLE, |(_, count)| *count)
}

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Every record by its object.
pub fn records() -> BTreeMap<&'static str, Vec<Document>> {
    let mut dice = Dice(20_261_122);
    let all = COUNTS.iter().map(|(name, count)| {
        let object = relasi_domain::object(name).unwrap();
        (
            *name,
            (0..*count).map(|n| record(object, n, &mut dice)).collect(),
        )
    });
    all.collect()
}

fn record(object: &'static Object, n: usize, dice: &mut Dice) -> Document {
    let mut document = Document::new();
    document.insert("id".into(), json!(id_of(object.name, n)));
    document.insert("version".into(), json!(dice.below(4) + 1));
    document.insert("custom".into(), json!({}));
    for field in object.all_fields() {
        let always =
            field.required || matches!(field.name.as_ref(), "created_at" | "updated_at" | "status");
        // A stored one is yes or no.
        let empty = dice.below(4) == 0 && !always && field.kind != Kind::Boolean;
        let value = match field.name.as_ref() {
            "import_id" => Value::Null,
            "deleted_at"
                if dice.below(9) > 0
                    || COUNTS[..5].iter().any(|(name, _)| *name == object.name) =>
            {
                Value::Null
            }
            // A tag's name is its own.
            "name" if object.name == "tag" => json!(format!("{} {n}", dice.one(&TEXTS))),
            _ if empty => {
                if matches!(field.kind, Kind::Many(_)) {
                    json!([])
                } else {
                    Value::Null
                }
            }
            _ => value(field, dice),
        };
        document.insert(field.name.to_string(), value);
    }
    for field in customs().of(object) {
        if dice.below(4) > 0 {
            field.set(&mut document, value(field, dice));
        }
    }
    document
}

fn value(field: &Field, dice: &mut Dice) -> Value {
    match &field.kind {
        Kind::Text { .. } | Kind::LongText { .. } => {
            let text = if dice.below(3) == 0 {
                format!("{} {}", dice.one(&TEXTS), dice.one(&TEXTS))
            } else {
                dice.one(&TEXTS).to_owned()
            };
            let text = if matches!(field.kind, Kind::LongText { .. }) {
                text.replace(' ', "\n")
            } else {
                text
            };
            json!(text)
        }
        Kind::Integer | Kind::Money { .. } => json!(dice.one(&NUMBERS)),
        Kind::Boolean => json!(dice.below(2) == 0),
        Kind::Date => json!(dice.one(&DATES)),
        Kind::Instant => json!(dice.one(&INSTANTS)),
        Kind::Choice(codes) => json!(codes[dice.below(codes.len())]),
        Kind::Reference(target) => json!(id_of(target, dice.below(known(target)))),
        Kind::Person => json!(id_of("user", dice.below(PEOPLE))),
        Kind::Many(item) => {
            let items = (0..dice.below(3)).map(|_| match item {
                Item::Email => json!({"value": dice.one(&EMAILS), "label": "work"}),
                Item::Phone => json!({"value": dice.one(&PHONES)}),
                Item::Reference(target) => json!(id_of(target, dice.below(known(target)))),
                Item::Choice(codes) => json!(codes[dice.below(codes.len())]),
            });
            items.collect()
        }
        Kind::Number => json!(dice.one(&[-2.5, 0.0, 12.5])),
        Kind::Point(Point::Link) => json!(format!("https://{}.example", dice.below(3))),
        Kind::Point(Point::Email) => json!(dice.one(&EMAILS)),
        Kind::Point(Point::Phone) => json!(dice.one(&PHONES)),
        Kind::Json => Value::Null,
    }
}

fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{text}\"")
}

/// A text that a record may hold, or a piece of one.
fn text() -> BoxedStrategy<String> {
    let pieces = (select(&TEXTS[..]), 0usize..4, 1usize..5).prop_map(|(text, from, length)| {
        let piece: String = text.chars().skip(from).take(length).collect();
        quoted(if relasi_domain::text::sort_key(&piece).is_empty() {
            "a"
        } else {
            &piece
        })
    });
    let whole = select(&TEXTS[..]).prop_filter_map("nothing to look for", |text| {
        (!relasi_domain::text::sort_key(text).is_empty()).then(|| quoted(text))
    });
    prop_oneof![pieces, whole].boxed()
}

fn relative() -> BoxedStrategy<String> {
    const WORDS: [&str; 8] = [
        "now",
        "today",
        "yesterday",
        "tomorrow",
        "this_week",
        "this_month",
        "this_quarter",
        "this_year",
    ];
    let offset = proptest::option::of((-40i32..40, select(&["m", "h", "d", "w", "mo", "y"][..])));
    (select(&WORDS[..]), offset)
        .prop_map(|(word, offset)| match offset {
            Some((count, unit)) => format!("{word}{count:+}{unit}"),
            None => word.to_owned(),
        })
        .boxed()
}

fn ids(target: String) -> BoxedStrategy<String> {
    let count = known(&target).min(5);
    (0..count + 1)
        .prop_map(move |n| id_of(&target, n).to_string())
        .boxed()
}

fn operand(kind: &Kind) -> BoxedStrategy<String> {
    match kind {
        Kind::Text { .. } | Kind::LongText { .. } => text(),
        Kind::Integer | Kind::Money { .. } => {
            select(&NUMBERS[..]).prop_map(|n| n.to_string()).boxed()
        }
        Kind::Boolean => prop_oneof![Just("true".to_owned()), Just("false".to_owned())].boxed(),
        Kind::Date => prop_oneof![select(&DATES[..]).prop_map(str::to_owned), relative()].boxed(),
        Kind::Instant => prop_oneof![
            select(&DATES[..]).prop_map(str::to_owned),
            select(&INSTANTS[..]).prop_map(str::to_owned),
            relative(),
        ]
        .boxed(),
        Kind::Choice(codes) | Kind::Many(Item::Choice(codes)) => select(codes.to_vec())
            .prop_map(std::borrow::Cow::into_owned)
            .boxed(),
        Kind::Reference(target) if target == "team" => {
            prop_oneof![ids("team".into()), Just("my_team".to_owned())].boxed()
        }
        Kind::Reference(target) | Kind::Many(Item::Reference(target)) => ids(target.to_string()),
        Kind::Person => prop_oneof![ids("user".into()), Just("me".to_owned())].boxed(),
        Kind::Many(Item::Email) => prop_oneof![select(&EMAILS[..]), Just("kopi"), Just("siti@")]
            .prop_map(quoted)
            .boxed(),
        Kind::Many(Item::Phone) => prop_oneof![select(&PHONES[..]), Just("3456"), Just("0812")]
            .prop_map(quoted)
            .boxed(),
        Kind::Number => select(&["-2.5", "0", "12.5", "3"][..])
            .prop_map(str::to_owned)
            .boxed(),
        Kind::Point(Point::Link) => select(&["https://1.example", "https", "9"][..])
            .prop_map(quoted)
            .boxed(),
        Kind::Point(Point::Email) => select(&EMAILS[..]).prop_map(quoted).boxed(),
        Kind::Point(Point::Phone) => select(&PHONES[..]).prop_map(quoted).boxed(),
        Kind::Json => unreachable!("no operator compares JSON"),
    }
}

/// Every path that begins at an object: its own fields, and those behind one and two references.
fn paths(object: &'static Object) -> Vec<Path> {
    let mut names: Vec<String> = vec!["id".into(), "version".into()];
    let mut ends = vec![(String::new(), object)];
    for _ in 0..3 {
        let mut next = Vec::new();
        for (prefix, object) in ends {
            let fields = Shape::new(object, customs()).fields();
            names.extend(fields.map(|field| format!("{prefix}{}", field.name)));
            next.extend(object.all_fields().filter_map(|field| match &field.kind {
                Kind::Reference(target) => {
                    let step = field.name.strip_suffix("_id")?;
                    Some((format!("{prefix}{step}."), relasi_domain::object(target)?))
                }
                _ => None,
            }));
        }
        ends = next;
    }
    let fitting =
        |path: &Path| !operators(&path.field.kind).is_empty() && path.field.name != "import_id";
    names
        .iter()
        .filter_map(|name| Path::new(name, Shape::new(object, customs())))
        .filter(fitting)
        .collect()
}

fn test(path: Path) -> BoxedStrategy<String> {
    let kind = path.field.kind.clone();
    // An id is a reference to what it is the id of.
    let kind = if path.field.name == "id" {
        Kind::Reference(path.object().name.into())
    } else {
        kind
    };
    let several = proptest::collection::vec(operand(&kind), 1..4);
    (select(operators(&kind).to_vec()), operand(&kind), several)
        .prop_map(move |(operator, one, several)| match operator {
            Operator::Empty | Operator::NotEmpty => format!("{path} {operator}"),
            Operator::In | Operator::NotIn => format!("{path} {operator} ({})", several.join(", ")),
            _ => format!("{path} {operator} {one}"),
        })
        .boxed()
}

/// Filters over an object, as text.
pub fn filters(object: &'static Object) -> impl Strategy<Value = String> {
    let (own, far): (Vec<Path>, Vec<Path>) = paths(object)
        .into_iter()
        .partition(|path| path.hops.is_empty());
    let leaf =
        prop_oneof![3 => select(own).prop_flat_map(test), 1 => select(far).prop_flat_map(test)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let joined = |word: &'static str, inner: BoxedStrategy<String>| {
            proptest::collection::vec(inner, 2..4)
                .prop_map(move |parts| format!("({})", parts.join(word)))
        };
        let inner = inner.boxed();
        prop_oneof![
            joined(" and ", inner.clone()),
            joined(" or ", inner.clone()),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
}

/// How many of the cases took some records and left others, so that a test cannot pass by comparing nothing.
#[derive(Default)]
pub struct Split(RefCell<(usize, usize)>);

impl Split {
    /// Counts a case.
    pub fn note(&self, taken: usize, of: usize) {
        let mut counts = self.0.borrow_mut();
        counts.0 += 1;
        counts.1 += usize::from(taken > 0 && taken < of);
    }

    /// Most cases must divide the records.
    pub fn check(&self) {
        let (cases, split) = *self.0.borrow();
        assert!(
            split * 6 > cases,
            "only {split} of {cases} filters divide the records"
        );
    }
}
