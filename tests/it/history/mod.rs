//! Who did what: records as they stood, back to it, the log of the workspace.

mod as_of;
mod log;
mod revert;
mod walk;
