//! Fields that the workspace adds: define, order, delete and bring back.

mod default;
mod desk;
mod form;
mod gone;
mod line;
mod options;
mod words;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::platform::custom_field::OBJECT;

use self::desk::Desk;
use self::form::FieldForm;
use self::gone::Gone;
use self::line::FieldLine;
use super::rights::may;
use super::saving::SaveNote;
use crate::i18n::k;
use crate::records::fields::is_shown;
use crate::records::{Record, labels};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Sheet;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;

/// The page.
#[component]
pub fn Fields() -> impl IntoView {
    let desk = Desk::new();
    let allowed = may(Action::Settings);
    let choices = Signal::derive(|| {
        let mut all = codes("object");
        let shown = |name: &str| relasi_domain::object(name).is_some_and(is_shown);
        all.retain(|choice| shown(&choice.value));
        all
    });
    let start = move |()| desk.open(None);
    view! {
        <p class="secondary">{k::fields::TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        <SaveNote saving=desk.saving/>
        <div class="settings-add">
            <Select label=k::fields::OBJECT value=desk.object choices/>
            <Show when=move || allowed.get()>
                <Button label=k::fields::ADD variant=Variant::Primary icon=icon::PLUS on_press=start/>
            </Show>
        </div>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(_)) => view! { <Lines desk allowed/> }.into_any(),
        }}
        <Show when=move || allowed.get()><Gone desk/></Show>
        <p class="hidden-visually" role="status">{desk.said}</p>
        <Sheet open=desk.editing title=move || desk.heading()><FieldForm desk/></Sheet>
    }
}

#[component]
fn Lines(desk: Desk, allowed: Signal<bool>) -> impl IntoView {
    let lines = move || {
        let all = desk.shown();
        if all.is_empty() {
            return view! { <p class="secondary">{k::fields::NONE}</p> }.into_any();
        }
        let line = |field: Record| view! { <FieldLine field desk allowed/> };
        view! { <ul class="settings-lines">{all.into_iter().map(line).collect_view()}</ul> }
            .into_any()
    };
    view! { {lines} }
}

/// The codes of a definition's member as choices.
pub(super) fn codes(member: &'static str) -> Vec<Choice> {
    let field = OBJECT.field(member);
    field
        .map(|field| labels::choices(&OBJECT, field))
        .unwrap_or_default()
}
