//! People and companies, and how doubles of them are noticed.

pub mod company;
pub mod contact;
