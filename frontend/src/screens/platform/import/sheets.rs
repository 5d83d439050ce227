//! Workbooks with several sheets: which one is imported, and the others afterwards.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen_futures::spawn_local;

use super::mapping::Draft;
use super::model::{self, Import, Source};
use super::objects::{self, ObjectChoice};
use crate::api::use_api;
use crate::i18n::k;
use crate::ui::button::Button;
use crate::ui::select::{Choice, Select};
use crate::ui::toast::use_toasts;

/// Which sheet is matched.
#[component]
pub fn SheetChoice(draft: Draft, source: Source) -> impl IntoView {
    let value = RwSignal::new(source.sheet.to_string());
    let choices = Signal::stored(choices(&source, None));
    let on_change = move |sheet: String| {
        if let Ok(sheet) = sheet.parse::<usize>() {
            draft.reread("sheet", sheet);
        }
    };
    view! {
        <div class="import-options">
            <Select label=k::import::SHEET hint=k::import::SHEET_HINT value choices on_change/>
        </div>
    }
}

/// The other sheets of the file, each to become an import of its own.
#[component]
pub fn OtherSheets(import: Import) -> impl IntoView {
    let (api, toasts, navigate) = (use_api(), use_toasts(), use_navigate());
    let others = choices(&import.source, Some(import.source.sheet));
    let sheet = RwSignal::new(next(&import.source).to_string());
    let object = RwSignal::new(objects::named(Some(&import.object)));
    let busy = RwSignal::new(false);
    let id = import.id;
    let begin = move |()| {
        busy.set(true);
        let (id, navigate) = (id.clone(), navigate.clone());
        let sheet = sheet.get_untracked().parse().unwrap_or_default();
        spawn_local(async move {
            match model::another_sheet(api, &id, sheet, &object.get_untracked()).await {
                Ok(next) => navigate(
                    &format!("/app/import/{}", next.id),
                    NavigateOptions::default(),
                ),
                Err(error) => toasts.bad(error.text()),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <section class="stack import-sheets">
            <h2>{k::import::OTHER_SHEETS}</h2>
            <div class="import-options">
                <Select label=k::import::SHEET value=sheet choices=Signal::stored(others)/>
                <ObjectChoice value=object/>
            </div>
            <div class="row">
                <Button label=k::import::NEXT_SHEET busy=busy on_press=begin/>
            </div>
        </section>
    }
}

fn choices(source: &Source, without: Option<usize>) -> Vec<Choice> {
    let all = source.sheets.iter().enumerate();
    all.filter(|(at, _)| Some(*at) != without)
        .map(|(at, name)| Choice::new(at.to_string(), name.clone()))
        .collect()
}

/// The sheet after the one that was imported, or the first.
fn next(source: &Source) -> usize {
    let after = source.sheet + 1;
    if after < source.sheets.len() {
        after
    } else {
        0
    }
}
