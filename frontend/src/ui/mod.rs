//! The components every screen is made of.
pub mod button;
pub mod combobox;
pub mod field;
pub mod icon;
pub mod ids;
pub mod popover;
pub mod popup;
pub mod select;
pub mod text_input;
