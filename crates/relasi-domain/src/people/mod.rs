//! People and the organisations they belong to.

pub mod company;
pub mod contact;
pub mod contact_role;
pub mod duplicate;
pub mod problem;
pub mod relationship;
pub mod tag;
