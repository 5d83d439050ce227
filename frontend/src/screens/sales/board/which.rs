//! Which pipeline the board shows: the one that the filter names, else the one of the link, else the one that this
//! browser showed last, else the first.

use leptos::prelude::*;
use relasi_domain::filter::{Filter, Operand, Operator, Test, Value as Literal};
use relasi_domain::sales::deal::OBJECT;

use super::pipelines::{Pipelines, Stage};
use crate::records::Record;
use crate::records::fields::parse_filter;
use crate::records::list::ListState;
use crate::records::store::quoted;
use crate::storage;
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};

/// The pipeline this browser showed last.
const LAST: &str = "relasi.pipeline";

/// Id of the pipeline shown; empty until there is one. The list counts its deals alone.
pub fn follow(state: ListState, pipelines: Pipelines) -> Memo<String> {
    let pipeline = Memo::new(move |_| {
        let filtered = named_by(&state.filter(), pipelines);
        let part = Some(state.part.get()).filter(|id| !id.is_empty());
        let wanted = filtered.or(part).or_else(|| storage::read(LAST));
        pipelines.all.with(|all| {
            let known = all.iter().find(|one| Some(one.id()) == wanted.as_deref());
            known
                .or_else(|| all.first())
                .map(|one| one.id().to_owned())
                .unwrap_or_default()
        })
    });
    // Another view begins without.
    Effect::new(move |_| {
        let id = pipeline.get();
        if id.is_empty() {
            return;
        }
        let own = format!("pipeline_id = {}", quoted(&id));
        if state.within.with(|now| *now != own) {
            state.within.set(own);
        }
    });
    on_cleanup(move || _ = state.within.try_set(String::new()));
    pipeline
}

/// The one pipeline that every deal of a filter is in, when it names one or stages of one alone.
fn named_by(filter: &str, pipelines: Pipelines) -> Option<String> {
    let filter = parse_filter(&OBJECT, filter)?;
    let mut named = Vec::new();
    required(&filter, &mut |test| {
        if let Some(ids) = ids_of(test) {
            let of_stage = |id: &String| pipelines.stages.with(|all| pipeline_of(all, id));
            let of = if test.path.to_string() == "stage_id" {
                ids.iter().map(of_stage).collect()
            } else {
                ids.iter().cloned().map(Some).collect()
            };
            named.push(of);
        }
    });
    let one = |of: Vec<Option<String>>| {
        let mut of = of.into_iter().flatten();
        let first = of.next()?;
        of.all(|other| other == first).then_some(first)
    };
    named.into_iter().find_map(one)
}

fn pipeline_of(stages: &[Stage], id: &str) -> Option<String> {
    let stage = stages.iter().find(|stage| stage.id == id)?;
    Some(stage.pipeline.clone())
}

/// The tests that every record of a filter passes.
fn required<'f>(filter: &'f Filter, each: &mut impl FnMut(&'f Test)) {
    match filter {
        Filter::All(all) => {
            for one in all {
                required(one, each);
            }
        }
        Filter::Test(test) => each(test),
        Filter::Any(_) | Filter::Not(_) => {}
    }
}

/// The ids that a test on the pipeline or the stage takes.
fn ids_of(test: &Test) -> Option<Vec<String>> {
    let path = test.path.to_string();
    let taken = matches!(test.operator, Operator::Equal | Operator::In);
    if !taken || !matches!(path.as_str(), "pipeline_id" | "stage_id") {
        return None;
    }
    let id = |operand: &Operand| match operand {
        Operand::Literal(Literal::Id(id)) => Some(id.to_string()),
        _ => None,
    };
    match &test.operand {
        Operand::List(all) => all.iter().map(id).collect(),
        one => id(one).map(|id| vec![id]),
    }
}

/// Another pipeline is wanted than the one that the filter names: the filter lets go of it.
fn let_go(state: ListState, pipelines: Pipelines) {
    let text = untrack(|| state.filter());
    if untrack(|| named_by(&text, pipelines)).is_none() {
        return;
    }
    let kept = parse_filter(&OBJECT, &text).and_then(without);
    state.set_filter(&kept.map(|filter| filter.to_string()).unwrap_or_default());
}

/// A filter without its tests on the pipeline and the stage.
fn without(filter: Filter) -> Option<Filter> {
    match filter {
        Filter::All(all) => {
            let mut kept: Vec<_> = all.into_iter().filter_map(without).collect();
            match kept.len() {
                0 => None,
                1 => kept.pop(),
                _ => Some(Filter::All(kept)),
            }
        }
        Filter::Test(test) if ids_of(&test).is_some() => None,
        other => Some(other),
    }
}

/// The menu that goes to another pipeline; just the name while there is one only.
#[component]
pub fn PipelineSwitch(
    state: ListState,
    pipeline: Memo<String>,
    pipelines: Pipelines,
) -> impl IntoView {
    let items = Signal::derive(move || {
        let item = |one: &Record| {
            let id = one.id().to_owned();
            MenuItem::new(one.text("name").unwrap_or_default().to_owned(), move || {
                storage::write(LAST, &id);
                let_go(state, pipelines);
                state.part.set(id.clone());
            })
        };
        pipelines
            .all
            .with(|all| all.iter().map(item).collect::<Vec<_>>())
    });
    let name = move || {
        let here = pipeline.get();
        pipelines.all.with(|all| {
            all.iter()
                .find(|one| one.id() == here)
                .and_then(|one| one.text("name"))
                .unwrap_or_default()
                .to_owned()
        })
    };
    move || match pipelines.all.with(Vec::len) {
        0 => ().into_any(),
        1 => view! { <span class="secondary">{name}</span> }.into_any(),
        _ => view! { <Menu label=name items icon=icon::CHEVRON_DOWN/> }.into_any(),
    }
}
