//! A whole workspace as one file, and back.
//!
//! The file is packed: lines of JSON for each table of the workspace, in the order of [`TABLES`], then the contents of its
//! files, and at its end a manifest with their counts and hashes.

mod contents;
mod export;
mod import;
mod job;
mod manifest;

use relasi_persistence::transfer::TABLES;

pub use export::export;
pub use import::import;
pub use job::{Export, file, handlers, start, sweep};
pub use manifest::{Manifest, Part};

/// What such files are called in their manifest.
const FORMAT: &str = "relasi-workspace";

/// The form of the file; a program reads its own and former ones.
const VERSION: u32 = 1;

/// What names of such files end in.
pub const EXTENSION: &str = "relasi";

const MANIFEST: &str = "manifest.json";

fn part_name(table: &str) -> String {
    format!("{table}.jsonl")
}

/// How many parts a whole file has, the manifest included.
fn parts() -> usize {
    TABLES.len() + 1
}
