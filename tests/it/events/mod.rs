//! Events: read in order, and sent to addresses that people name.

mod failing;
mod order;
mod reading;
pub mod receiver;
mod secrets;
mod webhooks;
