//! All rows of a workspace out of one database and into another one, of either kind.
//!
//! Both databases have the same columns of texts, numbers and truths; in between a row is a JSON object in which truths
//! are 0 and 1.

mod columns;
mod read;
mod register;
mod write;

pub use self::{
    columns::{Column, columns, workspace_tables},
    read::{read, snapshot},
    register::{LEFT_OUT, TABLES, Table},
    write::{Writer, is_empty, note_setup, users_there},
};
