//! Before the app proper: signing in, set-up, taking an invitation, and the gate that asks for a session.

pub mod browser;
mod gate;
mod invite;
mod language_choice;
mod login;
pub mod passkey;
mod second_step;
mod setup;

pub use gate::Gate;
pub use invite::Invite;
pub use language_choice::{BarePage, password_hint};
pub use login::Login;
pub use setup::Setup;
