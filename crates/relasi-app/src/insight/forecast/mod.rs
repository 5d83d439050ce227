//! What will be won in a period: quotas, what is won, what open deals promise, by person or team. Only open deals are
//! forecast, amounts are in the currency of the workspace, and what one may not see counts in no figure.

mod accuracy;
mod callers;
mod calls;
mod changes;
mod figures;
mod file;
mod outcomes;
mod past;
mod people;
mod quotas;
mod snapshot;
mod sums;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use relasi_domain::{
    insight::{
        forecast::{months_within, outlook, period_of},
        sales::Period,
    },
    sales::deal,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub use self::{
    accuracy::{Accuracy, Guess, Point, accuracy},
    calls::{Call, Calls, MAX_NOTE, NewCall, call, calls},
    changes::{Changes, Item, MoveSum, changes},
    file::{csv, formulas},
    quotas::{Cell, Cells, Line, MAX_CELLS, Sheet, set as set_quotas, sheet as quotas},
    snapshot::handlers,
};
pub(crate) use self::{
    past::{clear as clear_sample, furnish as furnish_sample},
    people::readable,
    sums::won,
};

use self::{
    people::{seen, teams, tree},
    sums::{Read, Sums, read_open, read_won},
};
use super::sales::Figure;
use crate::{
    platform::exchange_rate,
    records::{ListRequest, Work},
    refusal::{Refusal, Result},
};

/// By what a forecast is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// By who answers for the deals, as they report to each other.
    #[default]
    Person,
    /// By team.
    Team,
}

/// What a client asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The day after the last one.
    pub to: Option<NaiveDate>,
    /// By what it is split.
    pub by: By,
    /// Only these deals.
    pub filter: Option<String>,
    /// The time zone of the workspace.
    pub zone: Tz,
}

/// The figures of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// `total`, `person`, `group` (a leader with all who report to them) or `team`.
    pub kind: &'static str,
    /// The person or team; none for deals of nobody.
    pub id: Option<Uuid>,
    /// What they are called.
    pub label: Option<String>,
    /// How many stand above.
    pub depth: usize,
    /// Why there is no outlook by history: `too_little_history`.
    pub history_lacks: Option<&'static str>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// Whose deals a group is of.
    #[serde(skip)]
    pub(crate) below: Vec<Uuid>,
}

/// A forecast.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// Its period.
    #[serde(flatten)]
    pub period: Period,
    /// The time zone in which its days are meant.
    pub zone: String,
    /// By what it is split.
    pub by: By,
    /// In which all amounts are; ISO 4217.
    pub currency: String,
    /// Currencies of deals for which there is no rate; these are left out.
    pub lacking: Vec<String>,
    /// Whether the period consists of whole months, which quotas need.
    pub has_quotas: bool,
    /// Of which day the outcomes of stages are; none when they are of now.
    pub history_of: Option<String>,
    /// The first and the last day of which there is a snapshot.
    pub snapshots: Option<(String, String)>,
    /// Its name where something can be said of it: `2026-11`, `2026-Q4`, `2026`.
    pub call_period: Option<String>,
    /// What those who lead others say themselves, as far as it is for the caller: the newest of each.
    pub calls: Vec<Call>,
    /// Over all.
    pub total: Row,
    /// By person or team.
    pub rows: Vec<Row>,
}

/// What is known before any figure.
struct Asked {
    period: Period,
    by: By,
    list: ListRequest,
}

fn ask(work: &Work<'_>, request: &Request) -> Result<Asked> {
    let fields = [
        "status",
        "closed_at",
        "close_date",
        "stage_id",
        "owner_id",
        "amount",
        "currency",
        "probability",
        "forecast_category",
    ];
    let hidden = |name: &&str| work.access.hides(&deal::OBJECT, name);
    if fields.iter().any(hidden) {
        return Err(Refusal::Forbidden);
    }
    let today = work.now.with_timezone(&request.zone).date_naive();
    let period = Period::new(request.from, request.to, today)?;
    let list = ListRequest {
        filter: request.filter.clone(),
        zone: Some(request.zone),
        ..ListRequest::default()
    };
    work.check_list(&deal::OBJECT, &list)?;
    Ok(Asked {
        period,
        by: request.by,
        list,
    })
}

