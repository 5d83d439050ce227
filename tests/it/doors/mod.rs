//! Files in and out: workbooks, cards, calendars, exports of other programs, and a whole workspace.

pub(crate) mod archive;
mod exports;
mod presets;
mod vcard;
pub mod workbook;
mod xlsx;
