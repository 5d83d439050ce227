//! One field of two records, and whose value it gets.

use std::collections::BTreeMap;

use leptos::prelude::*;
use relasi_domain::field::{Field, Kind};
use relasi_domain::record::Object;

use crate::i18n::k;
use crate::records::{Record, labels, value};

/// What has been chosen: the record that stays, and fields whose value somebody picked. A side is 0 or 1; none is both.
#[derive(Clone, Copy)]
pub struct Picks {
    /// Side of the record that stays.
    pub survivor: RwSignal<usize>,
    /// Fields that somebody chose a side of.
    pub chosen: RwSignal<BTreeMap<&'static str, Option<usize>>>,
}

impl Picks {
    /// The side that a field gets its value from; tracked. As long as nobody chose, lists are joined and the record that
    /// stays keeps what it has.
    pub fn of(self, name: &'static str, list: bool, both: &[Record; 2]) -> Option<usize> {
        if let Some(pick) = self.chosen.with(|chosen| chosen.get(name).copied()) {
            return pick;
        }
        let survivor = self.survivor.get();
        match (list, both[survivor].value(name).is_null()) {
            (true, _) => None,
            (false, true) if name != "owner_id" => Some(1 - survivor),
            _ => Some(survivor),
        }
    }
}

/// The values of a field side by side.
#[component]
pub fn FieldRow(
    object: &'static Object,
    field: &'static Field,
    /// Both records.
    records: StoredValue<[Record; 2]>,
    picks: Picks,
    /// The values are the same: nothing to choose.
    #[prop(optional)]
    agreed: bool,
) -> impl IntoView {
    let name: &'static str = field.name.as_ref();
    let list = matches!(field.kind, Kind::Many(_));
    let label = move || labels::field(object, name);
    let shown = move |side: usize| {
        let text = records.with_value(|both| value::text(object, field, &both[side]));
        if text.is_empty() {
            k::duplicates::NOTHING.get().to_owned()
        } else {
            text
        }
    };
    let picked = move || records.with_value(|both| picks.of(name, list, both));
    let choose = move |pick: Option<usize>| picks.chosen.update(|all| _ = all.insert(name, pick));
    let option = move |side: usize| {
        view! {
            <label class="merge-option" class:chosen=move || picked().is_none_or(|pick| pick == side)>
                <input type="radio" name=name prop:checked=move || picked() == Some(side) on:change=move |_| choose(Some(side))/>
                <span class="long-text">{move || shown(side)}</span>
            </label>
        }
    };
    if agreed {
        return view! {
            <div class="merge-row"><span class="merge-field">{label}</span><span class="long-text merge-both">{move || shown(0)}</span></div>
        }
        .into_any();
    }
    view! {
        <div class="merge-row" role="radiogroup" aria-label=label>
            <span class="merge-field">{label}</span>
            {option(0)}
            {option(1)}
            {list.then(|| view! {
                <label class="merge-option merge-both">
                    <input type="radio" name=name prop:checked=move || picked().is_none() on:change=move |_| choose(None)/>
                    <span>{k::duplicates::BOTH}</span>
                </label>
            })}
        </div>
    }
    .into_any()
}
