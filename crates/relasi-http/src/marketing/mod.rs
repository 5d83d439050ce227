//! Being found, and being asked.

mod booking_html;
mod booking_link;
mod booking_link_html;
mod booking_page;
mod bookings;
mod bookings_schema;
mod forms;
mod forms_schema;
mod html;
mod page;

pub use page::configure;

use crate::api::Api;

/// Registers forms and booking pages.
pub fn register(api: &mut Api) {
    forms_schema::register(api);
    forms::register(api);
    bookings_schema::register(api);
    bookings::register(api);
}
