//! Who stands above and below whom: companies that own companies, people who report to people.

use chrono::NaiveDate;
use relasi_domain::{
    people::{company, contact, relationship::REPORTS_TO},
    record::Object,
    sales::deal,
};
use relasi_persistence::Statement;
use serde::Serialize;
use uuid::Uuid;

use super::company::MAX_ABOVE;
use crate::{
    insight::home::push_reach, records::Work, refusal::Result, sales::totals::sees_amounts,
};

/// Records shown below one at most.
const MOST_BELOW: u32 = 100;
/// Companies of a group whose deals are added up at most.
const MOST_IN_GROUP: u32 = 500;
/// People above one that are shown at most.
const MOST_BOSSES: usize = 10;

/// A company or person of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// The record.
    pub id: Uuid,
    /// Its name.
    pub title: String,
    /// City of a company, job title of a person.
    pub subtitle: Option<String>,
    /// Whether there is something below it.
    pub has_below: bool,
}

/// What is next to a record in its tree.
#[derive(Debug, Serialize)]
pub struct Tree {
    /// From the top down, as far as the caller may see.
    pub above: Vec<Node>,
    /// Directly below, by name.
    pub below: Vec<Node>,
    /// Whether more are below than are told.
    pub more: bool,
}

/// Open deals of one currency.
#[derive(Debug, Serialize)]
pub struct Open {
    /// ISO 4217.
    pub currency: String,
    /// Deals.
    pub count: i64,
    /// In minor units; none for who may not see amounts.
    pub amount: Option<i64>,
}

/// A company and all below it, taken together.
#[derive(Debug, Serialize)]
pub struct Group {
    /// How many companies, itself included.
    pub companies: usize,
    /// Whether there are more than were taken together.
    pub more: bool,
    /// Their open deals, as far as the caller may see them.
    pub open: Vec<Open>,
}

/// The companies above and below one.
pub fn family(work: &mut Work<'_>, id: Uuid) -> Result<(Tree, Group)> {
    let object = &company::OBJECT;
    work.get(object, id)?;
    if work.access.hides(object, "parent_id") {
        return Ok((tree(Vec::new(), Vec::new()), group(work, id)?));
    }
    let mut above = Vec::new();
    let mut at = parent(work, id)?;
    while let Some(next) = at.filter(|_| above.len() < MAX_ABOVE as usize) {
        let Some(node) = company_nodes(work, "c.id", next, 1)?.pop() else {
            break;
        };
        above.insert(0, node);
        at = parent(work, next)?;
    }
    let below = company_nodes(work, "c.parent_id", id, MOST_BELOW + 1)?;
    Ok((tree(above, below), group(work, id)?))
}

/// The people to whom one reports on a day, and those who report to one.
pub fn reporting_line(work: &mut Work<'_>, id: Uuid, day: NaiveDate) -> Result<Tree> {
    work.get(&contact::OBJECT, id)?;
    let mut above: Vec<Node> = Vec::new();
    let mut at = id;
    while above.len() < MOST_BOSSES {
        let Some(node) = people(work, (Side::Above, at), day, 1)?.pop() else {
            break;
        };
        if node.id == id || above.iter().any(|known| known.id == node.id) {
            break;
        }
        at = node.id;
        above.insert(0, node);
    }
    let below = people(work, (Side::Below, id), day, MOST_BELOW + 1)?;
    Ok(tree(above, below))
}

fn tree(above: Vec<Node>, mut below: Vec<Node>) -> Tree {
    let more = below.len() > MOST_BELOW as usize;
    below.truncate(MOST_BELOW as usize);
    Tree { above, below, more }
}

