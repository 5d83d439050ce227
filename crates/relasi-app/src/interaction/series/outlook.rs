//! What another rule would do to a series, before anybody decides.

use relasi_domain::{
    identity::access::Action,
    interaction::activity::{OBJECT, lasts},
};
use relasi_persistence::store::{instant_text, text_of};
use serde::Serialize;
use uuid::Uuid;

use super::{Repeat, coming, row::Series, verbs::plan};
use crate::{
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// Moments that are told.
const TOLD: usize = 5;

/// What would become of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// The first of the new series, or the one that comes no more.
    pub first_id: Uuid,
    /// When it would come.
    pub first_at: Option<String>,
    /// How many that are still to do would go into the trash.
    pub gone: usize,
    /// How many would be made at once after the first one; tasks come one at a time.
    pub made: usize,
    /// When the next ones after the first would come.
    pub next: Vec<String>,
}

/// What [`repeat`](super::repeat) would do, for those who may do it.
pub fn outlook(work: &mut Work<'_>, id: Uuid, how: &Repeat) -> Result<Outlook> {
    let before = work.visible(&OBJECT, id)?;
    if in_trash(&before) {
        return Err(Refusal::NotFound);
    }
    if !work.may(&OBJECT, Action::Edit, &before)? {
        return Err(Refusal::Forbidden);
    }
    let plan = plan(work, &before, how).map_err(as_parameters)?;
    let mut outlook = Outlook {
        first_id: plan.first.0,
        first_at: plan.starts.map(|at| instant_text(at.timestamp_micros())),
        gone: plan.gone.len(),
        made: 0,
        next: Vec::new(),
    };
    if let (Some(rule), Some(starts)) = (plan.rule, plan.starts) {
        let series = Series {
            id: Uuid::nil(),
            rule,
            zone: plan.zone,
            starts,
            through: starts,
            ended: false,
        };
        if lasts(&text_of(&before, "kind")) {
            outlook.made = coming(&series, work.now).new.len();
        }
        let next = series.after(starts.max(work.now)).take(TOLD);
        let told = next.map(|at| instant_text(at.timestamp_micros()));
        outlook.next = told.collect();
    }
    Ok(outlook)
}

/// Faults of what was asked in the address.
fn as_parameters(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(faults) => {
            Refusal::Invalid(faults.pointing(|at| at.replacen('/', "?", 1)))
        }
        other => other,
    }
}
