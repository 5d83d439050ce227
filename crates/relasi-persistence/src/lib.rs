//! The only crate that knows diesel: one generic store over SQLite and PostgreSQL.

pub mod backup;
pub mod database;
pub mod error;
pub mod migrate;
pub mod months;
pub mod personal;
pub mod row;
pub mod sql;
pub mod store;
pub mod transfer;

pub use crate::{
    database::{Conn, Database, Dialect, Options, Scoped, Target},
    error::StoreError,
    row::Row,
    sql::{Statement, Value},
};
