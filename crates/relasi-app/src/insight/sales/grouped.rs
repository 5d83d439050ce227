//! Reports that are lists in groups.

use std::collections::BTreeMap;

use relasi_domain::{
    insight::quality::share,
    interaction::{activity, outcome},
    record::Object,
    sales::deal,
};
use serde_json::Value;

use super::{Asked, Figure, Group, Unit, count};
use crate::{
    records::{self, GroupsRequest, Work},
    refusal::Result,
};

/// The most groups of a report.
const MOST: usize = 100;
/// Kinds of activities that are something done for a customer.
const KINDS: [&str; 5] = ["call", "meeting", "email", "task", "note"];

/// What its groups are by, the figures over all of them, and the groups.
pub(super) type Parts = (String, Vec<Figure>, Vec<Group>);

/// Deals that a part of a report counts, in groups.
struct Counted {
    /// By value, as text that compares.
    groups: BTreeMap<String, records::Group>,
    by: String,
    all: i64,
    /// By currency: how many deals, and what they come to.
    amounts: BTreeMap<String, (i64, i64)>,
    filter: String,
}

/// Groups of several counts, in the order in which the first of them that has one has it.
struct Joined {
    order: Vec<(String, Value, Option<String>, String)>,
}

fn key(group: &records::Group) -> String {
    group.value.to_string()
}

fn counted(
    work: &mut Work<'_>,
    object: &'static Object,
    asked: &Asked,
    (by, filter): (&str, &str),
) -> Result<(Counted, Vec<records::Group>)> {
    let request = GroupsRequest {
        list: asked.list_with(filter),
        by: by.to_owned(),
        sum: (object.name == "deal" && asked.amounts).then(|| "amount".to_owned()),
        limit: Some(MOST),
    };
    let found = work.groups(object, &request)?;
    // More groups than are shown count in what is said of all.
    let whole = if found.more {
        let request = GroupsRequest {
            by: few(object).to_owned(),
            ..request
        };
        work.groups(object, &request)?.groups
    } else {
        found.groups.clone()
    };
    let all = whole.iter().map(|group| group.count).sum();
    let mut amounts = BTreeMap::new();
    for (currency, (n, amount)) in whole.iter().flat_map(money) {
        let sum: &mut (i64, i64) = amounts.entry(currency).or_default();
        *sum = (sum.0 + n, sum.1.saturating_add(amount));
    }
    let groups = found.groups.iter();
    let counted = Counted {
        groups: groups.map(|group| (key(group), group.clone())).collect(),
        by: found.by,
        all,
        amounts,
        filter: asked.with(filter),
    };
    Ok((counted, found.groups))
}

/// A field of which every record has one of few values.
fn few(object: &Object) -> &'static str {
    match object.name {
        "deal" => "currency",
        "activity" => "kind",
        _ => "status",
    }
}

fn money(group: &records::Group) -> impl Iterator<Item = (String, (i64, i64))> {
    group.sums.iter().filter_map(|sum| {
        let currency = sum.currency.clone()?;
        Some((currency, (sum.count, sum.sum.as_i64()?)))
    })
}

impl Joined {
    fn of<'g>(groups: impl IntoIterator<Item = &'g records::Group>) -> Self {
        let mut order: Vec<(String, Value, Option<String>, String)> = Vec::new();
        for group in groups {
            let key = key(group);
            if !order.iter().any(|(known, ..)| *known == key) {
                order.push((
                    key,
                    group.value.clone(),
                    group.label.clone(),
                    group.filter.clone(),
                ));
            }
        }
        // Days read from the earliest on.
        let is_day = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| text.parse::<chrono::NaiveDate>().is_ok())
        };
        if order
            .iter()
            .all(|(_, value, ..)| value.is_null() || is_day(value))
        {
            order.sort_by_key(|(_, value, ..)| value.as_str().map(str::to_owned));
        }
        Self { order }
    }

    /// The groups, each with the figures that are made of its key and its filter.
    fn groups(self, figures: impl Fn(&str, &str) -> Vec<Figure>) -> Vec<Group> {
        let group = |(key, value, label, filter): (String, Value, Option<String>, String)| Group {
            figures: figures(&key, &filter),
            value,
            label,
        };
        self.order.into_iter().map(group).collect()
    }
}

