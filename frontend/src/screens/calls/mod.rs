//! Call lists: people who are called one after the other.

mod form;
mod list;
mod log;
mod model;
mod people;
mod work;

pub use list::CallListsPage;
pub use model::{CallList, find_lists, make_list};
pub use work::CallListPage;
