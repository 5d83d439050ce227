//! Saved views of every layout, and lists in groups.

mod groups;
mod kept;
mod seen;
