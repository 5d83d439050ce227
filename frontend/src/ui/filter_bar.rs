//! Conditions that narrow a list: pills that open an editor, and a button that adds one.

use leptos::prelude::*;

use super::button::{Button, Size, Variant};
use super::combobox::Finder;
use super::dialog::Sheet;
use super::icon;
use super::popover::{Close, Popover};
use super::select::Choice;
use super::tabs::{Segmented, Tab};
use super::text_input::SearchInput;
use crate::i18n::{Key, k};
use crate::lazy;

/// How the value of a condition is typed or chosen.
#[derive(Clone)]
pub enum ValueEditor {
    /// A text field.
    Text,
    /// A text field for digits.
    Number,
    /// A day.
    Day,
    /// Checkboxes of a short list.
    Choices(Signal<Vec<Choice>>),
    /// A search for records or people.
    Find(Finder),
}

/// A field one may filter by.
#[derive(Clone)]
pub struct FilterField {
    /// Its name in the filter grammar.
    pub id: String,
    /// Its name for people.
    pub label: TextProp,
    /// Operators of the grammar that fit, the usual one first.
    pub operators: Vec<&'static str>,
    /// How values are given.
    pub editor: ValueEditor,
}

/// One condition: field, operator of the grammar, values with the words shown for them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// The field's `id`.
    pub field: String,
    /// Operator of the grammar.
    pub operator: String,
    /// None for "is empty", several for "in".
    pub values: Vec<Choice>,
}

/// All conditions of a list.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Conditions {
    /// One hit is enough, instead of all.
    pub any: bool,
    /// In the order they were added.
    pub list: Vec<Condition>,
}

/// The operator of a condition with a first and a last value; the grammar writes it as two comparisons.
pub const BETWEEN: &str = "between";

/// The words for an operator of the grammar.
pub fn operator_label(operator: &str) -> Key {
    match operator {
        "=" => k::filter::IS,
        "!=" => k::filter::IS_NOT,
        "<" => k::filter::LESS,
        "<=" => k::filter::AT_MOST,
        ">" => k::filter::MORE,
        ">=" => k::filter::AT_LEAST,
        "~" => k::filter::CONTAINS,
        "^=" => k::filter::STARTS_WITH,
        "in" => k::filter::ANY_OF,
        "not in" => k::filter::NONE_OF,
        "has" => k::filter::HAS,
        "is empty" => k::filter::IS_EMPTY,
        BETWEEN => k::filter::BETWEEN,
        _ => k::filter::IS_NOT_EMPTY,
    }
}

/// Whether an operator stands without a value.
pub fn needs_no_value(operator: &str) -> bool {
    matches!(operator, "is empty" | "is not empty")
}

/// The pills, "Add filter", all or any, and, after an unsaved change, Save view and Reset.
#[component]
pub fn FilterBar(
    /// What one may filter by.
    #[prop(into)]
    fields: Signal<Vec<FilterField>>,
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
fn Pills(fields: Signal<Vec<FilterField>>, conditions: RwSignal<Conditions>) -> impl IntoView {
    let pills = move || {
        let fields = fields.get();
        conditions
            .get()
            .list
            .into_iter()
            .enumerate()
            .filter_map(|(at, condition)| {
                let field = fields
                    .iter()
                    .find(|field| field.id == condition.field)?
                    .clone();
                Some(view! { <FilterPill field condition at conditions/> })
            })
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

/// One condition as a button that opens its editor, and a cross.
#[component]
fn FilterPill(
    field: FilterField,
    condition: Condition,
    at: usize,
    conditions: RwSignal<Conditions>,
) -> impl IntoView {
    let words = {
        let (label, condition) = (field.label.clone(), condition.clone());
        move || {
            let mark = if condition.operator == BETWEEN {
                " – "
            } else {
                ", "
            };
            let values: Vec<&str> = condition
                .values
                .iter()
                .map(|value| value.label.as_str())
                .collect();
            format!(
                "{} {} {}",
                label.get(),
                operator_label(&condition.operator).get(),
                values.join(mark)
            )
        }
    };
    let name = words.clone();
    let remove = move |_| {
        conditions.update(|c| {
            if at < c.list.len() {
                c.list.remove(at);
            }
        });
    };
    let apply = Callback::new(move |new: Condition| {
        conditions.update(|c| {
            if let Some(old) = c.list.get_mut(at) {
                *old = new;
            }
        });
    });
    view! {
        <span class="pill">
            <Popover label=words variant=Variant::Quiet size=Size::Small>
                {lazy::condition(field.clone(), condition.clone(), apply)}
            </Popover>
            <button type="button" class="pill-remove" aria-label=move || k::filter::remove_named(&name()) on:click=remove>
                <super::icon::Glyph icon=icon::X/>
            </button>
        </span>
    }
}

/// First the field, then its operator and value, in one popover.
#[component]
fn AddCondition(
    fields: Signal<Vec<FilterField>>,
    conditions: RwSignal<Conditions>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<String>);
    let wanted = RwSignal::new(String::new());
    let close = use_context::<Close>();
    let apply = Callback::new(move |condition: Condition| {
        if let Some(close) = close {
            close.now();
        }
        conditions.update(|c| c.list.push(condition));
    });
    let line = move |field: FilterField| {
        let id = field.id;
        view! {
            <button type="button" class="menu-item" on:click=move |_| chosen.set(Some(id.clone()))>
                {move || field.label.get()}
            </button>
        }
    };
    let list = move || {
        let wanted = wanted.get().to_lowercase();
        let fits = |field: &FilterField| field.label.get().to_lowercase().contains(&wanted);
        fields
            .get()
            .into_iter()
            .filter(fits)
            .map(line)
            .collect_view()
    };
    move || {
        let field = chosen.get().and_then(|id| {
            fields
                .get_untracked()
                .into_iter()
                .find(|field| field.id == id)
        });
        match field {
            Some(field) => {
                let operator = field.operators.first().copied().unwrap_or("=").to_owned();
                let start = Condition {
                    field: field.id.clone(),
                    operator,
                    values: Vec::new(),
                };
                lazy::condition(field, start, apply)
            }
            None => view! {
                <div class="menu">
                    <SearchInput label=k::filter::FIND_FIELD value=wanted/>
                    <div class="menu-scroll" on:keydown=super::popover::walk_siblings>{list}</div>
                </div>
            }
            .into_any(),
        }
    }
}
