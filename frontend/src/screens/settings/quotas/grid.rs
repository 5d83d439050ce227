//! The grid: typed by keyboard, or pasted from a sheet.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Line, Sheet};
use crate::i18n::{Day, k, minor_digits, money, month_title, number};
use crate::ui::amount_words;
use crate::ui::button::{Button, Variant};
use crate::ui::money::decimal_sign;

/// A cell that was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct Typed {
    /// Place of the line.
    pub(super) line: usize,
    /// Place of the month.
    pub(super) month: usize,
    /// The quota; none takes it back.
    pub(super) value: Option<i64>,
}

/// How values are written: in a currency, or as numbers.
#[derive(Clone, PartialEq, Eq)]
struct Written {
    currency: Option<String>,
}

impl Written {
    fn show(&self, value: Option<i64>) -> String {
        let shown = |value| match &self.currency {
            Some(currency) => money(value, currency),
            None => number(value),
        };
        value.map(shown).unwrap_or_default()
    }

    /// What is not understood is a fault; nothing at all takes the quota back.
    fn read(&self, text: &str) -> Result<Option<i64>, ()> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let digits = self.currency.as_deref().map_or(0, minor_digits);
        amount_words::parse(text, decimal_sign(), digits)
            .map(Some)
            .ok_or(())
    }
}

/// Texts of the cells, line by line.
type Cells = StoredValue<Vec<Vec<RwSignal<String>>>>;

/// The grid with its button.
#[component]
pub(super) fn Grid(
    sheet: Sheet,
    save: Callback<(Sheet, Vec<Typed>)>,
    allowed: Signal<bool>,
) -> impl IntoView {
    let written = StoredValue::new(Written {
        currency: (sheet.measure == "won_amount").then(|| sheet.currency.clone()),
    });
    let show = move |value| written.with_value(|written| written.show(value));
    let text = |line: &Line| {
        line.months
            .iter()
            .map(|value| RwSignal::new(show(*value)))
            .collect()
    };
    let cells: Cells = StoredValue::new(sheet.lines.iter().map(text).collect());
    let typed = {
        let before = sheet.clone();
        Memo::new(move |_| changed(&before, cells, written))
    };
    let misread = Memo::new(move |_| {
        typed.with(|typed| typed.as_ref().is_err_and(|places| !places.is_empty()))
    });
    let whole = sheet.clone();
    let keep = move |()| {
        if let Some(typed) = typed.get_untracked().ok().filter(|typed| !typed.is_empty()) {
            save.run((whole.clone(), typed));
        }
    };
    let months = (1..=12).filter_map(|month| Day::new(sheet.year, month, 1));
    let heads = months
        .map(|month| view! { <th scope="col" class="number">{move || month_title(month)}</th> })
        .collect_view();
    let lines = sheet.lines.iter().enumerate().map(|(at, line)| {
        let (kind, label, year) = (line.kind.clone(), line.label.clone(), sheet.year);
        let name = move || match kind.as_str() {
            "workspace" => k::forecast::WORKSPACE.get().to_owned(),
            "team" => k::forecast::team(&label),
            _ => label.clone(),
        };
        let inputs = (0..12).map(|month| {
            let name = name.clone();
            let wrong = move || typed.with(|typed| typed.as_ref().is_err_and(|places| places.contains(&(at, month))));
            let day = Day::new(year, u32::try_from(month + 1).unwrap_or(1), 1);
            let words = move || format!("{} {}", name(), day.map(month_title).unwrap_or_default());
            cell((at, month), cells, words, wrong, allowed)
        });
        let inputs = inputs.collect_view();
        let sum = move || {
            let sum = cells.with_value(|cells| {
                let read = |text: &RwSignal<String>| text.with(|text| written.with_value(|written| written.read(text).ok().flatten()));
                cells[at].iter().filter_map(read).reduce(i64::saturating_add)
            });
            show(sum)
        };
        view! { <tr><th scope="row">{name}</th>{inputs}<td class="number quota-sum">{sum}</td></tr> }
    });
    let lines = lines.collect_view();
    view! {
        <div class="table-wide quota-grid">
            <table class="plain-table">
                <thead><tr><th scope="col">{k::forecast::NAME}</th>{heads}<th scope="col" class="number">{k::forecast::WHOLE_YEAR}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
        <Show when=move || misread.get()><p class="field-error" role="alert">{k::ui::AMOUNT_MISREAD}</p></Show>
        <Show when=move || allowed.get()>
            <div class="row-end"><Button label=k::forecast::SAVE variant=Variant::Primary on_press=keep.clone()/></div>
        </Show>
    }
}

/// The cells that differ, or the places of those that are not understood. Tracked.
fn changed(
    before: &Sheet,
    cells: Cells,
    written: StoredValue<Written>,
) -> Result<Vec<Typed>, Vec<(usize, usize)>> {
    let (mut typed, mut wrong) = (Vec::new(), Vec::new());
    cells.with_value(|cells| {
        for (line, texts) in cells.iter().enumerate() {
            for (month, text) in texts.iter().enumerate() {
                let old = before.lines[line].months[month];
                text.with(|text| {
                    written.with_value(|written| match written.read(text) {
                        // What stands as it was shown is what it was.
                        _ if *text == written.show(old) => {}
                        Ok(value) if value == old => {}
                        Ok(value) => typed.push(Typed { line, month, value }),
                        Err(()) => wrong.push((line, month)),
                    });
                });
            }
        }
    });
    if wrong.is_empty() {
        Ok(typed)
    } else {
        Err(wrong)
    }
}

fn cell(
    (line, month): (usize, usize),
    cells: Cells,
    words: impl Fn() -> String + Send + Sync + 'static,
    wrong: impl Fn() -> bool + Send + Sync + 'static,
    allowed: Signal<bool>,
) -> impl IntoView {
    let text = cells.with_value(|cells| cells[line][month]);
    let paste = move |event: web_sys::ClipboardEvent| {
        let data = event
            .clipboard_data()
            .and_then(|data| data.get_data("text/plain").ok());
        let Some(data) = data.filter(|data| data.trim_end().contains(['\t', '\n'])) else {
            return;
        };
        event.prevent_default();
        cells.with_value(|cells| {
            for (down, row) in data.trim_end_matches(['\r', '\n']).lines().enumerate() {
                for (right, value) in row.split('\t').enumerate() {
                    let at = cells
                        .get(line + down)
                        .and_then(|cells| cells.get(month + right));
                    if let Some(cell) = at {
                        cell.set(value.trim().to_owned());
                    }
                }
            }
        });
    };
    let walk = move |event: web_sys::KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowUp" => line.checked_sub(1),
            "ArrowDown" | "Enter" => Some(line + 1),
            _ => return,
        };
        if let Some(to) = to.and_then(|line| input(line, month)) {
            event.prevent_default();
            // A field that is there can be focused.
            drop(to.focus());
            to.select();
        }
    };
    view! {
        <td class="number">
            <input type="text" inputmode="decimal" autocomplete="off" class="amount quota-cell" id=name(line, month)
                aria-label=words aria-invalid=move || wrong().then_some("true") readonly=move || !allowed.get()
                prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))
                on:paste=paste on:keydown=walk/>
        </td>
    }
}

fn name(line: usize, month: usize) -> String {
    format!("quota-{line}-{month}")
}

fn input(line: usize, month: usize) -> Option<web_sys::HtmlInputElement> {
    let found = document().get_element_by_id(&name(line, month))?;
    found.dyn_into().ok()
}
