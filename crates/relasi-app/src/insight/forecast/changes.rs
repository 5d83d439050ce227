//! What changed since a day: what became of each deal that counted then or counts now. The moves add up to the difference.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use relasi_domain::{
    identity::access::Action,
    insight::{
        forecast::{MOVES, Move, Now, Then, category_sql, moved},
        sales::Period,
    },
    sales::deal,
};
use relasi_persistence::{Row, Statement, StoreError, store::push_visible};
use serde::Serialize;
use uuid::Uuid;

use super::{Request, ask, sums::Sum};
use crate::{platform::exchange_rate, records::Work, refusal::Result};

/// Deals that are named at most, those that make the most difference.
const NAMED: usize = 100;

/// What deals of a kind of move make together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoveSum {
    /// The kind of move.
    pub kind: &'static str,
    /// How many deals.
    pub n: i64,
    /// What they make of the sum.
    pub amount: i64,
}

/// What became of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The deal.
    pub deal_id: Uuid,
    /// What it is called.
    pub name: String,
    /// The kind of move.
    pub kind: &'static str,
    /// What it makes of the sum.
    pub amount: i64,
    /// Where it counted.
    pub category_then: Option<String>,
    /// Where it counts; none for one that is closed or gone.
    pub category: Option<String>,
    /// When it should have closed.
    pub close_date_then: Option<String>,
    /// When it should close.
    pub close_date: Option<String>,
}

/// What changed.
#[derive(Debug, Clone, Serialize)]
pub struct Changes {
    /// The period in which the deals should close.
    #[serde(flatten)]
    pub period: Period,
    /// The day whose beginning it is compared with; none when no day was noted yet.
    pub since: Option<String>,
    /// Of all amounts, by the rates of today; ISO 4217.
    pub currency: String,
    /// Currencies without a rate; their deals are left out.
    pub lacking: Vec<String>,
    /// Deals that counted then.
    pub then_n: i64,
    /// What they were worth.
    pub then_amount: i64,
    /// Deals that count now.
    pub now_n: i64,
    /// What they are worth.
    pub now_amount: i64,
    /// By kind of move; what they make adds up to the difference.
    pub moves: Vec<MoveSum>,
    /// The deals that make the most difference.
    pub items: Vec<Item>,
    /// There are more than these.
    pub more: bool,
}

/// A deal with how it stood, as it is read.
struct Line {
    id: Uuid,
    name: String,
    status: Option<String>,
    created_at: i64,
    owner: Option<Uuid>,
    category: String,
    amount: i64,
    currency: String,
    close_date: Option<String>,
    then: Option<State>,
}

struct State {
    owner: Option<Uuid>,
    category: String,
    amount: i64,
    currency: String,
    close_date: Option<String>,
}

/// What changed since a day, over all deals that the caller may see, or those of an owner.
pub fn changes(
    work: &mut Work<'_>,
    request: &Request,
    (since, owner, kind): (NaiveDate, Option<Uuid>, Option<Move>),
) -> Result<Changes> {
    let asked = ask(work, request)?;
    let rates = exchange_rate::of_day(work, asked.today(work))?;
    let mut answer = Changes {
        period: asked.period,
        since: None,
        currency: rates.own().to_owned(),
        lacking: Vec::new(),
        then_n: 0,
        then_amount: 0,
        now_n: 0,
        now_amount: 0,
        moves: Vec::new(),
        items: Vec::new(),
        more: false,
    };
    let Some((day, taken_at)) = day_of(work, since)? else {
        return Ok(answer);
    };
    let lines = lines(work, asked.period, &day)?;
    answer.since = Some(day);
    let mut lacking = BTreeSet::new();
    let mut sums: BTreeMap<Move, Sum> = BTreeMap::new();
    let within = |day: Option<&String>| {
        let day = day.and_then(|day| day.parse::<NaiveDate>().ok());
        day.is_some_and(|day| asked.period.from <= day && day < asked.period.to)
    };
    let theirs = |of: Option<Uuid>| owner.is_none() || of == owner;
    let mut items = Vec::new();
    for line in lines {
        let mut own = |amount: i64, currency: &str| {
            let found = rates.own_amount(amount, currency);
            if found.is_none() {
                lacking.insert(currency.to_owned());
            }
            found
        };
        let Some(amount) = own(line.amount, &line.currency) else {
            continue;
        };
        let before = match &line.then {
            None => None,
            Some(state) => {
                let Some(amount) = own(state.amount, &state.currency) else {
                    continue;
                };
                Some(Then {
                    within: within(state.close_date.as_ref()),
                    theirs: theirs(state.owner),
                    category: &state.category,
                    amount,
                })
            }
        };
        let now = Now {
            status: line.status.as_deref(),
            new: line.created_at >= taken_at,
            within: within(line.close_date.as_ref()),
            theirs: theirs(line.owner),
            category: &line.category,
            amount,
        };
        if let Some(amount) = before.and_then(Then::counted) {
            answer.then_n += 1;
            answer.then_amount = answer.then_amount.saturating_add(amount);
        }
        if let Some(amount) = now.counts() {
            answer.now_n += 1;
            answer.now_amount = answer.now_amount.saturating_add(amount);
        }
        let Some((what, by)) = moved(before, now) else {
            continue;
        };
        sums.entry(what).or_default().add(Sum { n: 1, amount: by });
        if kind.is_none_or(|kind| kind == what) {
            items.push(item(line, what, by));
        }
    }
    let of = |(one, kind): (Move, &'static str)| {
        let sum = sums.get(&one)?;
        Some(MoveSum {
            kind,
            n: sum.n,
            amount: sum.amount,
        })
    };
    answer.moves = MOVES.into_iter().filter_map(of).collect();
    answer.lacking = lacking.into_iter().collect();
    items.sort_by_key(|item| (std::cmp::Reverse(item.amount.unsigned_abs()), item.deal_id));
    answer.more = items.len() > NAMED;
    items.truncate(NAMED);
    answer.items = items;
    Ok(answer)
}

