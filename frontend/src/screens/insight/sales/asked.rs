//! What the page asks of every report: period, whose, which pipeline. It stands in the address.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use wasm_bindgen_futures::spawn_local;

use super::model::Report;
use super::period::Period;
use crate::api::{Reply, use_api};
use crate::records::store::encode;

/// Period, whose, and which pipeline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The period.
    pub period: Period,
    /// The name of the period.
    pub name: String,
    /// `me`, `team`; empty for all.
    pub whose: String,
    /// The id of a pipeline; empty for all.
    pub pipeline: String,
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
            whose: text("whose"),
            pipeline: text("pipeline"),
        }
    }

    /// As the query of an address.
    pub fn query(&self) -> String {
        let (name, whose, pipeline) = (&self.name, &self.whose, &self.pipeline);
        format!("period={name}&whose={whose}&pipeline={}", encode(pipeline))
    }

    /// The parameters of a report, the first one with `?`.
    pub fn parameters(&self, report: &str, by: &str) -> String {
        let (from, to) = self.period.days();
        let mut asked = vec![("from", from.iso()), ("to", to.iso())];
        let mut filters = Vec::new();
        match self.whose.as_str() {
            "me" => filters.push("owner_id = me".to_owned()),
            "team" => filters.push("team_id = my_team".to_owned()),
            _ => {}
        }
        if !self.pipeline.is_empty() {
            if has_stages(report) {
                asked.push(("pipeline_id", self.pipeline.clone()));
            } else if report != "activities" && !is_of_leads(report) {
                filters.push(format!("pipeline_id = {}", self.pipeline));
            }
        }
        if !filters.is_empty() {
            asked.push(("filter", filters.join(" and ")));
        }
        if !by.is_empty() {
            asked.push(("by", by.to_owned()));
        }
        let asked = asked
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)));
        format!("?{}", asked.collect::<Vec<_>>().join("&"))
    }
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

/// What the address asks, and what changes it.
pub fn use_asked() -> (Memo<Asked>, Callback<Asked>) {
    let (address, navigate) = (use_query_map(), use_navigate());
    let asked = Memo::new(move |_| address.with(Asked::of));
    let change = Callback::new(move |asked: Asked| {
        navigate(
            &format!("/app/analytics/sales?{}", asked.query()),
            NavigateOptions::default(),
        );
    });
    (asked, change)
}

/// The report for what is asked, asked again with every change.
pub fn use_report(asked: Memo<Asked>, report: &'static str, by: &'static str) -> Found {
    let api = use_api();
    let found = RwSignal::new(None);
    Effect::new(move |_| {
        let now = asked.get();
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
