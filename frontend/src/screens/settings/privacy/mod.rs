//! Privacy: what data is used for, and who was erased.

mod entries;
mod entry_form;
mod erasures;
mod holds;
mod purpose_form;
mod purposes;
mod rule_form;
mod rule_switch;
mod rules;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;

use self::entries::Entries;
use self::erasures::Erasures;
use self::holds::Holds;
use self::purposes::Purposes;
use self::rules::Rules;
use super::rights::may;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::tag::Tone;

/// The page. Everybody reads the purposes.
#[component]
pub fn Privacy() -> impl IntoView {
    let (settings, exports) = (may(Action::Settings), may(Action::Export));
    let erases = may(Action::Erase);
    view! {
        <section class="stack">
            <h2>{k::privacy::PURPOSES}</h2>
            <p class="secondary">{k::privacy::PURPOSES_TEXT}</p>
            <Purposes may_change=settings/>
        </section>
        <Show when=move || settings.get()>
            <section class="stack">
                <h2>{k::privacy::RETENTION}</h2>
                <p class="secondary">{k::privacy::RETENTION_TEXT}</p>
                <Rules/>
                <h3>{k::privacy::HOLDS}</h3>
                <p class="secondary">{k::privacy::HOLDS_TEXT}</p>
                <Holds/>
            </section>
            <section class="stack">
                <h2>{k::privacy::RECORD}</h2>
                <p class="secondary">{k::privacy::RECORD_TEXT}</p>
                <Entries/>
            </section>
        </Show>
        <section class="stack">
            <h2>{k::privacy::ERASURES}</h2>
            <p class="secondary">{k::privacy::ERASURES_TEXT}</p>
            <Show when=move || erases.get() && exports.get() fallback=|| view! { <Banner text=k::privacy::NOT_ALLOWED tone=Tone::Info/> }>
                <Erasures/>
            </Show>
        </section>
    }
}
