//! Being found, and being asked.

pub mod booking;
pub mod form;
