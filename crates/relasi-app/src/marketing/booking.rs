//! Pages on which somebody books time: whoever does becomes a lead or is known already, and a meeting stands in the calendar.
//!
//! Two who want the same time write to the same rows first ([`book`]), on whichever server: the second one finds it taken.
//! A booking and its meeting stay in step whoever changes it: the visitor by their link, a member in the app ([`follow`]).

mod book;
mod change;
mod follow;
mod left;
mod letters;
mod list;
mod manage;
mod person;
mod row;
mod slots;
mod told;
pub mod words;

pub use self::{
    book::{Chosen, Outcome, book, seal},
    change::{BookingPagePatch, NewBookingPage, change, create, delete, find, list},
    letters::{calendar_file, handlers},
    list::bookings,
    manage::{Managed, Moved, cancel, move_to, read},
    row::{Booking, BookingPage, MAX_NAME, MAX_PAGES, STATES},
    slots::{MAX_DAYS, Open, Slot, open, public_slots, slots_of},
};
pub(crate) use self::{change::create_as, follow::follow, left::left, list::hosted_by};
