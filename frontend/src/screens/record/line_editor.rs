//! Lines while they are being written, all of them saved together.

use std::collections::HashMap;

use leptos::prelude::*;
use relasi_domain::commerce::tax_rate;
use relasi_domain::text::sort_key;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::line_paste;
use super::line_row::{LineRow, Row};
use super::lines::{Lines, Sheet};
use crate::api::{ApiError, Reply, Request, use_api};
use crate::i18n::{k, money};
use crate::records::store::{self, Query};
use crate::ui::accordion::Accordion;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::icon;
use crate::ui::select::Choice;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextArea;

type Faults = HashMap<(usize, String), String>;

/// The form of a dialog.
#[component]
pub fn LineEditor(
    /// The lines.
    sheet: Sheet,
    /// Shown while true.
    open: RwSignal<bool>,
) -> impl IntoView {
    let api = use_api();
    let Some(found) = untrack(|| sheet.get()) else {
        return ().into_any();
    };
    let next = StoredValue::new(found.all.len() + 1);
    let mut start: Vec<Row> = (0..)
        .zip(&found.all)
        .map(|(key, line)| Row::of(key, line, api))
        .collect();
    if start.is_empty() {
        start.push(Row::new(found.all.len()));
    }
    let rows = RwSignal::new(start);
    let faults = RwSignal::new(Faults::new());
    let (general, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let currency = Signal::stored(found.currency.clone());
    let version = found.version;
    let taxes = RwSignal::new(Vec::<Choice>::new());
    spawn_local(async move {
        let query = Query {
            sort: "name".to_owned(),
            limit: 200,
            ..Query::default()
        };
        if let Ok(page) = store::list(api, &tax_rate::OBJECT, &query).await {
            let choice = |one: &store::Record| Choice::new(one.id(), one.title(&tax_rate::OBJECT));
            let _ = taxes.try_set(page.items.iter().map(choice).collect());
        }
    });
    let add = move |()| {
        let key = next.get_value();
        next.set_value(key + 1);
        rows.update(|rows| rows.push(Row::new(key)));
    };
    let take = move |text: String| {
        general.set(None);
        let made = match line_paste::rows(&text, &currency.get_untracked()) {
            Ok(made) => made,
            Err(place) => {
                general.set(Some(line_paste::wrong(place)));
                return false;
            }
        };
        spawn_local(async move {
            let known = line_paste::products(api, &made).await;
            let Some(first) = next.try_get_value() else {
                return;
            };
            let _ = next.try_set_value(first + made.len());
            let new = made.iter().zip(first..).map(|(one, key)| {
                let product = known.get(&sort_key(&one.item));
                Row::pasted(key, one, product, api)
            });
            let new: Vec<Row> = new.collect();
            let _ = rows.try_update(|rows| {
                rows.retain(|row| !row.is_blank());
                rows.extend(new);
            });
        });
        true
    };
    // Cells of a sheet that are pasted into a field of a line become lines.
    let paste = move |event: web_sys::ClipboardEvent| {
        let data = event.clipboard_data();
        let text = data.and_then(|data| data.get_data("text/plain").ok());
        let text = text.filter(|text| text.trim_end().contains('\t'));
        if let Some(text) = text {
            event.prevent_default();
            take(text);
        }
    };
    let remove = move |key: usize| rows.update(|rows| rows.retain(|row| row.key != key));
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        general.set(None);
        faults.set(Faults::new());
        let all = rows.get_untracked();
        let body = json!({"lines": all.iter().map(|row| row.body()).collect::<Vec<Value>>()});
        let keys: Vec<usize> = all.iter().map(|row| row.key).collect();
        spawn_local(async move {
            let request = Request::put(&sheet.path()).json(&body).version(version);
            let saved = request.send(api).await.and_then(Reply::read::<Lines>);
            let _ = busy.try_set(false);
            match saved {
                Ok(lines) => {
                    sheet.take(lines);
                    sheet.live.refresh();
                    let _ = open.try_set(false);
                }
                Err(error) => {
                    let found = placed(&error, &keys);
                    let none = found.is_empty();
                    let _ = faults.try_set(found);
                    let _ = general.try_set(none.then(|| error.text()));
                }
            }
        });
    };
    let sum = move || {
        let nets: Option<Vec<i64>> = rows.with(|rows| rows.iter().map(|row| row.net()).collect());
        nets.map(|nets| money(nets.iter().sum(), &currency.get()))
    };
    let place = move |key: usize| {
        Signal::derive(move || {
            let at = rows.with(|rows| rows.iter().position(|row| row.key == key));
            i64::try_from(at.unwrap_or_default() + 1).unwrap_or_default()
        })
    };
    view! {
        <form class="line-editor" novalidate=true on:paste=paste on:submit=move |event| { event.prevent_default(); save(); }>
            {move || general.get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <For each=move || rows.get() key=|row| row.key let:row>
                <LineRow row number=place(row.key) currency taxes faults on_remove=remove/>
            </For>
            <Accordion title=k::commerce::PASTE_LINES><Several take/></Accordion>
            <div class="line-editor-foot">
                <Button label=k::commerce::ADD_LINE icon=icon::PLUS on_press=add/>
                <span class="spacer"></span>
                <span class="figure">{sum}</span>
                <Button label=k::commerce::SAVE_LINES variant=Variant::Primary submit=true busy/>
            </div>
        </form>
    }
    .into_any()
}

/// Rows of a sheet, pasted.
#[component]
fn Several<F>(take: F) -> impl IntoView
where
    F: Fn(String) -> bool + Copy + Send + Sync + 'static,
{
    let text = RwSignal::new(String::new());
    let add = move |()| {
        if take(text.get_untracked()) {
            text.set(String::new());
        }
    };
    view! {
        <div class="stack">
            <TextArea label=k::commerce::PASTE_LINES value=text hint=k::commerce::PASTE_LINES_HINT rows=4/>
            <div class="row-end"><Button label=k::commerce::PASTE_ADD icon=icon::PLUS on_press=add/></div>
        </div>
    }
}

/// The faults of lines by the line that they are of and the member.
fn placed(error: &ApiError, keys: &[usize]) -> Faults {
    let errors = error.problem().map(|problem| problem.errors.as_slice());
    let errors = errors.unwrap_or_default().iter();
    let found = errors.filter_map(|fault| {
        let mut parts = fault.pointer.strip_prefix("/lines/")?.split('/');
        let key = keys.get(parts.next()?.parse::<usize>().ok()?)?;
        Some(((*key, parts.next()?.to_owned()), fault.detail.clone()))
    });
    found.collect()
}
