//! Lines of deals and quotes: read, priced, worked out and written together.

use relasi_domain::{
    commerce::{
        exact::Exact,
        line::{Line, MAX_LINES, NewLine, Tax, Totals, totals},
        margin::{Margins, margins},
        product, quote,
    },
    fault::{Fault, Faults},
    identity::access::Action,
    record::{Document, Object},
    sales::deal,
};
use relasi_persistence::{Conn, Row, Statement, StoreError, sql::Value as Sql, store::text_of};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{compose::priced, quote::edited};
use crate::{
    records::{Part, Work, member_id},
    refusal::{Refusal, Result},
};

/// What has lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A deal.
    Deal,
    /// A quote.
    Quote,
}

impl Owner {
    /// The object.
    pub fn object(self) -> &'static Object {
        match self {
            Self::Deal => &deal::OBJECT,
            Self::Quote => &quote::OBJECT,
        }
    }

    const fn column(self) -> &'static str {
        match self {
            Self::Deal => "deal_id",
            Self::Quote => "quote_id",
        }
    }

    /// The field that says what it all comes to: who may not see it sees no lines.
    const fn sum(self) -> &'static str {
        match self {
            Self::Deal => "amount",
            Self::Quote => "total",
        }
    }
}

/// The lines of a record and what they come to.
#[derive(Debug, Clone, Serialize)]
pub struct Lines {
    /// In their order.
    pub lines: Vec<Line>,
    /// The sums.
    pub totals: Totals,
    /// ISO 4217.
    pub currency: String,
    /// How much less than by the price book the cheapest line costs, in per cent.
    pub discount_share: Exact,
    /// What they earn; none for whom costs are hidden.
    pub margin: Option<Margins>,
    /// Version of the record.
    pub version: i64,
}

const COLUMNS: &str = "id, product_id, name, description, unit, options, quantity, unit_price, list_price, \
    discount_percent, discount_amount, tax_rate_id, tax_name, tax_percent, tax_included, gross, discount, net, \
    unit_cost";

fn read(row: &Row<'_>) -> std::result::Result<Line, StoreError> {
    let tax = row.opt_id(11)?.map(|id| {
        Ok::<_, StoreError>(Tax {
            id,
            name: row.opt_text(12)?.unwrap_or_default(),
            percent: Exact(row.opt_int(13)?.unwrap_or_default()),
            included: row.bool(14)?,
        })
    });
    Ok(Line {
        id: row.id(0)?,
        product_id: row.opt_id(1)?,
        name: row.text(2)?,
        description: row.opt_text(3)?,
        unit: row.opt_text(4)?,
        options: row.json(5)?,
        quantity: Exact(row.int(6)?),
        unit_price: row.int(7)?,
        list_price: row.opt_int(8)?,
        discount_percent: row.opt_int(9)?.map(Exact),
        discount_amount: row.opt_int(10)?,
        tax: tax.transpose()?,
        gross: row.int(15)?,
        discount: row.int(16)?,
        net: row.int(17)?,
        unit_cost: row.opt_int(18)?,
    })
}

/// The lines of a record, whoever asks.
pub(super) fn of(conn: &mut Conn, workspace: Uuid, owner: Owner, id: Uuid) -> Result<Vec<Line>> {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM line_items WHERE workspace_id = "
    ));
    statement
        .bind(workspace)
        .push(&format!(" AND {} = ", owner.column()))
        .bind(id)
        .push(" ORDER BY position");
    Ok(conn.rows(&statement, read)?)
}

fn shown(work: &mut Work<'_>, owner: Owner, record: &Document) -> Result<Lines> {
    let id = member_id(record, "id").unwrap_or_default();
    let lines = of(work.conn, work.access.workspace_id, owner, id)?;
    let totals = totals(&lines).map_err(Faults::from)?;
    let hidden = work.access.hides(&product::OBJECT, "cost");
    Ok(Lines {
        totals,
        margin: (!hidden).then(|| margins(&lines)),
        discount_share: largest_share(&lines),
        lines,
        currency: text_of(record, "currency"),
        version: record.get("version").and_then(Value::as_i64).unwrap_or(0),
    })
}

/// The largest share that is taken off a line.
pub(super) fn largest_share(lines: &[Line]) -> Exact {
    let shares = lines.iter().map(Line::discount_share);
    shares.max().unwrap_or_default()
}

