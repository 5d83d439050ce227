//! Writes down which records an operation is for.

use std::path::Path;

use relasi_domain::identity::access::Access;
use serde_json::Value;

use super::{Operation, files::IdWriter, order::list};
use crate::{
    platform::jobs::{JobContext, JobError},
    records::Work,
};

/// Ids read in one go.
const PAGE: usize = 1_000;

/// Collects the ids into a file; how many they are. Nothing is written to records before that has come to its end, so
/// it begins anew when it was interrupted.
pub(super) fn gather(
    context: &mut JobContext,
    operation: &Operation,
    access: &Access,
    zone: chrono_tz::Tz,
    path: &Path,
) -> Result<u64, JobError> {
    let mut writer = IdWriter::create(path)?;
    if let Some(ids) = &operation.target.ids {
        for id in ids {
            writer.add(*id)?;
        }
    } else {
        let request = list(&operation.target, &operation.task, Some(zone));
        let mut after: Option<Vec<Value>> = None;
        loop {
            let (ids, next) = context.rows().read_blocking(|conn| {
                let mut work = Work {
                    conn,
                    access,
                    // Relative days mean those of who asked.
                    now: operation.created_at,
                    cause: None,
                };
                work.ids(operation.object, &request, after.as_deref(), PAGE)
            })?;
            for id in ids {
                writer.add(id)?;
            }
            context.progress(0, i64::try_from(writer.count()).unwrap_or(i64::MAX))?;
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    let count = writer.count();
    writer.finish()?;
    Ok(count)
}
