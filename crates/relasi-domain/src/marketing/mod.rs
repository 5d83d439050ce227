//! Being found, and being asked.

pub mod form;
