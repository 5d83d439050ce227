//! Records as the domain describes them: labels, values, forms and the requests that every object shares.

pub mod alike;
pub mod bulk;
pub mod change_list;
pub mod changes;
mod choices_input;
pub mod device;
pub mod fields;
pub mod filter_input;
pub mod form;
pub mod input;
pub mod instant;
pub mod labels;
pub mod list;
pub mod mail_words;
pub mod neighbours;
pub mod people;
pub mod people_input;
pub mod points;
pub mod privacy;
pub mod reasons;
pub mod reference_input;
pub mod refs;
pub mod settled;
pub mod store;
pub mod tags;
pub mod value;
pub mod views;
pub mod waiting;

pub use form::{Draft, Form, RecordForm};
pub use people::People;
pub use refs::{Titles, reference_finder};
pub use store::{Page, Query, Record};
pub use tags::TagNames;

/// Makes the caches that values and forms read names from; the app does it once.
pub fn provide() {
    People::provide();
    TagNames::provide();
    Titles::provide();
}
