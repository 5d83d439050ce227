//! The way of a deal: its stages with the days in each. Pressing one moves the deal there.

use std::collections::HashMap;

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::{facts, pipeline, stage};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::verb::Verb;
use crate::api::{Reply, use_api};
use crate::i18n::k;
use crate::records::refs::use_titles;
use crate::records::store::{self, Query, Record};
use crate::screens::sales::going::{Asking, Going, GoingDialog, fact_words, is_known};
use crate::screens::sales::quiet::{QuietMark, quiet_days};
use crate::ui::icon::{self, Glyph};

/// The stages of a deal's pipeline, and how long it stood in each.
#[derive(Clone, Copy)]
pub struct Way {
    live: Live,
    stages: RwSignal<Vec<Record>>,
    pipeline: RwSignal<Option<Record>>,
    spent: RwSignal<HashMap<String, Spent>>,
    rates: RwSignal<HashMap<String, Rate>>,
    /// What has to be told before the deal goes on.
    pub asking: Asking,
}

impl Way {
    /// Loads both, and the days again whenever there is news.
    pub fn of(live: Live) -> Self {
        let api = use_api();
        let titles = use_titles();
        let way = Self {
            live,
            stages: RwSignal::default(),
            pipeline: RwSignal::new(None),
            spent: RwSignal::default(),
            rates: RwSignal::default(),
            asking: Asking::default(),
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
            let of = pipeline.clone();
            spawn_local(async move {
                if let Ok(found) = store::get(api, &pipeline::OBJECT, &of).await {
                    way.pipeline.try_set(Some(found));
                }
                let path = format!("/pipelines/{of}/rates");
                if let Ok(rates) = api.get(&path).await.and_then(Reply::read::<Rates>) {
                    let rates = rates.stages.into_iter();
                    let rates = rates.map(|rate| (rate.stage_id.clone(), rate));
                    way.rates.try_set(rates.collect());
                }
            });
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
                let path = format!("/deals/{id}/stages");
                // Without an answer the days stay as they were.
                if let Ok(found) = api.get(&path).await.and_then(Reply::read::<Stays>) {
                    let spent = found.stages.into_iter();
                    let spent = spent.map(|spent| (spent.stage_id.clone(), spent));
                    way.spent.try_set(spent.collect());
                }
            });
        });
        way.mark_facts();
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

    /// Moves the deal, after what the stage asks for was told; a closed one is opened again.
    pub fn move_to(self, stage: &Record) {
        let Some(deal) = untrack(|| self.live.record()) else {
            return;
        };
        if deal.text("stage_id") == Some(stage.id()) {
            return;
        }
        let going = Going {
            deal,
            stage: stage.clone(),
            pipeline: self.pipeline.get_untracked(),
        };
        if going.asks() {
            self.asking.ask(going);
        } else {
            self.go(&going, Document::new());
        }
    }

    /// Wins or loses the deal.
    pub fn close(self, kind: &str) {
        if let Some(stage) = self.first(kind) {
            self.move_to(&stage);
        }
    }

    /// Sends the deal on its way, with what was told of it.
    pub fn go(self, going: &Going, told: Document) {
        let deal = &going.deal;
        let text = |name: &str| deal.text(name).unwrap_or_default();
        let kind = going.stage.text("kind").unwrap_or("open");
        let back = match text("status") {
            "won" => ("win", json!({ "reason": deal.value("won_reason") })),
            "lost" => ("lose", json!({ "reason": text("lost_reason") })),
            _ if kind == "open" => ("move", json!({ "stage_id": text("stage_id") })),
            _ => ("reopen", json!({ "stage_id": text("stage_id") })),
        };
        let said = match kind {
            "won" => k::record::WON.get().to_owned(),
            "lost" => k::record::LOST.get().to_owned(),
            _ => k::record::moved(&going.stage.title(&stage::OBJECT)),
        };
        let verb = Verb {
            name: going.verb(),
            body: going.body(told),
            guess: guess(&going.stage, kind),
            said,
            back,
        };
        let (asking, going) = (self.asking, going.clone());
        self.live.verb(verb, move |answer| match answer {
            Ok(()) => {
                asking.taken();
                true
            }
            Err(error) => asking.refused(&going, error),
        });
    }

    /// The stage that the deal stands in; tracked.
    pub fn here(self) -> Option<Record> {
        let here = self
            .live
            .with(|deal| deal.text("stage_id").map(str::to_owned))?;
        self.stages
            .with(|all| all.iter().find(|stage| stage.id() == here).cloned())
    }

    /// The open stage after the one that the deal stands in, or the won one; tracked.
    fn next(self) -> Option<Record> {
        let here = self.here()?;
        let goes_on = |stage: &&Record| stage.text("kind") != Some("lost");
        self.stages.with(|all| {
            let at = all.iter().position(|stage| stage.id() == here.id())?;
            all.iter().skip(at + 1).find(goes_on).cloned()
        })
    }

    /// Tells the facts of the page what the next stage asks for.
    fn mark_facts(self) {
        Effect::new(move |_| {
            let open = self.live.with(|deal| deal.text("status") == Some("open"));
            let next = self.next().filter(|_| open);
            let asked = next.map(|stage| {
                let fields = facts::of_stage(&stage.fields).map(str::to_owned);
                // A step that is planned will do as well as words.
                let planned = self.live.with(|deal| is_known("next_step", deal));
                let fields = fields.filter(|fact| fact != "next_step" || !planned);
                (stage.title(&stage::OBJECT), fields.collect())
            });
            let asked: (String, Vec<String>) = asked.unwrap_or_default();
            if self.live.asked.with_untracked(|before| *before != asked) {
                self.live.asked.set(asked);
            }
        });
    }

    /// The closed deals that entered a stage and the share of them that was won; tracked.
    pub fn rate(self, stage: &str) -> Option<(i64, f64)> {
        self.rates.with(|rates| {
            let rate = rates.get(stage).filter(|rate| rate.closed > 0)?;
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = rate.won as f64 / rate.closed as f64;
            Some((rate.closed, share))
        })
    }

    /// Days in a stage, all stays together; tracked.
    fn days_in(self, stage: &str) -> Option<i64> {
        self.spent
            .with(|spent| spent.get(stage).map(|spent| spent.days))
    }
}

