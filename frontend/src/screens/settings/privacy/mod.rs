//! Privacy: what data is used for, and who was erased.

mod erasures;
mod purpose_form;
mod purposes;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::erasures::Erasures;
use self::purposes::Purposes;
use super::rights::may;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::tag::Tone;

/// The page. Everybody reads the purposes.
#[component]
pub fn Privacy() -> impl IntoView {
    let (settings, exports) = (may(Action::Settings), may(Action::Export));
    view! {
        <section class="stack">
            <h2>{k::privacy::PURPOSES}</h2>
            <p class="secondary">{k::privacy::PURPOSES_TEXT}</p>
            <Purposes may_change=settings/>
        </section>
        <section class="stack">
            <h2>{k::privacy::ERASURES}</h2>
            <p class="secondary">{k::privacy::ERASURES_TEXT}</p>
            <Show when=move || settings.get() && exports.get() fallback=|| view! { <Banner text=k::privacy::NOT_ALLOWED tone=Tone::Info/> }>
                <Erasures/>
            </Show>
        </section>
    }
}
