//! Table, board, calendar, places: which of them an object has, and the switch between them.

use leptos::prelude::*;
use relasi_domain::field::{Field, Kind, Write};
use relasi_domain::grouping;
use relasi_domain::platform::saved_view::OBJECT as VIEW;
use relasi_domain::record::Object;

use super::state::ListState;
use crate::i18n::k;
use crate::records::labels;
use crate::ui::tabs::{Segmented, Tab};

/// Fields whose values can be the columns of a board, between which cards are moved.
pub fn board_fields(object: &'static Object) -> impl Iterator<Item = &'static Field> {
    object.all_fields().filter(|field| {
        let moved =
            field.write == Write::Always || field.name == "stage_id" || has_verbs(object, field);
        moved && grouping::makes_columns(field)
    })
}

/// Whether cards move between the values of a field by verbs of the record.
pub fn has_verbs(object: &Object, field: &Field) -> bool {
    object.name == "lead" && field.name == "status"
}

/// Fields whose values can be the days of a calendar.
pub fn day_fields(object: &'static Object) -> impl Iterator<Item = &'static Field> {
    let fields = object.all_fields();
    fields.filter(|field| grouping::is_time(&field.kind) && field.name != "deleted_at")
}

/// The field that a layout goes by if nobody says.
pub fn usual_by(object: &'static Object, layout: &str) -> Option<&'static Field> {
    let first = |names: &[&str]| names.iter().find_map(|name| object.field(name));
    match layout {
        "board" => first(&["stage_id"]).or_else(|| {
            if let Some(status) = object
                .field("status")
                .filter(|field| has_verbs(object, field))
            {
                return Some(status);
            }
            let choice = |field: &&Field| matches!(field.kind, Kind::Choice(_));
            board_fields(object)
                .find(choice)
                .or_else(|| object.field("owner_id"))
        }),
        "calendar" => first(&["due_at", "close_date", "next_step_at", "created_at"]),
        "places" => first(&["city"]),
        _ => None,
    }
}

/// Table, board, calendar or places.
#[component]
pub fn LayoutSwitch(state: ListState) -> impl IntoView {
    let object = state.spec.object;
    let items = Signal::derive(move || {
        let all = ["table", "board", "calendar", "places"];
        let has = |layout: &&str| *layout == "table" || usual_by(object, layout).is_some();
        let tab = |layout| Tab::new(layout, labels::choice(&VIEW, "layout", layout));
        all.into_iter().filter(has).map(tab).collect::<Vec<_>>()
    });
    let current = Signal::derive(move || {
        state.arrangement.with(|now| {
            if now.is_table() {
                "table".to_owned()
            } else {
                now.layout.clone()
            }
        })
    });
    let choose = move |layout: String| {
        state.arrangement.update(|now| {
            now.layout = if layout == "table" {
                String::new()
            } else {
                layout
            };
            now.by.clear();
        });
    };
    view! { <Segmented label=k::views::LAYOUT items current on_choose=choose/> }
}
