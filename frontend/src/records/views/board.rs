//! A board over any field with few values: a column for each, cards that move between them.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use relasi_domain::field::{Field, Kind, Write};
use relasi_domain::record::Object;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::groups::{self, Group, Groups};
use super::status;
use crate::api::ApiError;
use crate::i18n::k;
use crate::records::list::{Hands, both, has_verbs, is_logged, reason, usual_by};
use crate::records::store::quoted;
use crate::records::{Query, Record, labels, store, value};
use crate::ui::board::{Board, BoardColumn, CardKind, CardMove};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;

/// Cards of a page of a column.
const PAGE: u32 = 40;

/// A card with the column that it is in.
#[derive(Clone, PartialEq, Debug)]
struct InColumn {
    record: Record,
    column: String,
    title: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Loaded {
    next: Option<String>,
    busy: bool,
}

#[derive(Clone, Copy)]
struct Model {
    hands: Hands,
    field: &'static Field,
    groups: RwSignal<Option<Groups>>,
    fault: RwSignal<Option<ApiError>>,
    loaded: RwSignal<BTreeMap<String, Loaded>>,
    run: StoredValue<u64>,
}

/// The id of the column of a value; empty for none.
fn id_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Model {
    fn object(self) -> &'static Object {
        self.hands.state().spec.object
    }

    fn follow(hands: Hands, field: &'static Field) -> Self {
        let model = Self {
            hands,
            field,
            groups: RwSignal::new(None),
            fault: RwSignal::new(None),
            loaded: RwSignal::default(),
            run: StoredValue::new(0),
        };
        let state = hands.state();
        let sums = Memo::new(move |_| state.arrangement.with(|now| now.sums.clone()));
        Effect::new(move |_| {
            hands.rows().turn.track();
            untrack(|| model.reload());
        });
        Effect::watch(
            move || (state.saved.get(), sums.get()),
            move |_, _, _| model.count(false),
            false,
        );
        model
    }

    fn reload(self) {
        self.run.update_value(|run| *run += 1);
        self.loaded.set(BTreeMap::new());
        self.count(true);
    }

