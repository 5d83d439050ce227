//! The browser app: Leptos, client-side, speaking only the documented REST API.

pub mod i18n;
pub mod keys;
pub mod storage;
pub mod theme;
pub mod ui;
