//! Support of the end-to-end tests in `it/`: a server with its own database, people who are signed in, a small HTTP client.
//!
//! A test is written once with [`on_both!`] and runs on SQLite and on PostgreSQL.

mod app;
mod client;
pub mod fixture;
pub mod idp;
mod path;
mod people;
pub mod postgres;
mod server;
pub mod smtp;
mod standby;
mod stream;

pub use app::{Backend, Empty, Start, TestApp};
pub use client::{Client, Method, Reply};
pub use people::{Member, PASSWORD, fresh_email};
pub use server::{Server, Settings, free_port, program};
pub use stream::{Frame, Listening};

/// Runs each test body on both databases: `fn renames(app: TestApp) { .. }` becomes `renames::sqlite` and
/// `renames::postgres`. The parameter's type says what the body finds: [`TestApp`] a workspace with its owner,
/// [`Empty`] a server that nobody has set up.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($app:ident: $kind:ty) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[expect(clippy::wildcard_imports, reason = "the body sees what stands around the macro")]
            use super::*;

            fn body($app: $kind) $body

            #[test]
            fn sqlite() {
                body(<$kind as $crate::Start>::start($crate::Backend::Sqlite));
            }

            #[test]
            fn postgres() {
                body(<$kind as $crate::Start>::start($crate::Backend::Postgres));
            }
        }
    )*};
}
