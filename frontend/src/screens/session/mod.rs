//! Before the app proper: signing in, set-up, taking an invitation, and the gate that asks for a session.

pub mod browser;
mod forgot;
mod gate;
mod invite;
mod language_choice;
mod links;
mod login;
pub mod passkey;
mod provider;
mod second_step;
mod setup;

pub use forgot::Forgot;
pub use gate::{Gate, setup_state};
pub use invite::Invite;
pub use language_choice::{BarePage, password_hint};
pub use links::{ConfirmEmail, ResetPassword};
pub use login::Login;
pub use provider::{ProviderBack, go_to_link};
pub use setup::Setup;
