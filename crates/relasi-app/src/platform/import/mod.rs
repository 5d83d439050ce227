//! Files into records: upload, preview, check, run, undo.

mod encoding;
mod reader;
mod upload;

pub use upload::{Files, Upload, Uploaded};
