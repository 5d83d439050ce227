//! Events: read in order, and sent to addresses that people name.

mod failing;
mod inbound;
mod live;
mod months;
mod order;
pub(crate) mod reading;
pub(crate) mod receiver;
mod secrets;
mod webhooks;
