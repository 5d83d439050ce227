//! Cards in columns: dragged, or moved by keys.

mod card;
mod chips;
mod drag;
mod focus;
mod press;

use std::sync::Arc;

use leptos::prelude::*;

use crate::keys;
use card::Card;
use chips::{ColumnChips, in_the_middle};
use drag::Drag;

/// A column of a board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoardColumn {
    /// Id; cards name the column they are in by it.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Cards in it, also those not loaded.
    pub count: i64,
    /// Sum or other figure, formatted.
    pub sum: String,
    /// The exact figure and what else is to know, shown on hover and read out.
    pub detail: String,
    /// A second, smaller line, such as the weighted sum; may be empty.
    pub note: String,
    /// Drawn narrow and without its cards; they can still be dropped on it.
    pub folded: bool,
}

/// A card asked to go to another column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardMove {
    /// Id of the card.
    pub card: String,
    /// Id of the column.
    pub to: String,
}

/// How cards of type `C` are read.
pub struct CardKind<C> {
    /// Id of a card.
    pub id: fn(&C) -> String,
    /// Id of the column it is in.
    pub column: fn(&C) -> String,
    /// Its name, for the live region and the move menu.
    pub name: fn(&C) -> String,
    /// Draws it.
    pub view: Arc<dyn Fn(C) -> AnyView + Send + Sync>,
}

impl<C> Clone for CardKind<C> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            column: self.column,
            name: self.name,
            view: Arc::clone(&self.view),
        }
    }
}

/// Columns with cards. Drag a card, or on a focused one: arrows walk, Shift with left and right moves it,
/// `M`, or a finger that stays on the card, opens the list of columns, Enter opens the card, Space shows it in the drawer.
#[component]
pub fn Board<C: Clone + PartialEq + Send + Sync + 'static>(
    /// Name for screen readers.
    #[prop(into)]
    label: TextProp,
    /// The columns in order.
    #[prop(into)]
    columns: Signal<Vec<BoardColumn>>,
    /// The cards in order.
    #[prop(into)]
    cards: Signal<Vec<C>>,
    /// How to read them.
    kind: CardKind<C>,
    /// Called when a card was dropped or moved; the caller changes `cards` (at once) and the server.
    #[prop(into)]
    on_move: Callback<CardMove>,
    /// Opens a card's page.
    #[prop(into)]
    on_open: Callback<String>,
    /// Shows a card in the drawer.
    #[prop(optional, into)]
    on_peek: Option<Callback<String>>,
    /// Keys the board does not use: key, id of the card; returns whether it was used.
    #[prop(optional, into)]
    on_key: Option<Callback<(String, String), bool>>,
    /// Drawn below the cards of a column (its id), such as "Add deal".
    #[prop(optional, into)]
    column_foot: Option<Callback<String, AnyView>>,
) -> impl IntoView {
    let drag = Drag::new();
    let (board, here) = (NodeRef::new(), RwSignal::new(String::new()));
    let swiped = move |_| {
        if let Some(id) = in_the_middle(board) {
            here.set(id);
        }
    };
    let spoken = RwSignal::new(String::new());
    let kind = StoredValue::new(kind);
    let focused = RwSignal::new(None::<String>);
    focus::follow(Memo::new(move |_| {
        let id = focused.get()?;
        let (of, column) = kind.with_value(|kind| (kind.id, kind.column));
        let column = cards.with(|all| all.iter().find(|card| of(card) == id).map(column))?;
        Some((id, column))
    }));
    keys::bind_entry(move || focus::enter(board));
    let move_card = Callback::new(move |asked: CardMove| {
        let title = columns.with_untracked(|all| {
            all.iter()
                .find(|c| c.id == asked.to)
                .map(|c| c.title.clone())
        });
        let name = cards.with_untracked(|all| {
            kind.with_value(|k| all.iter().find(|c| (k.id)(c) == asked.card).map(k.name))
        });
        if let (Some(title), Some(name)) = (title, name) {
            spoken.set(crate::i18n::k::ui::moved_to(&name, &title));
        }
        on_move.run(asked);
    });
    let ids = Memo::new(move |_| {
        columns.with(|all| {
            all.iter()
                .map(|column| column.id.clone())
                .collect::<Vec<_>>()
        })
    });
    let column = move |id: String| {
        let (place, foot) = (id.clone(), column_foot.map(|foot| foot.run(id.clone())));
        let id = StoredValue::new(id);
        // Counts change with each move; only the heading is drawn again then.
        let about = Memo::new(move |_| {
            columns.with(|all| {
                all.iter()
                    .find(|column| id.with_value(|id| column.id == *id))
                    .cloned()
            })
        });
        let read = move |part: fn(&BoardColumn) -> String| {
            move || about.with(|about| about.as_ref().map(part))
        };
        let mine = Memo::new(move |_| {
            let of = kind.with_value(|kind| kind.column);
            if about.with(|about| about.as_ref().is_some_and(|column| column.folded)) {
                return Vec::new();
            }
            cards.with(|cards| {
                cards
                    .iter()
                    .filter(|card| id.with_value(|id| of(card) == *id))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        });
        let card_key = move |card: &C| kind.with_value(|kind| (kind.id)(card));
        view! {
            <section class="board-column" data-column=place aria-label=read(|column| column.title.clone())
                class:folded=move || about.with(|about| about.as_ref().is_some_and(|column| column.folded))
                class:target=move || drag.over.with(|over| id.with_value(|id| over.as_ref() == Some(id)))>
                <header title=read(|column| column.detail.clone())>
                    <h2>{read(|column| column.title.clone())}</h2>
                    <span class="count">{read(|column| crate::i18n::number(column.count))}</span>
                    <span class="spacer"></span>
                    <strong class="money">{read(|column| column.sum.clone())}</strong>
                    <span class="column-note">{read(|column| column.note.clone())}</span>
                    <span class="hidden-visually">{read(|column| column.detail.clone())}</span>
                </header>
                <ol>
                    <For each=move || mine.get() key=card_key let:card>
                        <Card id=card_key(&card) cards kind columns drag move_card on_open on_peek on_key/>
                    </For>
                </ol>
                {foot}
            </section>
        }
    };
    let of = label.clone();
    view! {
        <ColumnChips label=TextProp::from(move || crate::i18n::k::ui::columns_of(&of.get())) columns here board/>
        <div class="board" role="group" aria-label=move || label.get() node_ref=board on:scroll=swiped
            on:focusin=move |event| focused.set(focus::card_of(&event))>
            <For each=move || ids.get() key=String::clone let:id>{column(id)}</For>
        </div>
        <div class="hidden-visually" role="status" aria-live="polite">{spoken}</div>
    }
}
