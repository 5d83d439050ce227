//! Events as others read them: in one order that nothing slips into later, from a place on, for 30 days.

mod gate;
mod keep;
mod order;
mod page;
pub mod webhook;

pub use gate::seen;
pub use keep::{KEPT, settle, sweep};
pub use order::{Event, Place, newest, read_after};
pub use page::{Page, Wanted, page};
