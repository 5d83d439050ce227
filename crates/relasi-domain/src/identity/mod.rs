//! Who may do what.

pub mod team;
