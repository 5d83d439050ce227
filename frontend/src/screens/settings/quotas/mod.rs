//! Quotas of a year: a line for the workspace, each team and person, a column for each month.

mod grid;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use self::grid::{Grid, Typed};
use super::rights::may;
use super::saving::{SaveNote, Saving};
use crate::api::{Reply, Request, use_api};
use crate::i18n::{k, today};
use crate::ui::banner::Banner;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;

/// The quotas of somebody.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Line {
    kind: String,
    id: String,
    label: String,
    months: Vec<Option<i64>>,
}

/// A year of one measure.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Sheet {
    year: i32,
    measure: String,
    version: i64,
    currency: String,
    lines: Vec<Line>,
}

/// The page.
#[component]
pub fn Quotas() -> impl IntoView {
    let (api, saving) = (use_api(), Saving::new());
    let this = today().year;
    let year = RwSignal::new(this.to_string());
    let measure = RwSignal::new("won_amount".to_owned());
    let found = RwSignal::new(None::<Result<Sheet, String>>);
    let load = move |()| {
        let (year, measure) = (year.get_untracked(), measure.get_untracked());
        spawn_local(async move {
            let path = format!("/quotas?year={year}&measure={measure}");
            let answer = api.get(&path).await.and_then(Reply::read::<Sheet>);
            _ = found.try_set(Some(answer.map_err(|error| error.text())));
        });
    };
    load(());
    let again = Callback::new(move |_: String| load(()));
    let save = Callback::new(move |(sheet, typed): (Sheet, Vec<Typed>)| {
        let cells = typed.into_iter().map(|one| {
            let line = &sheet.lines[one.line];
            let period = format!("{}-{:02}", sheet.year, one.month + 1);
            json!({"kind": line.kind, "id": line.id, "period": period, "value": one.value})
        });
        let body = json!({"year": sheet.year, "measure": sheet.measure, "cells": cells.collect::<Vec<_>>()});
        let version = sheet.version;
        saving.run(async move {
            let answer = Request::put("/quotas")
                .version(version)
                .json(&body)
                .send(api)
                .await?;
            let sheet = answer.read::<Sheet>()?;
            _ = found.try_set(Some(Ok(sheet)));
            Ok(())
        });
    });
    let years = move || {
        (this - 1..=this + 1)
            .map(|year| Choice::new(year.to_string(), year.to_string()))
            .collect::<Vec<_>>()
    };
    let measures = || {
        vec![
            Choice::new("won_amount", k::forecast::WON_AMOUNT.get()),
            Choice::new("won_count", k::forecast::WON_COUNT.get()),
        ]
    };
    let allowed = may(Action::Settings);
    view! {
        <p class="secondary">{k::forecast::QUOTAS_TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        <div class="field-row">
            <Select label=k::forecast::YEAR value=year choices=Signal::derive(years) on_change=again/>
            <Select label=k::forecast::MEASURE value=measure choices=Signal::derive(measures) on_change=again/>
        </div>
        <SaveNote saving/>
        {move || match found.get() {
            None => view! { <Skeleton lines=8/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok(sheet)) => view! { <Grid sheet save allowed/> }.into_any(),
        }}
    }
}
