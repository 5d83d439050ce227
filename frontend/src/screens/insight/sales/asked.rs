//! What the page asks of every report: period, whose, which pipeline. It stands in the address. Whose that is, the board
//! says.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use wasm_bindgen_futures::spawn_local;

use super::board_model::Board;
use super::model::Report;
use super::period::Period;
use crate::api::{Reply, use_api};
use crate::records::store::encode;

/// Period, what it is compared with, whose, and which pipeline.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    /// The period.
    pub period: Period,
    /// The name of the period.
    pub name: String,
    /// `year` compares with the same time a year before, all else with the period before.
    pub against: String,
    /// `all`, `me`, `team:ID`, `person:ID`; empty for what suits the reader.
    pub whose: String,
    /// The id of a pipeline; empty for all.
    pub pipeline: String,
    /// Takes what is asked for; none until it is known.
    pub filter: Option<String>,
}

/// A report as far as it has come.
pub type Found = RwSignal<Option<Result<Report, String>>>;

impl Asked {
    /// What the address says.
    pub fn of(address: &ParamsMap) -> Self {
        let text = |name: &str| address.get(name).unwrap_or_default();
        let name = text("period");
        Self {
            period: Period::of(&name),
            name,
            against: text("against"),
            whose: text("whose"),
            pipeline: text("pipeline"),
            filter: address.get("of"),
        }
    }

    /// As the query of an address.
    pub fn query(&self) -> String {
        let (name, against, whose) = (&self.name, &self.against, encode(&self.whose));
        let pipeline = encode(&self.pipeline);
        format!("period={name}&against={against}&whose={whose}&pipeline={pipeline}")
    }

    /// The same for the rows behind a figure, which ask nobody whose they are.
    pub fn query_of_rows(&self) -> String {
        let filter = encode(self.filter.as_deref().unwrap_or_default());
        format!("{}&of={filter}", self.query())
    }

    /// The parameters of the board, the first one with `?`.
    pub fn board(&self, me: &str) -> String {
        let (from, to) = self.period.days();
        let mut asked = vec![("from", from.iso()), ("to", to.iso())];
        if self.against == "year" {
            asked.push(("against_from", from.plus_months(-12).iso()));
            asked.push(("against_to", to.plus_months(-12).iso()));
        }
        let whose = match self.whose.split_once(':') {
            Some((kind @ ("team" | "person"), id)) => Some((kind, id)),
            _ if self.whose == "me" => Some(("person", me)),
            _ if self.whose == "all" => Some(("workspace", "")),
            _ => None,
        };
        if let Some((kind, id)) = whose {
            asked.push(("kind", kind.to_owned()));
            if !id.is_empty() {
                asked.push(("id", id.to_owned()));
            }
        }
        written(&asked)
    }

    /// The parameters of a report, the first one with `?`.
    pub fn parameters(&self, report: &str, by: &str) -> String {
        let (from, to) = self.period.days();
        let mut asked = vec![("from", from.iso()), ("to", to.iso())];
        let whose = self.filter.clone().filter(|filter| !filter.is_empty());
        let mut filters: Vec<String> = whose.into_iter().collect();
        if !self.pipeline.is_empty() {
            if has_stages(report) {
                asked.push(("pipeline_id", self.pipeline.clone()));
            } else if !matches!(report, "activities" | "outcomes") && !is_of_leads(report) {
                filters.push(format!("pipeline_id = {}", self.pipeline));
            }
        }
        if !filters.is_empty() {
            asked.push(("filter", filters.join(" and ")));
        }
        if !by.is_empty() {
            asked.push(("by", by.to_owned()));
        }
        written(&asked)
    }
}

/// `?from=…&to=…`
fn written(asked: &[(&str, String)]) -> String {
    let asked = asked
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)));
    format!("?{}", asked.collect::<Vec<_>>().join("&"))
}

/// Reports about the stages of one pipeline.
pub fn has_stages(report: &str) -> bool {
    relasi_domain::insight::sales::Report::parse(report)
        .is_some_and(relasi_domain::insight::sales::Report::has_stages)
}

/// Reports about leads, which are in no pipeline.
fn is_of_leads(report: &str) -> bool {
    relasi_domain::insight::sales::Report::parse(report)
        .is_some_and(relasi_domain::insight::sales::Report::is_of_leads)
}

/// A board with what was asked for it.
pub type BoardFound = RwSignal<Option<(Asked, Result<Board, String>)>>;

/// What the address asks, with whose it is as soon as the board says so; the board; and what changes the address.
pub fn use_asked() -> (Memo<Asked>, BoardFound, Callback<Asked>) {
    let (address, navigate, api) = (use_query_map(), use_navigate(), use_api());
    let named = Memo::new(move |_| {
        let asked = address.with(Asked::of);
        Asked {
            filter: None,
            ..asked
        }
    });
    let board: BoardFound = RwSignal::new(None);
    Effect::new(move |_| {
        let now = named.get();
        let me = untrack(|| api.user_id()).unwrap_or_default();
        let path = format!("/insight/sales-board{}", now.board(&me));
        spawn_local(async move {
            let answer = api.get(&path).await.and_then(Reply::read::<Board>);
            // An answer that came late is not what is asked any more.
            if named.try_get_untracked().as_ref() == Some(&now) {
                _ = board.try_set(Some((now, answer.map_err(|error| error.text()))));
            }
        });
    });
    let asked = Memo::new(move |_| {
        let now = named.get();
        // Who may see no board sees the reports of everything else.
        let filter = board.with(|board| {
            let (of, answer) = board.as_ref()?;
            let filter = answer.as_ref().map_or("", |board| board.filter.as_str());
            (of.whose == now.whose).then(|| filter.to_owned())
        });
        Asked { filter, ..now }
    });
    let change = Callback::new(move |asked: Asked| {
        navigate(
            &format!("/app/analytics/sales?{}", asked.query()),
            NavigateOptions::default(),
        );
    });
    (asked, board, change)
}

/// The report for what is asked, asked again with every change.
pub fn use_report(asked: Memo<Asked>, report: &'static str, by: &'static str) -> Found {
    let api = use_api();
    let found = RwSignal::new(None);
    Effect::new(move |_| {
        let now = asked.get();
        if now.filter.is_none() {
            return;
        }
        let path = format!("/insight/sales/{report}{}", now.parameters(report, by));
        spawn_local(async move {
            let answer = api.get(&path).await.and_then(Reply::read::<Report>);
            // An answer that came late is not what is asked any more.
            if asked.try_get_untracked().as_ref() == Some(&now) {
                _ = found.try_set(Some(answer.map_err(|error| error.text())));
            }
        });
    });
    found
}