fn guess(stage: &Record, status: &str) -> Document {
    Document::from_iter([
        ("stage_id".to_owned(), stage.id().into()),
        ("status".to_owned(), status.into()),
    ])
}

#[derive(Deserialize)]
struct Stays {
    stages: Vec<Spent>,
}

/// The time in a stage.
#[derive(Clone, Deserialize)]
struct Spent {
    stage_id: String,
    days: i64,
}

#[derive(Deserialize)]
struct Rates {
    stages: Vec<Rate>,
}

/// What became of the deals of a stage.
#[derive(Clone, Deserialize)]
struct Rate {
    stage_id: String,
    closed: i64,
    won: i64,
}

/// The bar itself.
#[component]
pub fn StageBar(
    /// Stages and days.
    way: Way,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
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
        let colour = stage
            .text("colour")
            .map(|colour| format!("stage-colour tone-{colour}"));
        let go = move |_| {
            if may_edit.get_untracked() && current.get_untracked() != id {
                way.move_to(&stage);
            }
        };
        view! {
            <li class=class class:passed=move || { open && at < position() } aria-current=move || current.with(|c| *c == mine).then_some("step")>
                <button type="button" on:click=go aria-disabled=move || (!may_edit.get()).then_some("true")>
                    {colour.map(|class| view! { <span class=class aria-hidden="true"></span> })}
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
        <StageNotes way/>
        <GoingDialog asking=way.asking on_go=move |(going, told): (Going, Document)| way.go(&going, told)/>
    }
}

/// Below the bar: what is to be done in the stage, what the next one asks for, and that nothing happens.
#[component]
fn StageNotes(way: Way) -> impl IntoView {
    let open = Memo::new(move |_| way.live.with(|deal| deal.text("status") == Some("open")));
    let guidance = move || {
        let text = way.here()?.text("guidance").map(str::to_owned)?;
        Some(view! { <p class="stage-guidance">{text}</p> })
    };
    let quiet = move || {
        let stage = way.here()?;
        let days = way
            .live
            .record()
            .and_then(|deal| quiet_days(&deal, &stage))?;
        Some(view! { <QuietMark days/> })
    };
    let checklist = move || {
        let next = way.next()?;
        let deal = way.live.record()?;
        let facts: Vec<String> = facts::of_stage(&next.fields).map(str::to_owned).collect();
        if facts.is_empty() {
            return None;
        }
        let line = |fact: String| {
            let known = is_known(&fact, &deal);
            let (icon, said) = if known {
                (icon::CIRCLE_CHECK, k::deals::KNOWN)
            } else {
                (icon::CIRCLE, k::deals::NOT_KNOWN)
            };
            view! {
                <li class:known=known><Glyph icon/><span class="hidden-visually">{said}" "</span>{move || fact_words(&fact)}</li>
            }
        };
        let name = next.title(&stage::OBJECT);
        Some(view! {
            <div class="stage-needs">
                <span class="secondary">{move || k::deals::to_enter(&name)}</span>
                <ul>{facts.into_iter().map(line).collect_view()}</ul>
            </div>
        })
    };
    view! {
        <Show when=move || open.get()>
            <div class="stage-notes">{quiet}{guidance}{checklist}</div>
        </Show>
    }
}
