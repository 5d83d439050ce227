//! The deals behind figures that no filter of the list can say: those that passed through a stage.

use relasi_domain::sales::deal;
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{Request, ask, stages, standing};
use crate::{
    records::{ListRequest, Listing, Work},
    refusal::Result,
};

/// The most deals of a page.
const PAGE: usize = 50;

/// Which deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that entered the stage in the period.
    Entered,
    /// Those of them that came further.
    Further,
    /// Those won in the period that stood in the stage.
    Stood,
    /// Those that were in the stage at the end of the period.
    Standing,
}

/// What a client asks for.
#[derive(Debug, Clone)]
pub struct RowsRequest {
    /// Period, filter and time zone.
    pub report: Request,
    /// Which deals.
    pub which: Which,
    /// Of which stage.
    pub stage_id: Uuid,
    /// The last deal of the page before.
    pub after: Option<Uuid>,
}

/// A page of the deals behind a figure, by stretches of ids; the next one begins after the last of them.
///
/// # Errors
/// Faults of the parameters; forbidden for who may not see the fields that the report is made of.
pub fn rows(work: &mut Work<'_>, request: &RowsRequest) -> Result<Listing> {
    let asked = ask(work, &request.report, &deal::OBJECT)?;
    let stage = stages::known_stage(work, request.stage_id)?;
    let mut statement = Statement::new("SELECT DISTINCT d.id");
    match request.which {
        Which::Stood => stages::push_stood(work, &asked, &stage, &mut statement)?,
        Which::Standing => {
            standing::push(work, &asked, &mut statement)?;
            statement.push(" AND s.id = ").bind(stage.as_str());
        }
        Which::Entered | Which::Further => {
            stages::push_entered(work, &asked, &stage, &mut statement)?;
        }
    }
    if request.which == Which::Further {
        statement.push(" AND c.further = 1");
    }
    if let Some(after) = request.after {
        statement.push(" AND d.id > ").bind(after);
    }
    statement
        .push(" ORDER BY d.id")
        .limit(u32::try_from(PAGE + 1).unwrap_or(u32::MAX));
    let mut ids = work.conn.rows(&statement, |row| row.text(0))?;
    let more = ids.len() > PAGE;
    ids.truncate(PAGE);
    let next = ids.last().filter(|_| more).cloned();
    if ids.is_empty() {
        return Ok(Listing::default());
    }
    let list = ListRequest {
        filter: Some(format!("id in ({})", ids.join(", "))),
        limit: Some(PAGE),
        include: Some("stage,owner_id".to_owned()),
        zone: Some(request.report.zone),
        ..ListRequest::default()
    };
    let found = work.list(&deal::OBJECT, &list)?;
    Ok(Listing { next, ..found })
}
