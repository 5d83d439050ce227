//! Contacts and companies.

mod duplicates;
mod list;

pub use duplicates::{DuplicatesPage, MergePage};
pub use list::{CompanyList, ContactList};