impl Counted {
    fn n(&self, key: &str) -> i64 {
        self.groups.get(key).map_or(0, |group| group.count)
    }

    fn within(&self, group: &str) -> String {
        format!("{} and {group}", self.filter)
    }

    fn all_money(&self, name: &'static str) -> Vec<Figure> {
        let one = |(currency, (n, amount)): (&String, &(i64, i64))| {
            let filter = in_currency(&self.filter, currency);
            amount_of(name, (currency, *amount), *n, filter)
        };
        self.amounts.iter().map(one).collect()
    }

    fn money(&self, name: &'static str, key: &str, group: &str) -> Vec<Figure> {
        let found = self.groups.get(key);
        let one = |(currency, (n, amount)): (String, (i64, i64))| {
            let filter = in_currency(&self.within(group), &currency);
            amount_of(name, (&currency, amount), n, filter)
        };
        found.into_iter().flat_map(money).map(one).collect()
    }
}

/// Those of some deals whose amount is in a currency.
fn in_currency(filter: &str, currency: &str) -> String {
    format!("{filter} and currency = {currency} and amount is not empty")
}

pub(super) fn amount_of(
    name: &'static str,
    (currency, amount): (&str, i64),
    n: i64,
    filter: String,
) -> Figure {
    Figure {
        name,
        unit: Unit::Money,
        currency: Some(currency.to_owned()),
        value: Some(amount),
        n,
        filter: Some(filter),
    }
}

pub(super) fn share_of(name: &'static str, part: i64, whole: i64, filter: String) -> Figure {
    Figure {
        name,
        unit: Unit::Share,
        currency: None,
        value: share(part, whole),
        n: whole,
        filter: Some(filter),
    }
}

/// Won, lost and close rate of what was closed in the period.
pub(super) fn results(work: &mut Work<'_>, asked: &Asked, by: &str) -> Result<Parts> {
    let (won, of_won) = counted(work, &deal::OBJECT, asked, (by, &asked.closed("won")))?;
    let (lost, of_lost) = counted(work, &deal::OBJECT, asked, (by, &asked.closed("lost")))?;
    let closed = asked.with(&format!(
        "status != open and {}",
        asked.period.filter("closed_at")
    ));
    let figures = |(won_n, lost_n): (i64, i64), group: &dyn Fn(&str) -> String| {
        vec![
            count("won", won_n, Some(group(&won.filter))),
            count("lost", lost_n, Some(group(&lost.filter))),
            share_of("close_rate", won_n, won_n + lost_n, group(&closed)),
        ]
    };
    let mut all = figures((won.all, lost.all), &|filter| filter.to_owned());
    all.extend(won.all_money("amount_won"));
    let groups = Joined::of(of_won.iter().chain(&of_lost)).groups(|key, group| {
        let within = |filter: &str| format!("{filter} and {group}");
        let mut found = figures((won.n(key), lost.n(key)), &within);
        found.extend(won.money("amount_won", key, group));
        found
    });
    Ok((won.by.clone(), all, groups))
}

/// What became of the deals that were created in the period.
pub(super) fn cohort(work: &mut Work<'_>, asked: &Asked, by: &str) -> Result<Parts> {
    let created = asked.period.filter("created_at");
    let (made, of_made) = counted(work, &deal::OBJECT, asked, (by, &created))?;
    let (won, _) = counted(
        work,
        &deal::OBJECT,
        asked,
        (by, &format!("status = won and {created}")),
    )?;
    let (lost, _) = counted(
        work,
        &deal::OBJECT,
        asked,
        (by, &format!("status = lost and {created}")),
    )?;
    let figures = |n: [i64; 3], group: &dyn Fn(&str) -> String| {
        vec![
            count("created", n[0], Some(group(&made.filter))),
            count("won", n[1], Some(group(&won.filter))),
            count("lost", n[2], Some(group(&lost.filter))),
            share_of("won_share", n[1], n[0], group(&made.filter)),
        ]
    };
    let mut all = figures([made.all, won.all, lost.all], &|filter| filter.to_owned());
    all.extend(won.all_money("amount_won"));
    let groups = Joined::of(&of_made).groups(|key, group| {
        let within = |filter: &str| format!("{filter} and {group}");
        let mut found = figures([made.n(key), won.n(key), lost.n(key)], &within);
        found.extend(won.money("amount_won", key, group));
        found
    });
    Ok((made.by.clone(), all, groups))
}

