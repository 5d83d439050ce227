//! Contacts and companies.

mod list;

pub use list::{CompanyList, ContactList};