/// The lines of a record that the caller may see.
pub fn get(work: &mut Work<'_>, owner: Owner, id: Uuid) -> Result<Lines> {
    let record = work.visible(owner.object(), id)?;
    may_see_sums(work, owner)?;
    shown(work, owner, &record)
}

fn may_see_sums(work: &Work<'_>, owner: Owner) -> Result<()> {
    if work.access.hides(owner.object(), owner.sum()) {
        return Err(Refusal::Forbidden);
    }
    Ok(())
}

/// Puts lines in the place of those that a record has: priced, worked out, and added up.
pub fn set(
    work: &mut Work<'_>,
    owner: Owner,
    id: Uuid,
    version: Option<i64>,
    new: &[NewLine],
) -> Result<Lines> {
    let object = owner.object();
    may_see_sums(work, owner)?;
    let told = ("lines_changed", "lines");
    let saved = work.change_part(object, (id, version), told, |work, record| {
        if new.len() > MAX_LINES {
            let fault = Fault::at("/lines", "too_many").with("max", MAX_LINES);
            return Err(fault.into());
        }
        let old = of(work.conn, work.access.workspace_id, owner, id)?;
        let lines = priced(work, record, new)?;
        let sums = totals(&lines).map_err(Faults::from)?;
        write(work, owner, id, &lines)?;
        let members = match owner {
            Owner::Quote => quote_members(record, &sums)?,
            // What a deal is worth follows by its rules, where it is to.
            Owner::Deal => Document::new(),
        };
        let same = without_ids(&old) == without_ids(&lines);
        let new = if same { words(&old) } else { words(&lines) };
        let old = if same || words(&old) != new {
            words(&old)
        } else {
            // Something else than what is told has changed.
            Value::Null
        };
        Ok(Part { members, old, new })
    })?;
    shown(work, owner, &saved)
}

fn without_ids(lines: &[Line]) -> Vec<Line> {
    let bare = |line: &Line| Line {
        id: Uuid::nil(),
        ..line.clone()
    };
    lines.iter().map(bare).collect()
}

/// What the log tells of lines: how many of what, without amounts.
fn words(lines: &[Line]) -> Value {
    let word = |line: &Line| format!("{} × {}", line.quantity.text(), line.name);
    json!(lines.iter().map(word).collect::<Vec<_>>())
}

fn quote_members(record: &Document, sums: &Totals) -> Result<Document> {
    let mut members = edited(record)?;
    for (name, amount) in [
        ("subtotal", sums.subtotal),
        ("discount", sums.discount),
        ("tax", sums.tax),
        ("total", sums.total),
    ] {
        members.insert(name.to_owned(), json!(amount));
    }
    Ok(members)
}

/// What the lines of a deal come to; none without lines.
pub(crate) fn total_of_deal(work: &mut Work<'_>, id: Uuid) -> Result<Option<i64>> {
    let lines = of(work.conn, work.access.workspace_id, Owner::Deal, id)?;
    if lines.is_empty() {
        return Ok(None);
    }
    let totals = totals(&lines).map_err(Faults::from)?;
    Ok(Some(totals.total))
}

