//! Conditions in brackets: all or any of them, or not; groups within groups.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::button::{Button, IconButton, Size, Variant};
use super::combobox::{Combobox, local_finder};
use super::filter_bar::{Condition, FilterFields, Group, Part};
use super::filter_editor::ConditionEditor;
use super::filter_parts::condition_words;
use super::icon;
use super::popover::Close;
use super::select::{Choice, Select};
use crate::i18n::k;

/// How deep groups may lie in the one that is edited; a filter has at most five levels.
const DEEPEST: usize = 3;

/// Where in a group: the places of the parts on the way.
type Way = Vec<usize>;

/// The group as it is being edited.
#[derive(Clone, Copy)]
struct Tree {
    fields: Signal<FilterFields>,
    whole: RwSignal<Group>,
    /// The part whose operator and value are open.
    open: RwSignal<Option<Way>>,
}

/// The form behind a pill for a group. The button applies it.
#[component]
pub fn GroupEditor(
    /// What one may filter by.
    fields: Signal<FilterFields>,
    /// What the form starts with.
    start: Group,
    /// Called with the finished group.
    on_apply: Callback<Group>,
) -> impl IntoView {
    let tree = Tree {
        fields,
        whole: RwSignal::new(start),
        open: RwSignal::new(None),
    };
    let close = use_context::<Close>();
    let missing = Signal::derive(move || {
        let empty = tree.whole.with(|group| !is_whole(group));
        empty.then(|| k::filter::GROUP_EMPTY.get().to_owned())
    });
    let apply = move |()| {
        on_apply.run(tree.whole.get_untracked());
        if let Some(close) = close {
            close.now();
        }
    };
    view! {
        <div class="filter-group">
            <h2>{k::filter::GROUP}</h2>
            {move || level(tree, Vec::new())}
            <div class="row-end">
                <Button label=k::common::APPLY variant=Variant::Primary size=Size::Small on_press=apply disabled=missing/>
            </div>
        </div>
    }
}

/// Whether a group and all groups in it have conditions.
fn is_whole(group: &Group) -> bool {
    !group.parts.is_empty()
        && group.parts.iter().all(|part| match part {
            Part::One(_) => true,
            Part::Group(inner) => is_whole(inner),
        })
}

fn at<'g>(group: &'g Group, way: &[usize]) -> Option<&'g Group> {
    match way {
        [] => Some(group),
        [first, rest @ ..] => match group.parts.get(*first)? {
            Part::Group(inner) => at(inner, rest),
            Part::One(_) => None,
        },
    }
}

fn at_mut<'g>(group: &'g mut Group, way: &[usize]) -> Option<&'g mut Group> {
    match way {
        [] => Some(group),
        [first, rest @ ..] => match group.parts.get_mut(*first)? {
            Part::Group(inner) => at_mut(inner, rest),
            Part::One(_) => None,
        },
    }
}

impl Tree {
    fn change(self, way: &[usize], change: impl FnOnce(&mut Group)) {
        self.whole.update(|whole| {
            if let Some(group) = at_mut(whole, way) {
                change(group);
            }
        });
    }

    /// Adds a part and gives its place.
    fn push(self, way: &[usize], part: Part) -> Way {
        let mut place = way.to_vec();
        self.change(way, |group| {
            place.push(group.parts.len());
            group.parts.push(part);
        });
        place
    }
}

/// A group: how its parts are joined, the parts, and what can be added.
fn level(tree: Tree, way: Way) -> AnyView {
    let Some(group) = tree.whole.with(|whole| at(whole, &way).cloned()) else {
        return ().into_any();
    };
    let mode = RwSignal::new(
        match (group.not, group.any) {
            (false, false) => "all",
            (false, true) => "any",
            (true, false) => "not_all",
            (true, true) => "none",
        }
        .to_owned(),
    );
    let modes = Signal::derive(|| {
        vec![
            Choice::new("all", k::filter::GROUP_ALL.get()),
            Choice::new("any", k::filter::GROUP_ANY.get()),
            Choice::new("none", k::filter::GROUP_NONE.get()),
            Choice::new("not_all", k::filter::GROUP_NOT_ALL.get()),
        ]
    });
    let of = way.clone();
    let choose = move |mode: String| {
        tree.change(&of, |group| {
            group.not = matches!(mode.as_str(), "none" | "not_all");
            group.any = matches!(mode.as_str(), "any" | "none");
        });
    };
    let parts = group
        .parts
        .into_iter()
        .enumerate()
        .map(|(place, part)| {
            let mut here = way.clone();
            here.push(place);
            line(tree, here, part)
        })
        .collect_view();
    view! {
        <div class="filter-level">
            <Select label=k::filter::MATCH value=mode choices=modes bare=true on_change=choose/>
            <ul>{parts}</ul>
            {adders(tree, way)}
        </div>
    }
    .into_any()
}

