//! Before the app proper: signing in, set-up, taking an invitation, and the gate that asks for a session.

pub mod browser;
mod gate;
mod invite;
mod language_choice;
mod login;
mod setup;

pub use gate::Gate;
pub use invite::Invite;
pub use language_choice::password_hint;
pub use login::Login;
pub use setup::Setup;