impl Asked {
    fn is_of_months(&self) -> bool {
        self.period.from.day() == 1 && self.period.to.day() == 1
    }

    fn today(&self, work: &Work<'_>) -> NaiveDate {
        let zone = self.list.zone.unwrap_or(chrono_tz::UTC);
        work.now.with_timezone(&zone).date_naive()
    }
}

/// The forecast of a period.
///
/// # Errors
/// Faults of the parameters; forbidden for who may not see what deals are worth and how they end.
pub fn forecast(work: &mut Work<'_>, request: &Request) -> Result<Answer> {
    let asked = ask(work, request)?;
    let today = asked.today(work);
    let rates = exchange_rate::of_day(work, today)?;
    let (history_of, outcomes) = outcomes::read(work.conn, work.access.workspace_id, work.now)?;
    let mut read = Read {
        by_key: BTreeMap::new(),
        lacking: BTreeSet::new(),
    };
    read_open(work, &asked, &rates, &outcomes, &mut read)?;
    for won in read_won(work, &asked, rates.own(), false, &mut read.lacking)? {
        read.by_key.entry(won.key).or_default().won.add(won.sum);
    }
    let mut total = Sums::default();
    for sums in read.by_key.values() {
        total.add(sums);
    }
    add_quotas(work, &asked, &mut read.by_key, &mut total)?;
    let calls = calls::standing_calls(work, &asked)?;
    let everything = calls.iter().find(|call| call.kind == "workspace");
    total.call = everything.and_then(|call| call.amount);
    let rows = rows(work, &asked, (&read.by_key, &calls), rates.own())?;
    let total = figures::row(&asked, rates.own(), ("total", None, None, 0), &total, None);
    Ok(Answer {
        period: asked.period,
        zone: request.zone.name().to_owned(),
        by: asked.by,
        currency: rates.own().to_owned(),
        lacking: read.lacking.into_iter().collect(),
        has_quotas: asked.is_of_months(),
        history_of,
        snapshots: snapshot::span(work)?,
        call_period: period_of(asked.period.from, asked.period.to),
        calls,
        total,
        rows,
    })
}

/// Adds what everybody should win. The quota of the whole is that of the workspace, or else what those of all people, or
/// teams, add up to.
fn add_quotas(
    work: &mut Work<'_>,
    asked: &Asked,
    by_key: &mut BTreeMap<Option<Uuid>, Sums>,
    total: &mut Sums,
) -> Result<()> {
    if !asked.is_of_months() {
        return Ok(());
    }
    let months = months_within(asked.period.from, asked.period.to);
    let (kind, visible): (&str, BTreeSet<Uuid>) = match asked.by {
        By::Person => ("person", seen(work)?.into_keys().collect()),
        By::Team => ("team", teams(work)?.into_keys().collect()),
    };
    for measure in relasi_domain::insight::forecast::MEASURES {
        let (mut own, mut all) = (None, None);
        for (((of, id), _), value) in quotas::read(work, measure, &months)? {
            if of == "workspace" && work.access.sees_everything() {
                *own.get_or_insert(0) += value;
            } else if of == kind && visible.contains(&id) {
                *all.get_or_insert(0) += value;
                let sums = by_key.entry(Some(id)).or_default();
                *quota(sums, measure).get_or_insert(0) += value;
            }
        }
        *quota(total, measure) = own.or(all);
    }
    Ok(())
}

/// What should be won in months, of everybody as far as the caller may see that, or of a member or team; with the currency.
pub(crate) fn goals(
    work: &mut Work<'_>,
    whose: Option<(&str, Uuid)>,
    months: &[NaiveDate],
) -> Result<(String, BTreeMap<NaiveDate, i64>)> {
    let (people, teams) = (seen(work)?, teams(work)?);
    let (mut own, mut all) = (BTreeMap::new(), BTreeMap::new());
    for (((kind, id), month), value) in quotas::read(work, "won_amount", months)? {
        let wanted = match whose {
            Some(whose) => whose == (kind.as_str(), id),
            None => kind == "person",
        };
        let visible = people.contains_key(&id) || (kind == "team" && teams.contains_key(&id));
        if kind == "workspace" && whose.is_none() && work.access.sees_everything() {
            own.insert(month, value);
        } else if wanted && visible {
            *all.entry(month).or_insert(0) += value;
        }
    }
    for (month, value) in own {
        all.insert(month, value);
    }
    let currency = exchange_rate::of_day(work, work.now.date_naive())?
        .own()
        .to_owned();
    Ok((currency, all))
}

