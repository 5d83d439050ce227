//! Records in groups, as the server counts and sums them up.

use relasi_domain::field::{Kind, millionths};
use relasi_domain::grouping::{Grouping, Unit};
use relasi_domain::record::Object;
use serde::Deserialize;
use serde_json::Value;

use crate::api::{Api, ApiError, Reply};
use crate::i18n::{Day, date_short, decimal, k, money, money_compact, month_title, number};
use crate::records::people::use_people;
use crate::records::store::encode;
use crate::records::{Query, labels};

/// What `GET /{object}/groups` answers.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct Groups {
    /// The groups in order.
    pub groups: Vec<Group>,
    /// There are more than these.
    pub more: bool,
}

/// Records that have a value in common.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Group {
    /// The value; null for none.
    pub value: Value,
    /// Its name, where the server knows one.
    pub label: Option<String>,
    /// Takes its records.
    pub filter: String,
    /// How many they are.
    pub count: i64,
    /// Sums of them.
    pub sums: Vec<GroupSum>,
}

/// A sum of one field in one currency.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct GroupSum {
    field: String,
    currency: Option<String>,
    sum: Value,
}

impl Group {
    /// Sums of amounts, in minor units by currency.
    pub fn amounts(&self) -> Vec<(String, i64)> {
        let amounts = self
            .sums
            .iter()
            .map(|sum| Some((sum.currency.clone()?, sum.sum.as_i64()?)));
        amounts.flatten().collect()
    }
}

/// Asks for the groups of a list.
pub async fn load(
    api: Api,
    object: &'static Object,
    (by, sums): (&str, &str),
    query: &Query,
) -> Result<Groups, ApiError> {
    let mut path = format!("/{}/groups?limit=200&by={}", object.plural, encode(by));
    for (name, text) in [("sum", sums), ("filter", &query.filter), ("q", &query.text)] {
        if !text.is_empty() {
            path.extend(["&", name, "=", &encode(text)]);
        }
    }
    api.get(&path).await.and_then(Reply::read)
}

/// What a group is called; tracked.
pub fn title(object: &'static Object, by: &str, group: &Group) -> String {
    let Ok(grouping) = Grouping::parse(by, object) else {
        return String::new();
    };
    let field = &*grouping.field;
    let text = group.value.as_str().unwrap_or_default();
    match &field.kind {
        _ if group.value.is_null() => k::views::without(&labels::field(object, &field.name)),
        Kind::Boolean if group.value == true => k::common::YES.get().to_owned(),
        Kind::Boolean => k::common::NO.get().to_owned(),
        Kind::Choice(_) => labels::choice(object, &field.name, text),
        Kind::Date | Kind::Instant => {
            let day = Day::parse_iso(text);
            day.map_or_else(String::new, |day| span_title(day, grouping.unit))
        }
        Kind::Person => group
            .label
            .clone()
            .or_else(|| use_people().name(text))
            .unwrap_or_default(),
        _ => group.label.clone().unwrap_or_else(|| text.to_owned()),
    }
}

fn span_title(first: Day, unit: Option<Unit>) -> String {
    match unit {
        Some(Unit::Day) | None => date_short(first),
        Some(Unit::Week) => format!("{} – {}", date_short(first), date_short(first.plus(6))),
        Some(Unit::Month) => month_title(first),
        Some(Unit::Quarter) => {
            format!(
                "{} – {}",
                month_title(first),
                month_title(first.plus_months(2))
            )
        }
        Some(Unit::Year) => format!(
            "{} – {}",
            month_title(first),
            month_title(first.plus_months(11))
        ),
    }
}

/// Sums in few words, those of one field by currency: `Rp 12 jt + ฿3K`; tracked. Exact ones are written out.
pub fn sums(object: &'static Object, group: &Group, exact: bool) -> String {
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for sum in &group.sums {
        let written = match (&sum.currency, sum.sum.as_i64()) {
            (Some(currency), Some(minor)) if exact => money(minor, currency),
            (Some(currency), Some(minor)) => money_compact(minor, currency),
            (None, Some(whole)) => number(whole),
            _ => millionths(&sum.sum).map(decimal).unwrap_or_default(),
        };
        match parts.iter_mut().find(|(field, _)| *field == sum.field) {
            Some((_, all)) => all.push(written),
            None => parts.push((sum.field.clone(), vec![written])),
        }
    }
    let several = parts.len() > 1;
    let part = |(field, all): (String, Vec<String>)| {
        let all = all.join(" +\u{a0}");
        if several || exact {
            format!("{}: {all}", labels::field(object, &field))
        } else {
            all
        }
    };
    parts.into_iter().map(part).collect::<Vec<_>>().join(" · ")
}
