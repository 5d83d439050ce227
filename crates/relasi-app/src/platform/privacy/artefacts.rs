//! Files beside the database that were made of records: exports, and what imports and operations left.

use std::fs;

use uuid::Uuid;

use super::{COPY_EXTENSION, Needles};
use crate::{
    platform::{
        archive,
        import::{Files, disk, entries, remove},
    },
    refusal::Result,
};

/// What names of files end in that are packed, so that nobody can look into them, or were made to be taken out.
const PACKED: [&str; 8] = [
    "xlsx",
    "rows",
    "part",
    "csv",
    "vcf",
    "ics",
    "source",
    COPY_EXTENSION,
];

/// Removes exports, whatever is in them, and what else names the person or belongs to one of the imports; how many.
pub(super) fn clear(
    files: &Files,
    workspace: Uuid,
    imports: &[String],
    needles: &Needles,
) -> Result<u64> {
    let root = files.path(workspace, Uuid::nil());
    let folder = root.parent().unwrap_or(&root);
    let mut removed = 0;
    for file in entries(folder).map_err(disk)? {
        let path = file.path();
        if !path.is_file() {
            continue;
        }
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let is_packed = PACKED.contains(&extension) || extension == archive::EXTENSION;
        let is_theirs = imports.iter().any(|import| import == stem);
        // One at a time, and none is larger than an upload may be.
        if is_packed || is_theirs || fs::read(&path).is_ok_and(|bytes| needles.are_in(&bytes)) {
            remove(&path);
            removed += 1;
        }
    }
    Ok(removed)
}