fn parent(work: &mut Work<'_>, id: Uuid) -> Result<Option<Uuid>> {
    let mut statement = Statement::new("SELECT parent_id FROM companies WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    Ok(work.conn.row(&statement, |row| row.opt_id(0))?.flatten())
}

fn company_nodes(work: &mut Work<'_>, column: &str, id: Uuid, limit: u32) -> Result<Vec<Node>> {
    let mut statement = Statement::new(
        "SELECT c.id, c.name, c.city, EXISTS (SELECT 1 FROM companies b WHERE b.workspace_id = c.workspace_id \
         AND b.parent_id = c.id AND b.deleted_at IS NULL) FROM companies c WHERE c.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(&format!(" AND {column} = "))
        .bind(id)
        .push(" AND c.deleted_at IS NULL");
    nodes(work, statement, &company::OBJECT, "c.name_key", limit)
}

/// Whom of the two to look for.
#[derive(Clone, Copy)]
enum Side {
    Above,
    Below,
}

fn people(
    work: &mut Work<'_>,
    (side, of): (Side, Uuid),
    day: NaiveDate,
    limit: u32,
) -> Result<Vec<Node>> {
    let (known, wanted) = match side {
        Side::Above => ("r.from_contact_id", "r.to_contact_id"),
        Side::Below => ("r.to_contact_id", "r.from_contact_id"),
    };
    let mut statement = Statement::new(
        "SELECT c.id, c.full_name, c.job_title, EXISTS (SELECT 1 FROM relationships b \
         WHERE b.workspace_id = c.workspace_id AND b.to_contact_id = c.id AND b.deleted_at IS NULL",
    );
    on(&mut statement, "b", day);
    statement
        .push(&format!(
            ") FROM relationships r JOIN contacts c ON c.workspace_id = r.workspace_id AND c.id = {wanted} \
             WHERE r.deleted_at IS NULL AND c.deleted_at IS NULL AND r.workspace_id = "
        ))
        .bind(work.access.workspace_id)
        .push(&format!(" AND {known} = "))
        .bind(of);
    on(&mut statement, "r", day);
    nodes(work, statement, &contact::OBJECT, "c.full_name_key", limit)
}

/// `AND …`: reporting, on a day.
fn on(statement: &mut Statement, alias: &str, day: NaiveDate) {
    statement
        .push(&format!(" AND {alias}.kind = "))
        .bind(REPORTS_TO);
    statement
        .push(&format!(
            " AND ({alias}.from_date IS NULL OR {alias}.from_date <= "
        ))
        .bind(day)
        .push(&format!(
            ") AND ({alias}.to_date IS NULL OR {alias}.to_date >= "
        ))
        .bind(day)
        .push(")");
}

fn nodes(
    work: &mut Work<'_>,
    mut statement: Statement,
    object: &'static Object,
    order: &str,
    limit: u32,
) -> Result<Vec<Node>> {
    push_reach(work.access, object, "c", &mut statement);
    let below = if object.name == company::OBJECT.name {
        "city"
    } else {
        "job_title"
    };
    let subtitled = !work.access.hides(object, below);
    statement
        .push(&format!(" ORDER BY {order}, c.id"))
        .limit(limit);
    Ok(work.conn.rows(&statement, |row| {
        Ok(Node {
            id: row.id(0)?,
            title: row.text(1)?,
            subtitle: row.opt_text(2)?.filter(|_| subtitled),
            has_below: row.bool(3)?,
        })
    })?)
}

/// The company and those below it, level by level.
fn group(work: &mut Work<'_>, id: Uuid) -> Result<Group> {
    let workspace = work.access.workspace_id;
    let mut statement = Statement::new(
        "WITH RECURSIVE below (id, depth) AS (SELECT id, 0 FROM companies WHERE workspace_id = ",
    );
    statement.bind(workspace).push(" AND id = ").bind(id);
    statement
        .push(" UNION ALL SELECT c.id, b.depth + 1 FROM below b JOIN companies c ON c.workspace_id = ")
        .bind(workspace);
    statement.push(&format!(
        " AND c.parent_id = b.id AND c.deleted_at IS NULL WHERE b.depth < {MAX_ABOVE}) SELECT id FROM below"
    ));
    let mut ids = work
        .conn
        .rows(statement.limit(MOST_IN_GROUP + 1), |row| row.text(0))?;
    if work.access.hides(&company::OBJECT, "parent_id") {
        ids = vec![id.to_string()];
    }
    let more = ids.len() > MOST_IN_GROUP as usize;
    ids.truncate(MOST_IN_GROUP as usize);
    if work.access.hides(&deal::OBJECT, "company_id") {
        return Ok(Group {
            companies: ids.len(),
            more,
            open: Vec::new(),
        });
    }
    let mut sums = Statement::new(
        "SELECT d.currency, count(*), CAST(coalesce(sum(d.amount), 0) AS BIGINT) FROM deals d \
         WHERE d.status = 'open' AND d.deleted_at IS NULL AND d.workspace_id = ",
    );
    sums.bind(workspace)
        .push(" AND d.company_id IN (")
        .bind_all(ids.iter().map(String::as_str))
        .push(")");
    push_reach(work.access, &deal::OBJECT, "d", &mut sums);
    sums.push(" GROUP BY d.currency ORDER BY d.currency");
    let shown = sees_amounts(work.access);
    let open = work.conn.rows(sums.uncached(), |row| {
        Ok(Open {
            currency: row.text(0)?,
            count: row.int(1)?,
            amount: Some(row.int(2)?).filter(|_| shown),
        })
    })?;
    Ok(Group {
        companies: ids.len(),
        more,
        open,
    })
}
