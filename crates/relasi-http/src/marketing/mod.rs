//! Being found, and being asked.

mod forms;
mod forms_schema;
mod html;
mod page;

pub use page::configure;

use crate::api::Api;

/// Registers the forms.
pub fn register(api: &mut Api) {
    forms_schema::register(api);
    forms::register(api);
}
