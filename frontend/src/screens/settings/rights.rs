//! What the person signed in may do.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use crate::api::use_api;

/// Whether the person's role reaches anything with this action; follows the session.
pub fn may(action: Action) -> Signal<bool> {
    let session = use_api().session();
    Signal::derive(move || session.with(|s| s.as_ref().is_some_and(|s| s.may(action))))
}
