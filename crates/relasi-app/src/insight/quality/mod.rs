//! How good the records are: measured by a job, shown as scores, work queues and guided reviews.

mod audit;
mod finding;
mod measure;
mod reading;
mod reminder;
mod row;
mod scores;
mod settings;
mod step;
mod tally;

pub use audit::{Audit, AuditPatch, Finish, NewAudit, change, finish, list, open_audit, show};
pub use finding::{FindingPatch, NewFinding, add_finding, change_finding};
pub use measure::begin;
pub use row::Member;
pub use scores::{Overview, Point, history, overview};
pub use settings::{Settings, change as change_settings, settings};
pub use step::{StepPatch, change_step};

use relasi_domain::insight::quality::OBJECTS;

use crate::{
    platform::jobs::Registry,
    records::Work,
    refusal::{Refusal, Result},
};

/// Adds what measures every night and reminds every morning.
pub fn handlers(registry: Registry) -> Registry {
    registry
        .with(measure::Measuring)
        .with_plan(measure::PLAN)
        .with(reminder::Reminding)
        .with_plan(reminder::PLAN)
}

/// Scores tell of all records: they are for those who may see all of those.
fn may_look(work: &Work<'_>) -> Result<()> {
    if work.access.sees_everything() {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// An object that is measured, by its name.
fn measured(name: &str) -> Option<&'static relasi_domain::record::Object> {
    OBJECTS.into_iter().find(|object| object.name == name)
}
