//! A secret, shown once.

use leptos::prelude::*;

use super::desk::Desk;
use crate::i18n::k;
use crate::screens::settings::once::Once;

/// The secret, to be copied.
#[component]
pub fn Secret(desk: Desk) -> impl IntoView {
    let value = desk.secret.get_untracked();
    // Nothing of it stays in memory.
    on_cleanup(move || {
        let _ = desk.secret.try_set(String::new());
    });
    view! {
        <Once value label=k::webhooks::SECRET hint=k::webhooks::SECRET_ONCE copy_label=k::webhooks::COPY_SECRET copied=k::common::COPIED open=desk.told/>
    }
}