/// Whether a record has lines.
pub(crate) fn has(work: &mut Work<'_>, owner: Owner, id: Uuid) -> Result<bool> {
    let mut statement = Statement::new("SELECT 1 FROM line_items WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(&format!(" AND {} = ", owner.column()))
        .bind(id)
        .limit(1);
    Ok(work.conn.row(&statement, |_| Ok(()))?.is_some())
}

fn write(work: &mut Work<'_>, owner: Owner, id: Uuid, lines: &[Line]) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut gone = Statement::new("DELETE FROM line_items WHERE workspace_id = ");
    gone.bind(workspace)
        .push(&format!(" AND {} = ", owner.column()))
        .bind(id);
    work.conn.execute(&gone)?;
    let intro = format!("workspace_id, {}, position, {COLUMNS}", owner.column());
    let columns: Vec<&str> = intro.split(',').map(str::trim).collect();
    let rows = (0_i64..).zip(lines).map(|(place, line)| {
        let own: [Sql; 3] = [workspace.into(), id.into(), place.into()];
        own.into_iter().chain(values(line)).collect()
    });
    let rows: Vec<Vec<Sql>> = rows.collect();
    work.store().insert_rows("line_items", &columns, &rows)?;
    Ok(())
}

/// In the order of [`COLUMNS`].
fn values(line: &Line) -> Vec<Sql> {
    let tax = line.tax.as_ref();
    vec![
        line.id.into(),
        line.product_id.into(),
        line.name.as_str().into(),
        line.description.as_deref().into(),
        line.unit.as_deref().into(),
        json!(line.options).to_string().into(),
        line.quantity.0.into(),
        line.unit_price.into(),
        line.list_price.into(),
        line.discount_percent.map(|percent| percent.0).into(),
        line.discount_amount.into(),
        tax.map(|tax| tax.id).into(),
        tax.map(|tax| tax.name.as_str()).into(),
        tax.map(|tax| tax.percent.0).into(),
        tax.is_some_and(|tax| tax.included).into(),
        line.gross.into(),
        line.discount.into(),
        line.net.into(),
        line.unit_cost.into(),
    ]
}

/// Writes the lines of a record that has none yet, whoever may change it; what they come to.
pub(crate) fn fill(
    work: &mut Work<'_>,
    owner: Owner,
    record: &Document,
    new: &[NewLine],
) -> Result<Totals> {
    let lines = priced(work, record, new)?;
    let id = member_id(record, "id").unwrap_or_default();
    write(work, owner, id, &lines)?;
    Ok(totals(&lines).map_err(Faults::from)?)
}

/// Gives a new quote the lines of its deal.
pub fn copy_from_deal(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Lines> {
    let quote = work.open(&quote::OBJECT, id, version, Action::Edit)?;
    let deal = member_id(&quote, "deal_id").ok_or(Refusal::NotFound)?;
    let lines = get(work, Owner::Deal, deal)?.lines;
    let new: Vec<NewLine> = lines.into_iter().map(again).collect();
    set(work, Owner::Quote, id, version, &new)
}

/// Gives the deal of a quote the lines of that quote, as they are, and their currency; from then on it is worth what they
/// come to. The deal as it is then.
pub(super) fn give_to_deal(work: &mut Work<'_>, quote: Uuid, deal: &Document) -> Result<Document> {
    let workspace = work.access.workspace_id;
    let id = member_id(deal, "id").unwrap_or_default();
    let agreed = of(work.conn, workspace, Owner::Quote, quote)?;
    let Some(record) = work.store().find(&quote::OBJECT, quote)? else {
        return Ok(deal.clone());
    };
    if agreed.is_empty() {
        return Ok(deal.clone());
    }
    let old = of(work.conn, workspace, Owner::Deal, id)?;
    let mut version = deal.get("version").and_then(Value::as_i64);
    if record.get("currency") != deal.get("currency") {
        // Lines stay in their currency: it changes between the former and the new ones.
        write(work, Owner::Deal, id, &[])?;
        let told = ("updated", "lines");
        let changed = work.change_part(&deal::OBJECT, (id, version), told, |_, _| {
            let currency = record.get("currency").cloned().unwrap_or_default();
            Ok(Part {
                members: Document::from_iter([("currency".to_owned(), currency)]),
                old: Value::Null,
                new: Value::Null,
            })
        })?;
        version = changed.get("version").and_then(Value::as_i64);
    }
    let given: Vec<Line> = agreed
        .iter()
        .map(|line| Line {
            id: Uuid::now_v7(),
            ..line.clone()
        })
        .collect();
    let told = ("lines_changed", "lines");
    work.change_part(&deal::OBJECT, (id, version), told, |work, _| {
        write(work, Owner::Deal, id, &given)?;
        Ok(Part {
            members: Document::from_iter([("amount_follows_lines".to_owned(), json!(true))]),
            old: words(&old),
            new: words(&given),
        })
    })
}

/// A line to be written once more, with the prices that it has.
fn again(line: Line) -> NewLine {
    NewLine {
        product_id: line.product_id,
        name: Some(line.name),
        description: line.description,
        unit: line.unit,
        options: line.options,
        quantity: line.quantity,
        unit_price: Some(line.unit_price),
        discount_percent: line.discount_percent,
        discount_amount: line.discount_amount,
        tax_rate_id: Some(line.tax.map(|tax| tax.id)),
    }
}
