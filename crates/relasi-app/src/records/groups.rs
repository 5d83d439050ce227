//! Lists in groups: counts and sums by a field.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use relasi_domain::{
    fault::{Fault, Faults},
    field::{Currency, FieldRef, Kind, written},
    filter::{Context, Value as Operand, indexed_instant, start_of_day},
    grouping::{Grouping, Unit, parse_sums},
    identity::access::Action,
    record::Object,
};
use relasi_persistence::store::{GroupRow, Grouped, Query, text_of};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ListRequest, Work, list::query};
use crate::refusal::Result;

/// The most groups of one answer.
pub const MAX_GROUPS: usize = 200;

/// What a client asks for, as text.
#[derive(Debug, Clone, Default)]
pub struct GroupsRequest {
    /// Which records: filter, search text, time zone.
    pub list: ListRequest,
    /// The field, with a unit for days and points in time: `close_date:month`.
    pub by: String,
    /// Fields to sum up, by comma.
    pub sum: Option<String>,
    /// The most groups, 1 to [`MAX_GROUPS`]; 100 if not said.
    pub limit: Option<usize>,
}

/// Groups, as they are sent.
#[derive(Debug, Serialize)]
pub struct Groups {
    /// The grouping, with its unit.
    pub by: String,
    /// The groups: codes and stages in their order, times with the latest first, others with the largest first, records
    /// without a value last.
    pub groups: Vec<Group>,
    /// Whether there are more groups than these.
    pub more: bool,
}

/// One group.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// What its records have in common: a code, text, an id, a truth value, the first day; null for no value.
    pub value: Value,
    /// The name of the record or person, or the text; null where the value is a code, a day or nothing.
    pub label: Option<String>,
    /// The filter that takes its records.
    pub filter: String,
    /// Records in it.
    pub count: i64,
    /// A sum for each field and currency that its records have.
    pub sums: Vec<GroupSum>,
}

/// A sum of one field.
#[derive(Debug, Clone, Serialize)]
pub struct GroupSum {
    /// The field.
    pub field: String,
    /// ISO 4217 for amounts, which are in minor units.
    pub currency: Option<String>,
    /// The sum; null when it has more than 64 bits.
    pub sum: Value,
    /// Records that it is made of.
    pub count: i64,
}

/// A request that has been understood.
struct Asked {
    grouping: Grouping,
    sums: Vec<FieldRef>,
    most: usize,
}

