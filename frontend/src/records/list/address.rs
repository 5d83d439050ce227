//! The list's state in the address: `?v=view&f=filter&s=order&q=words&peek=id`, with `layout`, `by`, `span`, `g`, `sum`
//! and `p` (the pipeline) for what is not in a plain table, and `c` for columns other than the usual ones. Without any of it the list opens
//! with the view that the person chose for that.

use std::fmt::Write as _;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::default_view;
use super::look::{Look, columns_text, read_columns};
use super::state::ListState;
use super::views;
use crate::records::store::encode;

/// Takes the state from the address now and whenever the address changes, and writes it there whenever it changes.
pub fn follow(state: ListState) {
    let (query, location, navigate) = (use_query_map(), use_location(), use_navigate());
    let written = StoredValue::new(None::<String>);
    // On the way to another page this list may still be there when the address changes.
    let at_home = move || {
        location
            .pathname
            .with_untracked(|path| path.trim_end_matches('/') == state.spec.path)
    };
    let read = move || {
        query.with_untracked(|query| {
            let text = |name: &str| query.get(name).unwrap_or_default();
            state.view.set(match query.get("v") {
                Some(all) if all == default_view::ALL => String::new(),
                Some(id) => id,
                // A bare address opens the list as the person likes it; a link says itself what it shows.
                None if ["f", "s", "q", "c", "g", "layout"]
                    .iter()
                    .all(|name| query.get(name).is_none()) =>
                {
                    default_view::of(state.spec.object).unwrap_or_default()
                }
                None => String::new(),
            });
            views::show(state);
            if let Some(filter) = query.get("f") {
                state.set_filter(&filter);
                state.waiting.set(false);
            }
            if let Some(sort) = query.get("s") {
                state.set_order(&sort);
            }
            read_arrangement(state, |name| query.get(name));
            state.part.set(text("p"));
            state.text.set(text("q"));
            state
                .peek
                .set(query.get("peek").filter(|id| !id.is_empty()));
        });
    };
    read();
    // An address from elsewhere: a link, Back.
    Effect::watch(
        move || location.search.get(),
        move |search, _, _| {
            let own =
                written.with_value(|own| own.as_deref() == Some(search.trim_start_matches('?')));
            if !own && at_home() {
                read();
            }
        },
        false,
    );
    let here = Memo::new(move |_| address(state));
    Effect::watch(
        move || (here.get(), state.peek.get(), state.waiting.get()),
        move |(address, peek, waiting), before, _| {
            if *waiting || !at_home() {
                return;
            }
            let mut search = address.clone();
            if let Some(id) = peek {
                let mark = if search.is_empty() { "" } else { "&" };
                // Writing into a String cannot fail.
                let _ = write!(search, "{mark}peek={id}");
            }
            let now = location.search.get_untracked();
            if now.trim_start_matches('?') == search {
                return;
            }
            written.set_value(Some(search.clone()));
            let opened = peek.is_some() && before.is_some_and(|(_, peek, _)| peek.is_none());
            let path = if search.is_empty() {
                state.spec.path.to_owned()
            } else {
                format!("{}?{search}", state.spec.path)
            };
            // Back closes a peek; it does not undo every letter of a search.
            navigate(
                &path,
                NavigateOptions {
                    replace: !opened,
                    scroll: false,
                    ..NavigateOptions::default()
                },
            );
        },
        false,
    );
}

/// Takes layout, groups and columns from an address; what it does not name stays as the view has it.
fn read_arrangement(state: ListState, get: impl Fn(&str) -> Option<String>) {
    state.arrangement.update(|now| {
        if let Some(layout) = get("layout") {
            now.layout = if layout == "table" {
                String::new()
            } else {
                layout
            };
        }
        for (name, part) in [
            ("by", &mut now.by),
            ("span", &mut now.span),
            ("g", &mut now.group_by),
            ("sum", &mut now.sums),
        ] {
            if let Some(text) = get(name) {
                *part = text;
            }
        }
    });
    if let Some(columns) = get("c").map(|text| read_columns(&text)) {
        let known = |shown: &super::look::Shown| state.spec.object.field(&shown.field).is_some();
        let columns: Vec<_> = columns.into_iter().filter(known).collect();
        if !columns.is_empty() {
            state.linked.set(true);
            state.widths.update(std::collections::BTreeMap::clear);
            state.columns.set(columns);
        }
    }
}

/// The state as a query string without its mark; what the view says already is left out. Tracked.
fn address(state: ListState) -> String {
    let base = views::look(state).unwrap_or_else(|| Look {
        sort: state.spec.sort.to_owned(),
        ..Look::default()
    });
    let now = state.look();
    let mut text = String::new();
    let mut add = |name: &str, value: &str| {
        let mark = if text.is_empty() { "" } else { "&" };
        // As above.
        let _ = write!(text, "{mark}{name}={}", encode(value));
    };
    let view = state.view.get();
    if !view.is_empty() {
        add("v", &view);
    } else if default_view::of(state.spec.object).is_some() {
        add("v", default_view::ALL);
    }
    if now.filter != base.filter {
        add("f", &now.filter);
    }
    if now.sort != base.sort {
        add("s", &now.sort);
    }
    let (old, new) = (&base.arrangement, &now.arrangement);
    let layout = if new.is_table() { "table" } else { &new.layout };
    // What a list begins with is another thing in another browser; a link says which it means.
    if old.layout != new.layout || !state.spec.layout.is_empty() {
        add("layout", layout);
    }
    for (name, old, new) in [
        ("by", &old.by, &new.by),
        ("span", &old.span, &new.span),
        ("g", &old.group_by, &new.group_by),
        ("sum", &old.sums, &new.sums),
    ] {
        if old != new {
            add(name, new);
        }
    }
    let part = state.part.get();
    if new.is_of_stages() && !part.is_empty() {
        add("p", &part);
    }
    let usual = match views::saved(state) {
        Some(_) => base.columns,
        None => state.spec.usual_columns(),
    };
    if now.columns != usual {
        add("c", &columns_text(&now.columns));
    }
    let words = state.text.get();
    if !words.is_empty() {
        add("q", &words);
    }
    text
}
