//! The way of a deal: its stages with the days in each. Pressing one moves the deal there.

use std::collections::HashMap;

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::stage;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::timeline_feed::Event;
use super::timeline_text::days_between;
use super::verb::Verb;
use crate::api::{Api, Reply, use_api};
use crate::i18n::k;
use crate::records::refs::use_titles;
use crate::records::store::{self, Query, Record, encode};
use crate::ui::icon::{self, Glyph};

/// Pages of its timeline that are searched for changes of stage.
const PAGES: u32 = 5;

/// The stages of a deal's pipeline, and how long it stood in each.
#[derive(Clone, Copy)]
pub struct Way {
    live: Live,
    stages: RwSignal<Vec<Record>>,
    days: RwSignal<HashMap<String, i64>>,
}

impl Way {
    /// Loads both, and the days again whenever there is news.
    pub fn of(live: Live) -> Self {
        let api = use_api();
        let titles = use_titles();
        let way = Self {
            live,
            stages: RwSignal::default(),
            days: RwSignal::default(),
        };
        let pipeline =
            Memo::new(move |_| live.with(|deal| deal.text("pipeline_id").map(str::to_owned)));
        Effect::new(move |_| {
            let Some(pipeline) = pipeline.get() else {
                return;
            };
            let query = Query {
                filter: format!("pipeline_id = \"{pipeline}\""),
                sort: "position".to_owned(),
                limit: 200,
                ..Query::default()
            };
            spawn_local(async move {
                if let Ok(page) = store::list(api, &stage::OBJECT, &query).await {
                    for stage in &page.items {
                        titles.put(stage.id(), &stage.title(&stage::OBJECT));
                    }
                    way.stages.try_set(page.items);
                }
            });
        });
        Effect::new(move |_| {
            live.news();
            let id = live.id();
            spawn_local(async move {
                way.days.try_set(days_by_stage(api, &id).await);
            });
        });
        way
    }

    /// The stages in order; tracked.
    pub fn stages(self) -> Vec<Record> {
        self.stages.get()
    }

    /// The first stage of a kind.
    fn first(self, kind: &str) -> Option<Record> {
        self.stages.with_untracked(|all| {
            all.iter()
                .find(|stage| stage.text("kind") == Some(kind))
                .cloned()
        })
    }

    /// Moves the deal; a closed one is opened again.
    pub fn move_to(self, stage: &Record) {
        let (from, status, reason) = untrack(|| {
            self.live.with(|deal| {
                let text = |name: &str| deal.text(name).unwrap_or_default().to_owned();
                (text("stage_id"), text("status"), text("lost_reason"))
            })
        });
        if from == stage.id() {
            return;
        }
        let to = json!({ "stage_id": stage.id() });
        let (name, back) = match status.as_str() {
            "won" => ("reopen", ("win", json!({}))),
            "lost" => ("reopen", ("lose", json!({ "reason": reason }))),
            _ => ("move", ("move", json!({ "stage_id": from }))),
        };
        let said = k::record::moved(&stage.title(&stage::OBJECT));
        let guess = guess(stage, "open");
        self.live.verb(Verb {
            name,
            body: to,
            guess,
            said,
            back,
        });
    }

    /// Wins the deal.
    pub fn win(self) {
        self.close("win", json!({}), "won", k::record::WON.get().to_owned());
    }

    /// Loses the deal for a reason.
    pub fn lose(self, reason: &str) {
        self.close(
            "lose",
            json!({ "reason": reason }),
            "lost",
            k::record::LOST.get().to_owned(),
        );
    }

    fn close(self, name: &'static str, body: Value, kind: &'static str, said: String) {
        let from = untrack(|| {
            self.live
                .with(|deal| deal.text("stage_id").unwrap_or_default().to_owned())
        });
        let guess = self
            .first(kind)
            .map(|stage| guess(&stage, kind))
            .unwrap_or_default();
        let back = ("reopen", json!({ "stage_id": from }));
        self.live.verb(Verb {
            name,
            body,
            guess,
            said,
            back,
        });
    }

