//! Exchange rates: one by one, or several at once.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::platform::exchange_rate;
use relasi_domain::record::Document;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::record_lines::{FromFile, Lines, RecordLines};
use super::rights::may;
use crate::api::{Api, use_api};
use crate::i18n::{Day, date_short, k};
use crate::records::store::{self, Record};
use crate::ui::accordion::Accordion;
use crate::ui::button::{Button, Variant};
use crate::ui::text_input::TextArea;

static RATES: Lines = Lines {
    object: &exchange_rate::OBJECT,
    title: k::commerce::MONEY,
    about: || {
        let session = use_api().session();
        let own = session.with(|s| s.as_ref().map(|s| s.workspace.currency.clone()));
        k::commerce::money_text(&own.unwrap_or_default())
    },
    new: k::commerce::ADD_RATE,
    fields: &["currency", "day", "rate", "note"],
    sort: "-day,currency",
    include: "",
    words: rate,
};

fn rate(record: &Record) -> String {
    let day = record.text("day").and_then(Day::parse_iso);
    let text = |name: &str| record.text(name).unwrap_or_default().to_owned();
    let day = day.map(date_short).unwrap_or_default();
    let words = k::commerce::rate_line(&text("currency"), &day, &text("rate"));
    match record.text("note") {
        Some(note) => format!("{words} · {note}"),
        None => words,
    }
}

/// The page.
#[component]
pub fn RateSettings() -> impl IntoView {
    let news = RwSignal::new(0_u32);
    let allowed = may(Action::Settings);
    view! {
        <RecordLines of=&RATES news/>
        <Show when=move || allowed.get()>
            <Accordion title=k::commerce::PASTE_RATES><Several news/></Accordion>
            <FromFile object=&exchange_rate::OBJECT/>
        </Show>
    }
}

/// Rates out of a sheet or a CSV file, pasted.
#[component]
fn Several(news: RwSignal<u32>) -> impl IntoView {
    let api = use_api();
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let save = move || {
        busy.set(true);
        error.set(None);
        let all = text.get_untracked();
        spawn_local(async move {
            let (left, fault) = take(api, &all).await;
            busy.try_set(false);
            text.try_set(left);
            error.try_set(fault);
            news.try_update(|n| *n += 1);
        });
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <TextArea label=k::commerce::PASTE_RATES value=text error hint=k::commerce::PASTE_RATES_HINT rows=6/>
            <div class="row-end"><Button label=k::commerce::ADD_RATE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// Makes a rate of each line, in their order, up to the first that is refused: what is left, and why.
async fn take(api: Api, text: &str) -> (String, Option<String>) {
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if line.trim().is_empty() || is_heading(line) {
            continue;
        }
        let bad = |reason: &str| {
            let left = lines[at..].join("\n");
            let place = (at + 1).to_string();
            (left, Some(k::commerce::paste_rates_bad(&place, reason)))
        };
        let Some(body) = body(line) else {
            return bad(k::commerce::PASTE_RATES_FORM.get());
        };
        if let Err(error) = store::create(api, &exchange_rate::OBJECT, body).await {
            return bad(&error.text());
        }
    }
    (String::new(), None)
}

fn cells(line: &str) -> Vec<String> {
    let mark = ['\t', ';'].into_iter().find(|mark| line.contains(*mark));
    let cells = line.split(mark.unwrap_or(','));
    cells
        .map(|cell| cell.trim().trim_matches('"').to_owned())
        .collect()
}

fn is_heading(line: &str) -> bool {
    cells(line)
        .first()
        .is_some_and(|cell| cell.eq_ignore_ascii_case("currency"))
}

/// The body of a rate: currency, day, rate, and where it is from.
fn body(line: &str) -> Option<Document> {
    let cells = cells(line);
    let [currency, day, rate, note @ ..] = cells.as_slice() else {
        return None;
    };
    let mut body = Document::from_iter([
        ("currency".to_owned(), json!(currency.to_uppercase())),
        ("day".to_owned(), json!(day)),
        ("rate".to_owned(), json!(rate)),
    ]);
    if let Some(note) = note.first().filter(|note| !note.is_empty()) {
        body.insert("note".to_owned(), json!(note));
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::{body, is_heading};

    #[test]
    fn lines_of_a_sheet_are_rates() {
        let made = body("usd;2026-11-30;\"15850\";BI").unwrap();
        assert_eq!(made["currency"], "USD");
        assert_eq!(made["rate"], "15850");
        assert_eq!(made["note"], "BI");
        assert!(body("USD,2026-11-30").is_none());
        assert!(is_heading("Currency,Day,Rate") && !is_heading("USD,2026-11-30,1"));
    }
}
