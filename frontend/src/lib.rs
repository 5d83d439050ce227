//! The browser app: Leptos, client-side, speaking only the documented REST API.

pub mod i18n;
pub mod storage;
pub mod ui;