fn item(line: Line, what: Move, by: i64) -> Item {
    let open = line.status.as_deref() == Some("open");
    let then = line.then;
    Item {
        deal_id: line.id,
        name: line.name,
        kind: what.code(),
        amount: by,
        category_then: then.as_ref().map(|state| state.category.clone()),
        category: open.then_some(line.category),
        close_date_then: then.and_then(|state| state.close_date),
        close_date: line.close_date,
    }
}

/// The last day up to one that was noted, or the first one of all, and when that was done.
fn day_of(work: &mut Work<'_>, since: NaiveDate) -> Result<Option<(String, i64)>> {
    let mut look = |with: &str, order: &str| {
        let mut statement =
            Statement::new("SELECT day, taken_at FROM forecast_days WHERE workspace_id = ");
        statement
            .bind(work.access.workspace_id)
            .push(with)
            .bind(since);
        statement.push(order).limit(1);
        work.conn
            .row(&statement, |row| Ok((row.text(0)?, row.int(1)?)))
    };
    match look(" AND day <= ", " ORDER BY day DESC")? {
        Some(found) => Ok(Some(found)),
        None => Ok(look(" AND day > ", " ORDER BY day")?),
    }
}

/// Deals that should have closed in the period on the day, or should now.
fn lines(work: &mut Work<'_>, period: Period, day: &str) -> Result<Vec<Line>> {
    let now = format!(
        "SELECT d.id, d.name, CASE WHEN d.deleted_at IS NULL THEN d.status END, d.created_at, d.owner_id, {}, \
         coalesce(d.amount, 0), d.currency, d.close_date",
        category_sql()
    );
    let stages = "JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id";
    let limit = work.access.limit(&deal::OBJECT, Action::See);
    let in_period = |column: &str, statement: &mut Statement| {
        statement.push(&format!("{column} >= ")).bind(period.from);
        statement.push(&format!(" AND {column} < ")).bind(period.to);
    };
    let then = "x.owner_id, x.category, x.amount, x.currency, x.close_date";
    let mut known = Statement::new(format!(
        "{now}, {then} FROM deal_states x JOIN deals d ON d.workspace_id = x.workspace_id AND d.id = x.deal_id {stages} \
         WHERE x.workspace_id = "
    ));
    known
        .bind(work.access.workspace_id)
        .push(" AND x.to_day > ")
        .bind(day)
        .push(" AND x.from_day <= ")
        .bind(day)
        .push(" AND ");
    in_period("x.close_date", &mut known);
    push_visible(&limit, "d", &mut known);
    // Those that came into the period since, and those that are new: they have no state of the day.
    let mut come = Statement::new(format!(
        "{now}, {then} FROM deals d {stages} LEFT JOIN deal_states x ON x.workspace_id = d.workspace_id AND x.deal_id = d.id \
         AND x.from_day <= "
    ));
    come.bind(day)
        .push(" AND x.to_day > ")
        .bind(day)
        .push(" WHERE d.workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND d.status = 'open' AND d.deleted_at IS NULL AND ");
    in_period("d.close_date", &mut come);
    come.push(" AND (x.close_date IS NULL OR NOT (");
    in_period("x.close_date", &mut come);
    come.push("))");
    push_visible(&limit, "d", &mut come);
    let mut lines = work.conn.rows(&known, line)?;
    lines.extend(work.conn.rows(&come, line)?);
    Ok(lines)
}

fn state(row: &Row<'_>) -> std::result::Result<Option<State>, StoreError> {
    let Some(category) = row.opt_text(10)? else {
        return Ok(None);
    };
    Ok(Some(State {
        owner: row.opt_id(9)?,
        category,
        amount: row.int(11)?,
        currency: row.text(12)?,
        close_date: row.opt_text(13)?,
    }))
}

fn line(row: &Row<'_>) -> std::result::Result<Line, StoreError> {
    Ok(Line {
        id: row.id(0)?,
        name: row.text(1)?,
        status: row.opt_text(2)?,
        created_at: row.int(3)?,
        owner: row.opt_id(4)?,
        category: row.text(5)?,
        amount: row.int(6)?,
        currency: row.text(7)?,
        close_date: row.opt_text(8)?,
        then: state(row)?,
    })
}
