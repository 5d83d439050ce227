//! Conditions that narrow a list: pills that open an editor, and a button that adds one.

use leptos::prelude::*;

use super::button::{Button, Size, Variant};
use super::dialog::Sheet;
use super::filter_parts::words;
pub use super::filter_parts::{
    BETWEEN, Condition, Conditions, FilterField, FilterFields, Group, Part, ValueEditor,
    needs_no_value, operator_label,
};
use super::icon;
use super::popover::{Close, Popover};
use super::tabs::{Segmented, Tab};
use super::text_input::SearchInput;
use crate::i18n::k;
use crate::lazy;

/// The pills, "Add filter", all or any, and, after an unsaved change, Save view and Reset.
#[component]
pub fn FilterBar(
    /// What one may filter by.
    #[prop(into)]
    fields: Signal<FilterFields>,
    /// The conditions in force.
    conditions: RwSignal<Conditions>,
    /// The button that adds, for the key `F`.
    #[prop(optional)]
    opener: NodeRef<leptos::html::Button>,
    /// Whether the conditions differ from the saved view.
    #[prop(optional, into)]
    changed: Signal<bool>,
    /// Saves the view.
    #[prop(optional, into)]
    on_save: Option<Callback<()>>,
    /// Goes back to the saved view.
    #[prop(optional, into)]
    on_reset: Option<Callback<()>>,
    /// At the right end: columns, layout.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let count = move || conditions.with(|c| i64::try_from(c.list.len()).unwrap_or_default());
    let sheet = RwSignal::new(false);
    view! {
        <div class="filters">
            <span class="filters-wide"><Pills fields conditions/></span>
            <Show when=move || { count() > 0 }>
                <span class="filters-narrow">
                    <Button label=move || k::filter::filters(count()) icon=icon::LIST_FILTER size=Size::Small on_press=move |()| sheet.set(true)/>
                </span>
            </Show>
            <Popover label=k::filter::ADD icon=icon::PLUS size=Size::Small key_hint="F" opener>
                <AddCondition fields conditions/>
            </Popover>
            <Show when=move || changed.get()>
                {on_save.map(|on_press| view! { <Button label=k::filter::SAVE_VIEW size=Size::Small variant=Variant::Quiet on_press/> })}
                {on_reset.map(|on_press| view! { <Button label=k::common::RESET size=Size::Small variant=Variant::Quiet on_press/> })}
            </Show>
            <span class="spacer"></span>
            {children.map(|children| children())}
            <Sheet open=sheet title=k::filter::TITLE>
                <div class="filters-sheet"><Pills fields conditions/></div>
            </Sheet>
        </div>
    }
}

/// All or any, and a pill for each condition.
#[component]
pub fn Pills(fields: Signal<FilterFields>, conditions: RwSignal<Conditions>) -> impl IntoView {
    let pills = move || {
        let parts = conditions.get().list.into_iter().enumerate();
        parts
            .map(|(at, part)| view! { <FilterPill fields part at conditions/> })
            .collect_view()
    };
    let several = move || conditions.with(|c| c.list.len() > 1);
    let modes = Signal::derive(|| {
        vec![
            Tab::new("all", k::filter::MATCH_ALL),
            Tab::new("any", k::filter::MATCH_ANY),
        ]
    });
    let mode =
        Signal::derive(move || conditions.with(|c| if c.any { "any" } else { "all" }.to_owned()));
    view! {
        <Show when=several>
            <Segmented label=k::filter::MATCH items=modes current=mode
                on_choose=move |id: String| conditions.update(|c| c.any = id == "any")/>
        </Show>
        {pills}
    }
}

/// One condition or group as a button that opens its editor, and a cross.
#[component]
fn FilterPill(
    fields: Signal<FilterFields>,
    part: Part,
    at: usize,
    conditions: RwSignal<Conditions>,
) -> impl IntoView {
    let part = StoredValue::new(part);
    let name = move || part.with_value(|part| fields.with(|fields| words(fields, part)));
    let remove = move |_| {
        conditions.update(|c| {
            if at < c.list.len() {
                c.list.remove(at);
            }
        });
    };
    let put = move |new: Part| {
        conditions.update(|c| {
            if let Some(old) = c.list.get_mut(at) {
                *old = new;
            }
        });
    };
    let editor = move || match part.get_value() {
        Part::One(condition) => {
            let field = fields.with_untracked(|fields| (fields.find)(&condition.field))?;
            let apply = Callback::new(move |new: Condition| put(Part::One(new)));
            Some(lazy::condition(field, condition, apply))
        }
        Part::Group(group) => {
            let apply = Callback::new(move |new: Group| put(Part::Group(new)));
            Some(lazy::filter_group(fields, group, apply))
        }
    };
    view! {
        <span class="pill">
            <Popover label=name variant=Variant::Quiet size=Size::Small>{editor()}</Popover>
            <button type="button" class="pill-remove" aria-label=move || k::filter::remove_named(&name()) on:click=remove>
                <super::icon::Glyph icon=icon::X/>
            </button>
        </span>
    }
}

/// First the field, then its operator and value, in one popover.
#[component]
pub fn AddCondition(
    fields: Signal<FilterFields>,
    conditions: RwSignal<Conditions>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Chosen>);
    let wanted = RwSignal::new(String::new());
    let close = use_context::<Close>();
    let add = move |part: Part| {
        if let Some(close) = close {
            close.now();
        }
        conditions.update(|c| c.list.push(part));
    };
    let apply = Callback::new(move |condition: Condition| add(Part::One(condition)));
    let apply_group = Callback::new(move |group: Group| add(Part::Group(group)));
    let line = move |field: FilterField| {
        let id = field.id;
        view! {
            <button type="button" class="menu-item" on:click=move |_| chosen.set(Some(Chosen::Field(id.clone())))>
                {move || field.label.get()}
            </button>
        }
    };
    let list = move || {
        let wanted = wanted.get().to_lowercase();
        let fits = |field: &FilterField| field.label.get().to_lowercase().contains(&wanted);
        let offered = fields.with(|fields| fields.offered.clone());
        offered.into_iter().filter(fits).map(line).collect_view()
    };
    let group = move || {
        wanted.with(String::is_empty).then(|| {
            view! {
                <button type="button" class="menu-item" on:click=move |_| chosen.set(Some(Chosen::Group))>
                    <super::icon::Glyph icon=icon::LAYERS/>{k::filter::GROUP}
                </button>
            }
        })
    };
    move || {
        match chosen.get() {
        Some(Chosen::Field(id)) => {
            let field = fields.with_untracked(|fields| (fields.find)(&id));
            field.map(|field| {
                let start = Condition {
                    field: field.id.clone(),
                    operator: field.operators.first().copied().unwrap_or("=").to_owned(),
                    values: Vec::new(),
                };
                lazy::condition(field, start, apply)
            })
            .into_any()
        }
        Some(Chosen::Group) => {
            let start = Group { any: true, ..Group::default() };
            lazy::filter_group(fields, start, apply_group)
        }
        None => view! {
            <div class="menu">
                <SearchInput label=k::filter::FIND_FIELD value=wanted/>
                <div class="menu-scroll" on:keydown=super::popover::walk_siblings>{group}{list}</div>
            </div>
        }
        .into_any(),
    }
    }
}

/// What is to be added.
#[derive(Clone, PartialEq, Eq)]
enum Chosen {
    Field(String),
    Group,
}