    /// Loads the figures; with `cards`, also the cards of every column.
    fn count(self, cards: bool) {
        let Some(query) = self.hands.rows().asked() else {
            return;
        };
        let run = self.run.get_value();
        let state = self.hands.state();
        let sums = state.arrangement.with_untracked(|now| now.sums.clone());
        spawn_local(async move {
            let by = (self.field.name.as_ref(), sums.as_str());
            let found = groups::load(state.api, self.object(), by, &query).await;
            if self.run.try_get_value() != Some(run) {
                return;
            }
            match found {
                Ok(found) => {
                    self.fault.set(None);
                    let filled: Vec<String> = found
                        .groups
                        .iter()
                        .map(|group| id_of(&group.value))
                        .collect();
                    self.groups.set(Some(found));
                    if cards {
                        for column in &filled {
                            self.load(column);
                        }
                    }
                }
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Loads the next page of a column.
    fn load(self, column: &str) {
        let Some(asked) = self.hands.rows().asked() else {
            return;
        };
        let (run, column) = (self.run.get_value(), column.to_owned());
        let cursor = self
            .loaded
            .with_untracked(|all| all.get(&column)?.next.clone());
        self.loaded
            .update(|all| all.entry(column.clone()).or_default().busy = true);
        let name = &self.field.name;
        let own = match (column.as_str(), &self.field.kind) {
            ("", _) => format!("{name} is empty"),
            (code, Kind::Boolean | Kind::Choice(_)) => format!("{name} = {code}"),
            (id, _) => format!("{name} = {}", quoted(id)),
        };
        let query = Query {
            filter: both(&asked.filter, &own),
            limit: PAGE,
            cursor,
            ..asked
        };
        let state = self.hands.state();
        spawn_local(async move {
            let page = store::list(state.api, self.object(), &query).await;
            if self.run.try_get_value() != Some(run) {
                return;
            }
            let next = page.as_ref().ok().and_then(|page| page.next_cursor.clone());
            self.loaded
                .update(|all| _ = all.insert(column, Loaded { next, busy: false }));
            match page {
                Ok(page) => self.hands.rows().take(page),
                Err(error) => state.toasts.bad(reason(&error)),
            }
        });
    }

    /// Every column in order: the values that are known, those that records have, none at the end. Tracked.
    fn columns(self) -> Vec<BoardColumn> {
        let groups = self.groups.get().unwrap_or_default().groups;
        let codes = self.field.codes().unwrap_or_default();
        let mut values: Vec<Value> = codes
            .iter()
            .map(|code| Value::from(code.as_ref()))
            .collect();
        if self.field.kind == Kind::Boolean {
            values.extend([Value::Bool(true), Value::Bool(false)]);
        }
        values.extend(
            groups
                .iter()
                .map(|group| group.value.clone())
                .filter(|value| !value.is_null()),
        );
        if !self.field.required {
            values.push(Value::Null);
        }
        let mut columns: Vec<BoardColumn> = Vec::new();
        for value in values {
            let id = id_of(&value);
            if columns.iter().any(|column| column.id == id) {
                continue;
            }
            let known = groups.iter().find(|group| group.value == value).cloned();
            let group = known.unwrap_or(Group {
                value,
                label: None,
                filter: String::new(),
                count: 0,
                sums: Vec::new(),
            });
            columns.push(BoardColumn {
                id,
                title: groups::title(self.object(), &self.field.name, &group),
                count: group.count,
                sum: groups::sums(self.object(), &group, false),
                detail: groups::sums(self.object(), &group, true),
                note: String::new(),
                folded: false,
            });
        }
        columns
    }

    /// The cards with their columns; tracked.
    fn cards(self) -> Vec<InColumn> {
        let object = self.object();
        self.hands.rows().list.with(|list| {
            let card = |record: &Record| InColumn {
                column: id_of(record.value(&self.field.name)),
                title: record.title(object),
                record: record.clone(),
            };
            list.iter().map(card).collect()
        })
    }

    fn value_of(self, column: &str) -> Value {
        match (column, &self.field.kind) {
            ("", Kind::Boolean) => Value::Bool(false),
            ("", _) => Value::Null,
            (text, Kind::Boolean) => Value::Bool(text == "true"),
            (text, _) => text.into(),
        }
    }

    fn place(self, asked: &CardMove) {
        if has_verbs(self.object(), self.field) {
            status::go(self.hands, &asked.card, &asked.to);
        } else if self.field.write == Write::Always {
            let new = self.value_of(&asked.to);
            self.hands
                .editing()
                .change(&asked.card, self.field.name.as_ref(), new, true);
        } else {
            self.hands.state().toasts.bad(k::views::FIXED.get());
        }
    }
}

/// The name, then what the list shows beside it on phones.
fn card(object: &'static Object, lines: &'static [&'static str], card: &InColumn) -> AnyView {
    let shown = |name: &&'static str| {
        let field = object.field(name)?;
        let value = card.record.value(name);
        if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
            return None;
        }
        let shown = value::show(object, field, &card.record);
        Some(view! { <span class="card-line cut">{shown}</span> })
    };
    view! {
        <span class="card-name">{card.title.clone()}</span>
        {lines.iter().filter_map(shown).collect_view()}
    }
    .into_any()
}

/// The order of the cards in words; tracked.
fn order(hands: Hands) -> String {
    let object = hands.state().spec.object;
    hands.state().sort.with(|sort| match sort {
        Some(sort) => {
            let name = labels::field(object, &sort.column);
            if sort.descending {
                k::views::sorted_down(&name)
            } else {
                k::views::sorted_up(&name)
            }
        }
        None => k::views::SORTED_BY_AGE.get().to_owned(),
    })
}

/// The board of a list.
#[component]
pub fn ChoiceBoard(hands: Hands) -> impl IntoView {
    let state = hands.state();
    let object = state.spec.object;
    let named = state.arrangement.with_untracked(|now| now.by.clone());
    let field = object.field(&named).or_else(|| usual_by(object, "board"));
    field.map(|field| view! { <Columns hands field/> })
}

#[component]
fn Columns(hands: Hands, field: &'static Field) -> impl IntoView {
    let model = Model::follow(hands, field);
    let state = hands.state();
    let object = state.spec.object;
    let lines = &state.spec.phone;
    let kind = move || CardKind {
        id: |card: &InColumn| card.record.id().to_owned(),
        column: |card: &InColumn| card.column.clone(),
        name: |card: &InColumn| card.title.clone(),
        view: Arc::new(move |of: InColumn| card(object, lines, &of)),
    };
    let columns = Memo::new(move |_| model.columns());
    let keys = move |(key, id): (String, String)| {
        let logs = key == "L" && is_logged(object);
        if logs {
            state.log.set(Some(id));
        }
        logs
    };
    let cards = Memo::new(move |_| model.cards());
    let ready = Memo::new(move |_| model.groups.with(Option::is_some));
    let fault = Memo::new(move |_| {
        let fault = model.fault.get();
        fault.map(|error| (reason(&error), error.id().unwrap_or_default()))
    });
    let foot = move |id: String| view! { <Foot model column=id/> }.into_any();
    move || {
        match (fault.get(), ready.get()) {
        (Some((text, error_id)), _) => view! { <ErrorState text error_id on_retry=move |()| model.reload()/> }.into_any(),
        (None, false) => view! { <div class="list-wait"><Skeleton lines=8/></div> }.into_any(),
        (None, true) => view! {
            <p class="board-order hint">{move || order(hands)}</p>
            <Board label=state.spec.title columns cards kind=kind()
                on_move=move |asked: CardMove| model.place(&asked) on_open=hands.open() on_peek=hands.peek() on_key=keys column_foot=foot/>
        }.into_any(),
    }
    }
}

/// Below the cards: more of them, and a new one.
#[component]
fn Foot(model: Model, column: String) -> impl IntoView {
    let id = StoredValue::new(column);
    let loaded = Memo::new(move |_| {
        model
            .loaded
            .with(|all| id.with_value(|id| all.get(id).cloned()))
            .unwrap_or_default()
    });
    let add = move |()| {
        let value = id.with_value(|id| model.value_of(id));
        model
            .hands
            .state()
            .given
            .update(|given| _ = given.insert(model.field.name.to_string(), value));
        model.hands.creating().set(true);
    };
    let adds = model.field.write == Write::Always;
    view! {
        <footer class="column-foot">
            <Show when=move || loaded.with(|loaded| loaded.busy)><Skeleton lines=2/></Show>
            <Show when=move || loaded.with(|loaded| loaded.next.is_some() && !loaded.busy)>
                <Button label=k::views::MORE_ROWS size=Size::Small variant=Variant::Quiet on_press=move |()| id.with_value(|id| model.load(id))/>
            </Show>
            {adds.then(|| view! { <Button label=model.hands.state().spec.new icon=icon::PLUS size=Size::Small variant=Variant::Quiet on_press=add/> })}
        </footer>
    }
}
