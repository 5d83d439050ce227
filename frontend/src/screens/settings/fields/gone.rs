//! Fields that were deleted and can be had back.

use leptos::prelude::*;

use super::desk::Desk;
use crate::i18n::k;
use crate::records::{Record, labels};
use crate::ui::accordion::Accordion;
use crate::ui::button::{Button, Size};

/// The deleted fields of the object that is chosen.
#[component]
pub fn Gone(desk: Desk) -> impl IntoView {
    let own = move || {
        let object = desk.object.get();
        let all = desk.gone.get().into_iter();
        all.filter(|field| field.text("object") == Some(object.as_str()))
            .collect::<Vec<_>>()
    };
    let line = move |field: Record| {
        let name = labels::of_definition(&field);
        let (id, said) = (field.id().to_owned(), k::fields::restored(&name));
        let back = move |()| desk.restore(id.clone(), Some(said.clone()));
        view! {
            <li class="settings-line">
                <div class="settings-line-text"><strong>{name}</strong></div>
                <Button label=k::fields::RESTORE size=Size::Small on_press=back/>
            </li>
        }
    };
    view! {
        <Show when=move || !own().is_empty()>
            <Accordion title=k::fields::DELETED>
                <p class="hint">{k::fields::DELETED_NOTE}</p>
                <ul class="settings-lines">{move || own().into_iter().map(line).collect_view()}</ul>
            </Accordion>
        </Show>
    }
}