impl Work<'_> {
    /// The groups of a list.
    pub fn groups(&mut self, object: &'static Object, request: &GroupsRequest) -> Result<Groups> {
        let asked = self.asked(object, request)?;
        let parsed = self.parse(object, &request.list)?;
        let access = self.access;
        let query = query(&parsed, &request.list, access.limit(object, Action::See));
        let context = self.context(request.list.zone);
        let field = &asked.grouping.field;
        let days = match asked.grouping.unit {
            Some(unit) => self.days(object, &query, field, (unit, asked.most), &context)?,
            None => Vec::new(),
        };
        let edges: Vec<Operand> = days.iter().map(|day| edge(field, *day, &context)).collect();
        let grouped = Grouped {
            by: field,
            edges: &edges,
            // With all spans, records without a value have room.
            most: if days.is_empty() {
                asked.most
            } else {
                days.len()
            },
        };
        let (rows, more) = self.store().groups(object, &query, &grouped)?;
        let mut sums = self.sums(object, &query, &grouped, &asked.sums, &rows)?;
        let mut groups: Vec<Group> = Vec::with_capacity(rows.len());
        for row in rows {
            let value = value_of(field, row.key.as_deref(), row.label.as_deref(), &days);
            groups.push(Group {
                value: value
                    .as_ref()
                    .map_or(Value::Null, |value| shown(field, value)),
                label: row.label.or_else(|| plain(field, row.key.as_deref())),
                filter: asked.grouping.filter(value.as_ref()),
                count: row.count,
                sums: sums.remove(&row.key).unwrap_or_default(),
            });
        }
        self.name_and_order(field, &mut groups)?;
        let by = asked.grouping.to_string();
        Ok(Groups { by, groups, more })
    }

    fn asked(&self, object: &'static Object, request: &GroupsRequest) -> Result<Asked> {
        let shape = self.access.shape(object);
        let mut faults = Faults::default();
        let mut at = |name: &str, fault: Fault| {
            faults.push(Fault {
                pointer: format!("?{name}"),
                ..fault
            });
        };
        let grouping = if request.by.is_empty() {
            Err(Fault::at("", "required"))
        } else {
            Grouping::parse(&request.by, shape)
        };
        let grouping = grouping.map_err(|fault| at("by", fault));
        let sums = parse_sums(request.sum.as_deref().unwrap_or_default(), shape);
        let sums = sums.map_err(|fault| at("sum", fault));
        let most = request.limit.unwrap_or(100);
        if !(1..=MAX_GROUPS).contains(&most) {
            at(
                "limit",
                Fault::at("", "out_of_range").with("max", MAX_GROUPS),
            );
        }
        match (grouping, sums) {
            (Ok(grouping), Ok(sums)) if faults.0.is_empty() => Ok(Asked {
                grouping,
                sums,
                most,
            }),
            _ => Err(faults.into()),
        }
    }

    /// The first day of each group in time and of the one after them, the earliest first: at most so many, and then those
    /// around today.
    fn days(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        field: &FieldRef,
        (unit, most): (Unit, usize),
        context: &Context,
    ) -> Result<Vec<NaiveDate>> {
        let Some((first, last)) = self.store().extent(object, query, field)? else {
            return Ok(Vec::new());
        };
        let first_of = |text: &str| {
            let day = day_of(field, text, context).unwrap_or_default();
            unit.first(day, context.week_start)
        };
        let (first, last) = (first_of(&first), first_of(&last));
        let count = i32::try_from(most).unwrap_or(i32::MAX);
        let today = context.now.with_timezone(&context.zone).date_naive();
        let ahead = unit.moved(unit.first(today, context.week_start), count / 2);
        let start = if unit.moved(first, count) > last {
            first
        } else {
            unit.moved(last.min(ahead), 1 - count).max(first)
        };
        let mut days = vec![start];
        let mut day = start;
        while day <= last && days.len() <= most {
            let next = unit.next(day);
            if next <= day {
                break;
            }
            days.push(next);
            day = next;
        }
        Ok(days)
    }

    /// The sums of each group, by its key.
    fn sums(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
        grouped: &Grouped<'_>,
        fields: &[FieldRef],
        rows: &[GroupRow],
    ) -> Result<BTreeMap<Option<String>, Vec<GroupSum>>> {
        let keys: Vec<Option<String>> = rows.iter().map(|row| row.key.clone()).collect();
        let mut by_currency: BTreeMap<Option<String>, Vec<FieldRef>> = BTreeMap::new();
        for field in fields {
            by_currency
                .entry(currency_field(field))
                .or_default()
                .push(field.clone());
        }
        let mut sums: BTreeMap<Option<String>, Vec<GroupSum>> = BTreeMap::new();
        for (currency, fields) in by_currency.iter().filter(|_| !rows.is_empty()) {
            let of = (fields.as_slice(), currency.as_deref());
            for found in self.store().group_sums(object, query, grouped, of, &keys)? {
                let with = fields.iter().zip(found.sums).zip(found.counts);
                let some = with.filter_map(|((field, sum), count)| {
                    Some(GroupSum {
                        count,
                        field: field.name.to_string(),
                        currency: found.currency.clone().or_else(|| own_currency(field)),
                        sum: number(field, sum?),
                    })
                });
                sums.entry(found.key).or_default().extend(some);
            }
        }
        let place = |sum: &GroupSum| fields.iter().position(|field| field.name == sum.field);
        for all in sums.values_mut() {
            all.sort_by(|a, b| (place(a), &a.currency).cmp(&(place(b), &b.currency)));
        }
        Ok(sums)
    }

    /// Names the records and people, and puts the groups in their order.
    fn name_and_order(&mut self, field: &FieldRef, groups: &mut [Group]) -> Result<()> {
        let mut places: BTreeMap<String, (String, i64)> = BTreeMap::new();
        if let Some(target) = field.target() {
            let ids: Vec<String> = groups.iter().filter_map(id_of).collect();
            let named = self.store().named(target, &ids)?;
            let named = named.map(|(_, names)| names).unwrap_or_default();
            let names: BTreeMap<String, String> =
                named.into_iter().map(|one| (one.id, one.title)).collect();
            for group in groups.iter_mut() {
                group.label = id_of(group).and_then(|id| names.get(&id).cloned());
            }
            let object = relasi_domain::object(target);
            if let Some(object) = object.filter(|object| object.field("position").is_some()) {
                for record in self.store().find_all(object, &ids)? {
                    let place = record.get("position").and_then(Value::as_i64).unwrap_or(0);
                    let way = text_of(&record, "pipeline_id");
                    places.insert(text_of(&record, "id"), (way, place));
                }
            }
        }
        let codes = field.codes().unwrap_or_default();
        groups.sort_by_cached_key(|group| {
            let text = group.value.as_str().unwrap_or_default().to_owned();
            let code = codes.iter().position(|code| *code == text);
            let latest = text.parse::<NaiveDate>().ok().filter(|_| text.len() == 10);
            let latest = latest.map(|day| -(day - NaiveDate::default()).num_days());
            (
                group.value.is_null(),
                places.get(&text).cloned(),
                code,
                latest,
                -group.count,
            )
        });
        Ok(())
    }
}

