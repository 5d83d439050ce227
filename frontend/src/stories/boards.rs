//! A board.

use std::sync::Arc;

use leptos::prelude::*;

use crate::i18n::{money, money_compact};
use crate::ui::board::{Board, BoardColumn, CardKind, CardMove};
use crate::ui::icon;
use crate::ui::tag::{Avatar, Status, Tone};

#[derive(Clone, PartialEq)]
struct Deal {
    id: String,
    stage: String,
    title: String,
    minor: i64,
}

const STAGES: [&str; 4] = ["New", "Qualified", "Proposal", "Negotiation"];

#[component]
pub fn Boards() -> impl IntoView {
    let deal = |at: usize| Deal {
        id: at.to_string(),
        stage: STAGES[at % 4].to_owned(),
        title: ["Roastery contract 2026", "ระบบครัวกลาง", "Warehouse racks"][at % 3].to_owned(),
        minor: 3_600_000_000,
    };
    let cards = RwSignal::new((0..10).map(deal).collect::<Vec<_>>());
    let columns = Signal::derive(move || {
        STAGES
            .map(|stage| {
                let here: Vec<i64> = cards.with(|c| {
                    c.iter()
                        .filter(|d| d.stage == stage)
                        .map(|d| d.minor)
                        .collect()
                });
                let sum = here.iter().sum();
                BoardColumn {
                    id: stage.to_owned(),
                    title: stage.to_owned(),
                    count: i64::try_from(here.len()).unwrap_or_default(),
                    sum: money_compact(sum, "IDR"),
                    detail: money(sum, "IDR"),
                    note: String::new(),
                    folded: false,
                }
            })
            .to_vec()
    });
    let kind = CardKind {
        id: |d: &Deal| d.id.clone(),
        column: |d: &Deal| d.stage.clone(),
        name: |d: &Deal| d.title.clone(),
        view: Arc::new(|d: Deal| {
            view! {
            <a href="/app/dev/ui">{d.title}</a><span class="secondary">"CV Kopi Nusantara"</span>
            <div class="card-foot"><strong class="money">{money(d.minor, "IDR")}</strong>
                <Status label="Today 14.00" tone=Tone::Ok icon=icon::CLOCK/><Avatar name="Dewi Pratiwi".to_owned() id="d".to_owned() size="small"/></div>
        }.into_any()
        }),
    };
    let place = move |asked: CardMove| {
        cards.update(|cards| {
            if let Some(card) = cards.iter_mut().find(|card| card.id == asked.card) {
                card.stage = asked.to;
            }
        });
    };
    view! { <Board label="Deals" columns cards kind on_move=place on_open=|_: String| ()/> }
}
