//! What passes between us and the people we know.

pub mod activity;
