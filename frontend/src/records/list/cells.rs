//! Cells that need more than a value: the name, the next step.

use leptos::prelude::*;
use relasi_domain::field::{Field, Item, Kind};
use relasi_domain::record::Object;

use super::state::ListState;
use crate::i18n::{day_title, k, local_day, time};
use crate::records::refs::page_path;
use crate::records::{Record, instant, value};
use crate::ui::icon;
use crate::ui::tag::{Avatar, Status, Tone};

/// Avatar and name, which opens the record.
pub fn title(state: ListState, record: &Record) -> AnyView {
    let object = state.spec.object;
    let (id, name) = (record.id().to_owned(), record.title(object));
    let href = page_path(object, &id);
    let avatar = (object.name != "deal").then(|| view! { <Avatar name=name.clone() id=id/> });
    match href {
        Some(href) => view! { {avatar}<a href=href>{name}</a> }.into_any(),
        None => view! { {avatar}<span>{name}</span> }.into_any(),
    }
}

/// Fields whose links would be in the way of editing the cell: addresses, numbers, web pages.
pub fn is_plain(field: &Field) -> bool {
    matches!(
        field.kind,
        Kind::Many(Item::Email | Item::Phone) | Kind::Point(_)
    ) || matches!(field.name.as_ref(), "domain" | "website")
}

/// The value as text; of several the first one and how many more there are.
pub fn plain(
    object: &'static Object,
    field: &'static Field,
    record: &Record,
) -> impl IntoView + use<> {
    let name = field.name.as_ref();
    let items = record.items(name);
    let first = items
        .first()
        .and_then(|entry| entry["value"].as_str())
        .or_else(|| record.text(name));
    let first = first.map(str::to_owned);
    let more = items.len().saturating_sub(1);
    let all = (more > 0).then(|| value::text(object, field, record));
    view! {
        <span title=all>{first}</span>
        {(more > 0).then(|| view! { <span class="tag neutral">"+"{more}</span> })}
    }
}

/// When the next step is due; late ones in red with the days, none as a word.
pub fn next_step(record: &Record) -> impl IntoView + use<> {
    let at = record.text("next_step_at").map(str::to_owned);
    move || match &at {
        None => view! { <span class="hint">{k::lists::NO_NEXT_STEP}</span> }.into_any(),
        Some(at) if instant::is_past(at) => {
            let days = instant::days_from_today(at).unwrap_or_default();
            let label = if days < 0 {
                k::common::days_late(-days)
            } else {
                format!("{} {}", k::common::TODAY.get(), time(at))
            };
            view! { <Status label tone=Tone::Bad icon=icon::ALARM_CLOCK/> }.into_any()
        }
        Some(at) => {
            let day = local_day(at).map(day_title).unwrap_or_default();
            view! { <span title=instant::shown(at)>{format!("{day} {}", time(at))}</span> }
                .into_any()
        }
    }
}