/// Why deals were lost.
pub(super) fn lost_reasons(work: &mut Work<'_>, asked: &Asked) -> Result<Parts> {
    let (lost, of_lost) = counted(
        work,
        &deal::OBJECT,
        asked,
        ("lost_reason", &asked.closed("lost")),
    )?;
    let mut all = vec![count("lost", lost.all, Some(lost.filter.clone()))];
    all.extend(lost.all_money("amount_lost"));
    let groups = Joined::of(&of_lost).groups(|key, group| {
        let mut found = vec![
            count("lost", lost.n(key), Some(lost.within(group))),
            share_of("share", lost.n(key), lost.all, lost.filter.clone()),
        ];
        found.extend(lost.money("amount_lost", key, group));
        found
    });
    Ok((lost.by.clone(), all, groups))
}

/// What people finished, by kind.
pub(super) fn activities(work: &mut Work<'_>, asked: &Asked, by: &str) -> Result<Parts> {
    let done = asked.period.filter("done_at");
    let mut kinds = Vec::new();
    for kind in KINDS {
        let filter = format!("kind = {kind} and {done}");
        let (counted, groups) = counted(work, &activity::OBJECT, asked, (by, &filter))?;
        kinds.push((kind, counted, groups));
    }
    let all = kinds
        .iter()
        .map(|(kind, counted, _)| count(kind, counted.all, Some(counted.filter.clone())));
    let all = all.collect();
    let joined = Joined::of(kinds.iter().flat_map(|(.., groups)| groups));
    let groups = joined.groups(|key, group| {
        let one = |(kind, counted, _): &(&'static str, Counted, _)| {
            count(kind, counted.n(key), Some(counted.within(group)))
        };
        kinds.iter().map(one).collect()
    });
    let by = kinds.first().map(|(_, counted, _)| counted.by.clone());
    Ok((by.unwrap_or_default(), all, groups))
}

/// How calls, meetings and tasks ended, and how many of them count as reached.
pub(super) fn outcomes(work: &mut Work<'_>, asked: &Asked) -> Result<Parts> {
    let by = "outcome";
    let done = format!(
        "outcome is not empty and {}",
        asked.period.filter("done_at")
    );
    let mut kinds = Vec::new();
    for kind in outcome::KINDS {
        let filter = format!("kind = {kind} and {done}");
        let (counted, groups) = counted(work, &activity::OBJECT, asked, (by, &filter))?;
        kinds.push((kind, counted, groups));
    }
    let successes = work.access.customs.outcomes().successes();
    let successes: Vec<&str> = successes.collect();
    let all: i64 = kinds.iter().map(|(_, counted, _)| counted.all).sum();
    let groups = kinds.iter().flat_map(|(.., groups)| groups);
    let good = groups.filter(|group| successes.iter().any(|code| group.value == *code));
    let reached = good.map(|group| group.count).sum();
    let figures = kinds
        .iter()
        .map(|(kind, counted, _)| count(kind, counted.all, Some(counted.filter.clone())));
    let mut figures: Vec<Figure> = figures.collect();
    if !successes.is_empty() {
        let filter = format!("outcome in ({}) and {done}", successes.join(", "));
        figures.push(share_of("reached", reached, all, asked.with(&filter)));
    }
    let joined = Joined::of(kinds.iter().flat_map(|(.., groups)| groups));
    let groups = joined.groups(|key, group| {
        let one = |(kind, counted, _): &(&'static str, Counted, _)| {
            count(kind, counted.n(key), Some(counted.within(group)))
        };
        kinds.iter().map(one).collect()
    });
    Ok((by.to_owned(), figures, groups))
}
