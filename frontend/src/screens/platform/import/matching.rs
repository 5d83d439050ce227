//! The second step: where columns go, how rows are read, and what comes of it.

use leptos::prelude::*;
use relasi_domain::platform::import::targets;
use relasi_domain::record::Object;
use wasm_bindgen_futures::spawn_local;

use super::agreed::lacks_purpose;
use super::mapping::Draft;
use super::model::{Column, Import};
use super::preset::PresetNote;
use super::preview::Preview;
use super::reading::Reading;
use super::sheets::SheetChoice;
use super::watch::Watched;
use crate::i18n::{bytes, k, number};
use crate::records::labels;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::icon::{self, Glyph};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::{Status, Tone};
use crate::ui::toast::use_toasts;

/// Columns, options, preview. Later than the run it is for looking only.
#[component]
pub fn MatchStep(watched: Watched, back: RwSignal<bool>) -> impl IntoView {
    let import = watched.import.get_untracked();
    import.map(|import| view! { <MatchOf watched back import/> })
}

#[component]
fn MatchOf(watched: Watched, back: RwSignal<bool>, import: Import) -> impl IntoView {
    let draft = Draft::new(watched, &import);
    let (target, open) = (import.target(), import.state.is_open());
    // Another delimiter brings other columns.
    let columns = Memo::new(move |_| {
        let now = watched
            .import
            .with(|i| i.as_ref().map(|i| i.columns.clone()));
        let keep = |column: Column| Column {
            field: None,
            ..column
        };
        now.unwrap_or_default()
            .into_iter()
            .map(keep)
            .collect::<Vec<_>>()
    });
    let proposed = StoredValue::new(import.columns.clone());
    let whole = move || draft.faults.with(|faults| faults.get("").cloned());
    view! {
        <p class="secondary">{move || watched.import.with(|i| i.as_ref().map(about))}</p>
        {move || whole().map(|text| view! { <Banner text tone=Tone::Bad/> })}
        {open.then(|| view! { <PresetNote watched draft/> })}
        {(open && import.source.sheets.len() > 1).then(|| view! { <SheetChoice draft source=import.source.clone()/> })}
        <section class="stack">
            <h2>{k::import::COLUMNS}</h2>
            <div class="import-columns" role="table" aria-label=k::import::COLUMNS>
                <div class="import-column head" role="row">
                    <span role="columnheader">{k::import::COLUMN}</span><span role="columnheader">{k::import::SAMPLE}</span>
                    <span role="columnheader">{k::import::GOES_TO}</span><span role="columnheader">{k::import::SURE}</span>
                </div>
                {move || columns.get().into_iter().map(|column| view! { <ColumnLine column draft target open proposed/> }).collect_view()}
            </div>
        </section>
        <Show when=move || open><Reading watched draft target/></Show>
        <Preview watched target/>
        <Show when=move || open><Next watched back draft/></Show>
    }
}

/// "1,000 rows, UTF-8, 84 KB".
fn about(import: &Import) -> String {
    let size = bytes(import.file_size);
    let kind = match import.source.format.as_str() {
        "xlsx" => "XLSX",
        "vcard" => "vCard",
        _ => &import.encoding,
    };
    k::import::about_file(kind, &number(import.file_rows), &size)
}

#[component]
fn ColumnLine(
    column: Column,
    draft: Draft,
    target: &'static Object,
    open: bool,
    proposed: StoredValue<Vec<Column>>,
) -> impl IntoView {
    let at = column.index;
    let name = match column.heading.trim() {
        "" => k::import::no_heading(&number(i64::try_from(at + 1).unwrap_or_default())),
        heading => heading.to_owned(),
    };
    let field = Memo::new(move |_| {
        draft
            .fields
            .with(|all| all.get(at).cloned().unwrap_or_default())
    });
    let value = RwSignal::new(field.get_untracked());
    Effect::new(move |_| value.set(field.get()));
    let error = Signal::derive(move || {
        let field = field.get();
        draft
            .faults
            .with(|faults| faults.get(&field).filter(|_| !field.is_empty()).cloned())
    });
    let choices = Signal::derive(move || choices(target));
    let label = name.clone();
    let control = if open {
        let on_change = move |field: String| draft.map(at, field);
        view! { <Select label=move || k::import::goes_to_named(&label) value choices error bare=true on_change/> }.into_any()
    } else {
        let shown = move || {
            choices.with(|all| {
                all.iter()
                    .find(|c| c.value == field.get())
                    .map(|c| c.label.clone())
            })
        };
        view! { <span>{shown}</span> }.into_any()
    };
    let sure = move || {
        sureness(
            &field.get(),
            proposed.with_value(|all| all.get(at).cloned()),
        )
    };
    view! {
        <div class="import-column" role="row">
            <strong role="cell">{name}</strong>
            <span role="cell" class="import-sample secondary">{column.sample.join(" · ")}</span>
            <span role="cell">{control}</span>
            <span role="cell">{sure}</span>
        </div>
    }
}

/// How sure the place of a column is: as guessed, or chosen by the person.
fn sureness(field: &str, proposed: Option<Column>) -> impl IntoView + use<> {
    let same = proposed.filter(|column| column.field.as_deref().unwrap_or_default() == field);
    let (label, tone, icon) = match (field, same.map(|column| column.confidence)) {
        ("", _) => (k::import::SURE_NONE, Tone::Neutral, icon::CIRCLE),
        (_, Some(how)) if how == "high" => (k::import::SURE_HIGH, Tone::Ok, icon::CIRCLE_CHECK),
        (_, Some(how)) if how == "low" => (k::import::SURE_LOW, Tone::Warn, icon::CIRCLE_HELP),
        _ => (k::import::SURE_CHOSEN, Tone::Info, icon::USER),
    };
    view! { <Status label tone icon/> }
}

fn choices(target: &'static Object) -> Vec<Choice> {
    let mut all = vec![Choice::new("", k::import::LEAVE_OUT.get())];
    let named = targets(target).into_iter();
    all.extend(named.map(|one| Choice::new(one.name(), one.label(labels::shown(), target))));
    all
}

/// On to the check.
#[component]
fn Next(watched: Watched, back: RwSignal<bool>, draft: Draft) -> impl IntoView {
    let (busy, toasts) = (RwSignal::new(false), use_toasts());
    let waits = Signal::derive(move || busy.get() || draft.saving.get());
    let faulty = Signal::derive(move || {
        let faulty = draft.faults.with(|faults| !faults.is_empty());
        (faulty || lacks_purpose(draft)).then(|| k::import::FIX_MAPPING.get().to_owned())
    });
    let check = move |()| {
        busy.set(true);
        spawn_local(async move {
            match watched.start("check").await {
                Ok(()) => _ = back.try_set(false),
                Err(error) => toasts.bad(error.text()),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <div class="import-foot">
            <span class="hint"><Glyph icon=icon::INFO/>{k::import::NOTHING_WRITTEN}</span>
            <span class="spacer"></span>
            <Button label=k::import::CHECK variant=Variant::Primary busy=waits disabled=faulty on_press=check/>
        </div>
    }
}
