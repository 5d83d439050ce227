//! The screens, by capability.

pub mod calendar;
pub mod calls;
pub mod commerce;
pub mod home;
pub mod insight;
pub mod next_step;
pub mod notifications;
pub mod people;
pub mod platform;
pub mod record;
pub mod sales;
pub mod session;
pub mod settings;
pub mod tasks;
pub mod trash;
pub mod verbs;