fn line(tree: Tree, way: Way, part: Part) -> impl IntoView {
    let place = name_of(&way);
    let (remove_at, parent) = (
        way.last().copied().unwrap_or(0),
        way[..way.len() - 1].to_vec(),
    );
    let remove = move |()| {
        tree.open.set(None);
        tree.change(&parent, |group| {
            if remove_at < group.parts.len() {
                group.parts.remove(remove_at);
            }
        });
    };
    let (content, name) = match part {
        Part::One(condition) => {
            let name = tree
                .fields
                .with(|fields| condition_words(fields, &condition));
            (one(tree, way, condition, name.clone()), name)
        }
        Part::Group(_) => (level(tree, way), k::filter::GROUP.get().to_owned()),
    };
    view! {
        <li class="filter-line" data-part=place>
            {content}
            <IconButton label=move || k::filter::remove_named(&name) icon=icon::X size=Size::Small on_press=remove/>
        </li>
    }
}

fn name_of(way: &[usize]) -> String {
    way.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(".")
}

/// A condition as a button; pressed, its editor.
fn one(tree: Tree, way: Way, condition: Condition, name: String) -> AnyView {
    let is_open = tree.open.with(|open| open.as_ref() == Some(&way));
    let field = tree.fields.with(|fields| (fields.find)(&condition.field));
    let (Some(field), true) = (field, is_open) else {
        let open = move |()| tree.open.set(Some(way.clone()));
        return view! { <Button label=name size=Size::Small variant=Variant::Quiet on_press=open/> }
            .into_any();
    };
    let (last, parent) = (
        way.last().copied().unwrap_or(0),
        way[..way.len() - 1].to_vec(),
    );
    let place = name_of(&way);
    let apply = Callback::new(move |new: Condition| {
        tree.open.set(None);
        tree.change(&parent, |group| {
            if let Some(old) = group.parts.get_mut(last) {
                *old = Part::One(new);
            }
        });
        focus(place.clone());
    });
    view! { <ConditionEditor field start=condition on_apply=apply stays=true/> }.into_any()
}

/// The focus goes to a line, which has been drawn anew.
fn focus(place: String) {
    request_animation_frame(move || {
        let selector = format!("[data-part='{place}'] button");
        let button = document().query_selector(&selector).ok().flatten();
        if let Some(button) = button.and_then(|b| b.dyn_into::<HtmlElement>().ok()) {
            // Only fails for detached elements.
            let _ = button.focus();
        }
    });
}

/// Finds a field for another condition, and adds a group.
fn adders(tree: Tree, way: Way) -> impl IntoView {
    let choices = tree.fields.with(|fields| {
        let all = fields.offered.iter();
        all.map(|field| Choice::new(field.id.clone(), field.label.get().into_owned()))
            .collect::<Vec<_>>()
    });
    let chosen = RwSignal::new(None::<Choice>);
    let deeper = way.len() < DEEPEST;
    let way = Arc::new(way);
    let of = Arc::clone(&way);
    let add = move |choice: Option<Choice>| {
        let field = choice.and_then(|choice| {
            tree.fields
                .with_untracked(|fields| (fields.find)(&choice.value))
        });
        if let Some(field) = field {
            let operator = field.operators.first().copied().unwrap_or("=");
            let condition = Condition {
                field: field.id,
                operator: operator.to_owned(),
                values: Vec::new(),
            };
            let place = tree.push(&of, Part::One(condition));
            focus(name_of(&place));
            tree.open.set(Some(place));
        }
    };
    let group = move |()| {
        let place = tree.push(
            &way,
            Part::Group(Group {
                any: true,
                ..Group::default()
            }),
        );
        focus(name_of(&place));
    };
    view! {
        <div class="filter-add">
            <Combobox label=k::filter::FIND_FIELD value=chosen find=local_finder(choices) on_change=add/>
            {deeper.then(|| view! { <Button label=k::filter::ADD_GROUP icon=icon::PLUS size=Size::Small variant=Variant::Quiet on_press=group/> })}
        </div>
    }
}