fn id_of(group: &Group) -> Option<String> {
    group.value.as_str().map(str::to_owned)
}

/// A day as the beginning of a group of a field's values.
fn edge(field: &FieldRef, day: NaiveDate, context: &Context) -> Operand {
    match field.kind {
        Kind::Instant => Operand::Instant(start_of_day(context.zone, day)),
        _ => Operand::Date(day),
    }
}

/// The day of a value as the store compares it.
fn day_of(field: &FieldRef, text: &str, context: &Context) -> Option<NaiveDate> {
    if field.kind == Kind::Date {
        return text.parse().ok();
    }
    let micros = match field.custom {
        Some(_) => indexed_instant(text)?,
        None => text.parse().ok()?,
    };
    let instant = DateTime::from_timestamp_micros(micros)?;
    Some(instant.with_timezone(&context.zone).date_naive())
}

/// What the records of a group have in common.
fn value_of(
    field: &FieldRef,
    key: Option<&str>,
    label: Option<&str>,
    days: &[NaiveDate],
) -> Option<Operand> {
    let key = key?;
    Some(match &field.kind {
        Kind::Date | Kind::Instant => Operand::Date(*days.get(key.parse::<usize>().ok()?)?),
        Kind::Boolean => Operand::Boolean(key == "1"),
        Kind::Reference(_) | Kind::Person => Operand::Id(Uuid::try_parse(key).ok()?),
        _ => Operand::Text(label.unwrap_or(key).to_owned()),
    })
}

fn shown(field: &FieldRef, value: &Operand) -> Value {
    match (value, &field.kind) {
        (Operand::Boolean(truth), _) => json!(truth),
        (Operand::Text(text), _) => json!(text),
        (Operand::Id(id), _) => json!(id),
        (Operand::Date(day), _) => json!(day),
        (Operand::Integer(_) | Operand::Number(_) | Operand::Instant(_), _) => Value::Null,
    }
}

/// Text that compares by itself is its own label.
fn plain(field: &FieldRef, key: Option<&str>) -> Option<String> {
    matches!(field.kind, Kind::Text { .. })
        .then(|| key.map(str::to_owned))
        .flatten()
}

/// The field that says the currency of an amount.
fn currency_field(field: &FieldRef) -> Option<String> {
    match &field.kind {
        Kind::Money {
            currency: Currency::Field(name),
        } => Some(name.to_string()),
        _ => None,
    }
}

/// The currency that all amounts of a field have.
fn own_currency(field: &FieldRef) -> Option<String> {
    match &field.kind {
        Kind::Money {
            currency: Currency::Code(code),
        } => Some(code.to_string()),
        _ => None,
    }
}

fn number(field: &FieldRef, sum: i128) -> Value {
    match (i64::try_from(sum), &field.kind) {
        (Ok(sum), Kind::Number) => serde_json::from_str(&written(sum)).unwrap_or(Value::Null),
        (Ok(sum), _) => json!(sum),
        (Err(_), _) => Value::Null,
    }
}
