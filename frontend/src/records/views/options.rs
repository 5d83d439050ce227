//! What a layout goes by: columns, days, groups, sums, order.

use leptos::prelude::*;
use relasi_domain::field::{Field, Kind};
use relasi_domain::grouping;
use relasi_domain::record::Object;

use crate::i18n::{Key, k};
use crate::records::labels;
use crate::records::list::{Arrangement, ListState, board_fields, day_fields, usual_by};
use crate::ui::select::{Choice, Select};

const UNITS: [(&str, Key); 5] = [
    ("day", k::views::UNIT_DAY),
    ("week", k::views::UNIT_WEEK),
    ("month", k::views::UNIT_MONTH),
    ("quarter", k::views::UNIT_QUARTER),
    ("year", k::views::UNIT_YEAR),
];

fn choices(object: &'static Object, fields: impl Iterator<Item = &'static Field>) -> Vec<Choice> {
    fields
        .map(|field| Choice::new(field.name.to_string(), labels::field(object, &field.name)))
        .collect()
}

/// A select over a part of the arrangement.
fn part(
    state: ListState,
    label: Key,
    now: String,
    choices: Signal<Vec<Choice>>,
    put: fn(&mut Arrangement, String),
) -> impl IntoView {
    let value = RwSignal::new(now);
    let choose = move |new: String| state.arrangement.update(|all| put(all, new));
    view! { <Select label value choices on_change=choose/> }
}

/// The settings of the layout that the list is in.
#[component]
pub fn Options(state: ListState) -> impl IntoView {
    let object = state.spec.object;
    let layout = Memo::new(move |_| state.arrangement.with(|now| now.layout.clone()));
    let by = move |label: Key, fields: fn(&'static Object) -> Vec<Choice>| {
        let (named, layout) = state
            .arrangement
            .with_untracked(|now| (now.by.clone(), now.layout.clone()));
        let usual = usual_by(object, &layout).map(|field| field.name.to_string());
        let now = if named.is_empty() {
            usual.unwrap_or_default()
        } else {
            named
        };
        let choices = Signal::derive(move || fields(object));
        part(state, label, now, choices, |all, new| all.by = new)
    };
    let content = move || match layout.get().as_str() {
        "board" => view! {
            {by(k::views::COLUMNS_BY, |object| choices(object, board_fields(object)))}
            <Sums state/>
        }
        .into_any(),
        "calendar" => by(k::views::DAYS_BY, |object| {
            choices(object, day_fields(object))
        })
        .into_any(),
        "places" => by(k::views::PLACES_BY, |object| {
            let text = |field: &&Field| matches!(field.kind, Kind::Text { .. });
            choices(object, object.all_fields().filter(text))
        })
        .into_any(),
        _ => view! { <Groups state/><Sums state/> }.into_any(),
    };
    view! { <div class="view-options stack">{content}<ThenBy state/></div> }
}

/// What the rows are grouped by, and how long the groups of times are.
#[component]
fn Groups(state: ListState) -> impl IntoView {
    let object = state.spec.object;
    let now = state.arrangement.with_untracked(|now| now.group_by.clone());
    let (name, length) = now.split_once(':').unwrap_or((&now, "month"));
    let (field, unit) = (
        RwSignal::new(name.to_owned()),
        RwSignal::new(length.to_owned()),
    );
    let is_time = move || {
        let named = field.with(|name| object.field(name));
        named.is_some_and(|field| grouping::is_time(&field.kind))
    };
    let put = move |_| {
        let text = untrack(|| {
            if is_time() {
                format!("{}:{}", field.get(), unit.get())
            } else {
                field.get()
            }
        });
        state.arrangement.update(|all| all.group_by = text);
    };
    let fields = Signal::derive(move || {
        let fits = |field: &&Field| {
            grouping::fits(&field.kind)
                && !matches!(field.name.as_ref(), "deleted_at" | "import_id")
        };
        let none = Choice::new("", k::views::NO_GROUPS.get());
        let all = choices(object, object.all_fields().filter(fits));
        std::iter::once(none).chain(all).collect::<Vec<_>>()
    });
    let units = Signal::derive(|| {
        UNITS
            .map(|(unit, label)| Choice::new(unit, label.get()))
            .to_vec()
    });
    view! {
        <Select label=k::views::GROUP_BY value=field choices=fields on_change=put/>
        {move || is_time().then(|| view! { <Select label=k::views::UNIT value=unit choices=units on_change=put/> })}
    }
}

/// Fields summed up in the headings of groups and columns.
#[component]
fn Sums(state: ListState) -> impl IntoView {
    let object = state.spec.object;
    let can = |field: &&Field| grouping::sums(&field.kind);
    let fields: Vec<&'static Field> = object.all_fields().filter(can).collect();
    if fields.is_empty() {
        return ().into_any();
    }
    let named = move |name: &str| {
        state
            .arrangement
            .with(|now| now.sums.split(',').any(|one| one == name))
    };
    let line = move |field: &'static Field| {
        let name = field.name.as_ref();
        let toggle = move |event| {
            let on = event_target_checked(&event);
            state.arrangement.update(|now| {
                let all = now
                    .sums
                    .split(',')
                    .filter(|one| !one.is_empty() && *one != name);
                let mut all: Vec<String> = all.map(str::to_owned).collect();
                if on && all.len() < grouping::MAX_SUMS {
                    all.push(name.to_owned());
                }
                now.sums = all.join(",");
            });
        };
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=move || named(name) on:change=toggle/>
                {move || labels::field(object, name)}
            </label>
        }
    };
    view! {
        <fieldset class="checks"><legend>{k::views::SUMS}</legend>
            {fields.into_iter().map(line).collect_view()}</fieldset>
    }
    .into_any()
}

/// The second key of the order.
#[component]
fn ThenBy(state: ListState) -> impl IntoView {
    let object = state.spec.object;
    let further = state.then.with_untracked(|(_, further)| further.clone());
    let first = further.split(',').next().unwrap_or_default().to_owned();
    let value = RwSignal::new(first);
    let choices = Signal::derive(move || {
        let main = state
            .sort
            .with(|sort| sort.as_ref().map(|sort| sort.column.clone()));
        let none = Choice::new("", k::views::NO_SECOND.get());
        let fields = object
            .all_fields()
            .filter(|field| field.sortable && main.as_deref() != Some(&field.name));
        let both = fields.flat_map(|field| {
            let name = labels::field(object, &field.name);
            [
                Choice::new(field.name.to_string(), k::views::up(&name)),
                Choice::new(format!("-{}", field.name), k::views::down(&name)),
            ]
        });
        std::iter::once(none).chain(both).collect::<Vec<_>>()
    });
    let put = move |key: String| state.then.set((state.sort.get_untracked(), key));
    view! {
        {move || state.sort.with(Option::is_some).then(|| view! {
            <Select label=k::views::THEN_BY value choices on_change=put/>
        })}
    }
}
