//! Events as others read them: in one order that nothing slips into later, from a place on, for 30 days.

mod gate;
pub mod inbound;
mod keep;
mod live;
mod order;
mod page;
pub mod webhook;

pub use gate::{open_to_all, seen};
pub use keep::{KEPT, settle, sweep};
pub use live::{Listener, Live, News};
pub use order::{Event, Place, newest, read_after};
pub use page::{Page, Wanted, page};
