//! People and companies, how they are related, and how doubles of them are noticed and made one.

pub mod company;
pub mod contact;
pub mod duplicate;
pub mod relationship;
pub mod structure;