    /// Days in a stage: those of the past, and of the present one until now. Tracked.
    fn days_in(self, stage: &str) -> Option<i64> {
        let past = self.days.with(|days| days.get(stage).copied());
        let since = self.live.with(|deal| {
            let here = deal.text("stage_id") == Some(stage) && deal.text("status") == Some("open");
            deal.text("stage_since").filter(|_| here).map(str::to_owned)
        });
        let now = String::from(js_sys::Date::new_0().to_iso_string());
        let present = since.and_then(|since| days_between(&since, &now));
        match (past, present) {
            (None, None) => None,
            (past, present) => Some(past.unwrap_or(0) + present.unwrap_or(0)),
        }
    }
}

fn guess(stage: &Record, status: &str) -> Document {
    Document::from_iter([
        ("stage_id".to_owned(), stage.id().into()),
        ("status".to_owned(), status.into()),
    ])
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Event>,
    next_cursor: Option<String>,
}

async fn days_by_stage(api: Api, deal: &str) -> HashMap<String, i64> {
    let mut days = HashMap::new();
    let mut cursor = None::<String>;
    for _ in 0..PAGES {
        let from = cursor
            .map(|cursor| format!("&cursor={}", encode(&cursor)))
            .unwrap_or_default();
        let path = format!("/deals/{deal}/timeline?limit=200{from}");
        let Ok(page) = api.get(&path).await.and_then(Reply::read::<Page>) else {
            break;
        };
        for event in page
            .items
            .iter()
            .filter(|event| event.kind == "deal.stage_changed")
        {
            let (from, since) = (event.data["from"].as_str(), event.data["since"].as_str());
            if let Some((stage, spent)) =
                from.zip(since.and_then(|since| days_between(since, &event.at)))
            {
                *days.entry(stage.to_owned()).or_insert(0) += spent;
            }
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    days
}

/// The bar itself.
#[component]
pub fn StageBar(
    /// Stages and days.
    way: Way,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
    /// Asks why the deal is lost.
    #[prop(into)]
    on_lose: Callback<()>,
) -> impl IntoView {
    let current = Memo::new(move |_| {
        way.live
            .with(|deal| deal.text("stage_id").unwrap_or_default().to_owned())
    });
    let position = move || {
        let current = current.get();
        way.stages
            .with(|all| all.iter().position(|stage| stage.id() == current))
            .unwrap_or_default()
    };
    let step = move |(at, stage): (usize, Record)| {
        let (id, kind) = (
            stage.id().to_owned(),
            stage.text("kind").unwrap_or_default().to_owned(),
        );
        let name = stage.title(&stage::OBJECT);
        let (mine, of) = (id.clone(), id.clone());
        let days = move || way.days_in(&of).map(k::record::days_short);
        let icon = match kind.as_str() {
            "won" => Some(icon::TROPHY),
            "lost" => Some(icon::CIRCLE_X),
            _ => None,
        };
        let open = kind == "open";
        let class = format!("stage {kind}");
        let go = move |_| match kind.as_str() {
            _ if !may_edit.get_untracked() || current.get_untracked() == id => {}
            "won" => way.win(),
            "lost" => on_lose.run(()),
            _ => way.move_to(&stage),
        };
        view! {
            <li class=class class:passed=move || { open && at < position() } aria-current=move || current.with(|c| *c == mine).then_some("step")>
                <button type="button" on:click=go aria-disabled=move || (!may_edit.get()).then_some("true")>
                    {icon.map(|icon| view! { <Glyph icon/> })}
                    <span class="stage-name">{name}</span>
                    <span class="stage-days">{days}</span>
                </button>
            </li>
        }
    };
    view! {
        <nav class="stage-bar" aria-label=k::record::STAGES>
            <ol>{move || way.stages().into_iter().enumerate().map(step).collect_view()}</ol>
        </nav>
    }
}
