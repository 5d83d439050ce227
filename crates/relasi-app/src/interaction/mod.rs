//! Activities and what they mean for the people and deals concerned.

pub mod activity;
