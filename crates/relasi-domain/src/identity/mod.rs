//! Who may do what.

pub mod access;
pub mod device;
pub mod email;
pub mod field_right;
pub mod password;
pub mod rights;
pub mod role;
pub mod team;
