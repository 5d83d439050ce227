//! All rows of a workspace, or of the whole installation, out of one database and into another one.
//!
//! Both databases have the same columns of texts, numbers and truths; in between a row is a JSON object in which truths
//! are 0 and 1.

mod columns;
mod read;
mod register;
mod relocate;
mod write;

pub use self::{
    columns::{Column, columns, workspace_tables},
    read::{belonging, read},
    register::{LEFT_OUT, TABLES, Table},
    relocate::{Moved, relocate},
    write::{Writer, is_empty, note_setup, users_there},
};