fn quota<'s>(sums: &'s mut Sums, measure: &str) -> &'s mut Option<i64> {
    if measure == "won_count" {
        &mut sums.quota_count
    } else {
        &mut sums.quota
    }
}

fn rows(
    work: &mut Work<'_>,
    asked: &Asked,
    (by_key, calls): (&BTreeMap<Option<Uuid>, Sums>, &[Call]),
    currency: &str,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let call_of = |id: Uuid| {
        let of = calls
            .iter()
            .find(|call| call.kind == "person" && call.subject_id == id);
        of.and_then(|call| call.amount)
    };
    let mut push = |at: (&'static str, Option<Uuid>, Option<String>, usize),
                    sums: &Sums,
                    below: Option<&[Uuid]>| {
        rows.push(figures::row(asked, currency, at, sums, below));
    };
    let mut named: BTreeSet<Uuid> = BTreeSet::new();
    match asked.by {
        By::Person => {
            let people = seen(work)?;
            let shown = by_key.keys().flatten().copied().collect();
            for place in tree(&people, &shown) {
                let name = people.get(&place.id).map(|person| person.name.clone());
                let mut depth = place.depth;
                if place.below.len() > 1 {
                    let mut all = Sums::default();
                    for sums in place.below.iter().filter_map(|id| by_key.get(&Some(*id))) {
                        all.add(sums);
                    }
                    // What is said of somebody who leads others is said of all of them.
                    all.call = call_of(place.id);
                    push(
                        ("group", Some(place.id), name.clone(), depth),
                        &all,
                        Some(&place.below),
                    );
                    depth += 1;
                }
                named.extend(place.below.iter().copied());
                if let Some(sums) = by_key.get(&Some(place.id)) {
                    let mut sums = sums.clone();
                    sums.call = call_of(place.id).filter(|_| place.below.len() == 1);
                    push(("person", Some(place.id), name, depth), &sums, None);
                }
            }
        }
        By::Team => {
            let mut teams: Vec<(Uuid, String)> = teams(work)?.into_iter().collect();
            teams.sort_by(|one, other| one.1.cmp(&other.1));
            for (id, name) in teams {
                named.insert(id);
                if let Some(sums) = by_key.get(&Some(id)) {
                    push(("team", Some(id), Some(name), 0), sums, None);
                }
            }
        }
    }
    // Deals of nobody, and shared ones of those whom the caller does not see otherwise.
    let rest = by_key
        .keys()
        .filter(|key| key.is_none_or(|id| !named.contains(&id)));
    let rest: Vec<Option<Uuid>> = rest.copied().collect();
    let ids: Vec<String> = rest.iter().flatten().map(Uuid::to_string).collect();
    let (kind, target) = match asked.by {
        By::Person => ("person", "user"),
        By::Team => ("team", "team"),
    };
    let found = if ids.is_empty() {
        None
    } else {
        work.store().named(target, &ids)?
    };
    let names: BTreeMap<String, String> = found
        .into_iter()
        .flat_map(|(_, found)| found)
        .map(|one| (one.id, one.title))
        .collect();
    for key in rest {
        let name = key.and_then(|id| names.get(&id.to_string()).cloned());
        push((kind, key, name, 0), &by_key[&key], None);
    }
    Ok(rows)
}

/// What the deals of some stages will bring, or why that is not known.
fn outlook_of(
    sums: &Sums,
) -> std::result::Result<relasi_domain::insight::forecast::Outlook, &'static str> {
    let parts: Vec<_> = sums.stages.values().copied().collect();
    outlook(&parts).ok_or("too_little_history")
}

/// An answer as the API has it, with what each figure means.
pub fn shown(answer: &Answer, language: relasi_domain::locale::Language) -> Value {
    let mut body = serde_json::json!(answer);
    body["formulas"] = serde_json::json!(formulas(language));
    body
}
