//! People and companies, and how doubles of them are noticed and made one.

pub mod company;
pub mod contact;
pub mod duplicate;
