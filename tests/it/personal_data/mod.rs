//! P1 and P2: everything about a person can be taken along, and can be gone.

mod canary;
mod consents;
mod map;
mod retention;
mod traces;
