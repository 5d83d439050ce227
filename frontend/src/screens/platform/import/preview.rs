//! The first rows as they will be read.

use leptos::prelude::*;
use relasi_domain::field::{Field, FieldRef, Kind};
use relasi_domain::locale;
use relasi_domain::platform::import::{Target, targets};
use relasi_domain::record::{Document, Object};

use super::model::{Column, Import, PreviewRow, Reason};
use super::watch::Watched;
use crate::i18n::{Day, date_short, k, number};
use crate::records::{labels, value};
use crate::ui::icon::{self, Glyph};

/// Rows shown.
const ROWS: usize = 8;

/// A table of what the first rows become, with what is wrong with them.
#[component]
pub fn Preview(watched: Watched, target: &'static Object) -> impl IntoView {
    let import = move || watched.import.get();
    view! {
        <section class="stack">
            <h2>{k::import::PREVIEW}</h2>
            <div class="scroll-x" tabindex="0" role="region" aria-label=k::import::PREVIEW>
                {move || import().map(|import| table(&import, target))}
            </div>
        </section>
    }
}

fn table(import: &Import, target: &'static Object) -> impl IntoView + use<> {
    let shown = shown_fields(import, target);
    let heads = shown.iter().map(|field| {
        let name = field.name.to_string();
        view! { <th scope="col">{move || labels::field(target, &name)}</th> }
    });
    let heads = heads.collect_view();
    let rows = import.preview.iter().take(ROWS).cloned();
    let rows = rows
        .map(|row| line(row, &shown, (target, &import.columns)))
        .collect_view();
    view! {
        <table class="plain-table import-preview">
            <thead><tr><th scope="col">{k::import::ROW}</th>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// The fields that columns go to, in the order in which the record has them.
fn shown_fields(import: &Import, target: &'static Object) -> Vec<FieldRef> {
    let mapped = |name: &str| {
        import
            .columns
            .iter()
            .any(|column| column.field.as_deref() == Some(name))
    };
    let all = targets(target).into_iter().filter_map(|one| match one {
        Target::Field(field) => Some(field),
        _ => None,
    });
    all.filter(|field| match field.name.as_ref() {
        "full_name" | "name" => {
            mapped(&field.name) || mapped("given_name") || mapped("family_name")
        }
        "company_id" => mapped("company_id") || mapped("company.domain"),
        name => mapped(name),
    })
    .collect()
}

fn line(
    row: PreviewRow,
    shown: &[FieldRef],
    (target, columns): (&'static Object, &[Column]),
) -> impl IntoView + use<> {
    let cells = shown.iter().map(|field| {
        let text = cell(&row, field, (target, columns));
        let class =
            matches!(field.kind, Kind::Text { .. } | Kind::LongText { .. }).then_some("words");
        view! { <td class=class>{text}</td> }
    });
    let cells = cells.collect_view();
    let wrong = !row.faults.is_empty();
    let reasons = row.faults.clone();
    let width = (shown.len() + 1).to_string();
    view! {
        <tr class:wrong=wrong><td class="number">{number(row.row)}</td>{cells}</tr>
        {wrong.then(|| view! {
            <tr class="import-fault"><td colspan=width>
                {move || reasons.iter().map(|reason| view! { <span class="field-error"><Glyph icon=icon::CIRCLE_ALERT/>{reason_text(target, reason)}</span> }).collect_view()}
            </td></tr>
        })}
    }
}

fn cell(
    row: &PreviewRow,
    field: &Field,
    (target, columns): (&'static Object, &[Column]),
) -> String {
    let Some(record) = &row.record else {
        return String::new();
    };
    match (&field.kind, field.name.as_ref()) {
        (_, "company_id") => row.company.clone().unwrap_or_default(),
        // Who or what a name means is looked up later.
        (Kind::Reference(_) | Kind::Person, name) if !record.fields.contains_key(name) => {
            let of = |column: &&Column| column.field.as_deref() == Some(name);
            let column = columns.iter().find(of);
            let written = column.and_then(|column| row.cells.get(column.index));
            written.cloned().unwrap_or_default()
        }
        (Kind::Many(_) | Kind::Reference(_) | Kind::Person, name) => words(&record.fields, name),
        _ => value::text(target, field, record),
    }
}

/// Values that are names in the file and become records later.
fn words(fields: &Document, name: &str) -> String {
    let one = |entry: &serde_json::Value| {
        let text = entry.as_str().or_else(|| entry["value"].as_str());
        text.map(str::to_owned)
    };
    match fields.get(name) {
        Some(serde_json::Value::Array(all)) => {
            all.iter().filter_map(one).collect::<Vec<_>>().join(", ")
        }
        Some(other) => one(other).unwrap_or_default(),
        None => String::new(),
    }
}

/// A reason in words, with the field that it is about; tracked.
pub fn reason_text(target: &'static Object, reason: &Reason) -> String {
    let params = reason
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    let text = locale::format(labels::shown(), &format!("fault.{}", reason.code), &params);
    let text = text.unwrap_or_else(|| reason.code.clone());
    if reason.field.is_empty() {
        return text;
    }
    let named = Target::find(target, &reason.field);
    let label = match &named {
        Some(beside) if !matches!(beside, Target::Field(_)) => {
            beside.label(labels::shown(), target).to_owned()
        }
        _ => labels::field(target, &reason.field),
    };
    format!("{label}: {text}")
}

/// How the first date of the file is read: "9/8/2569 is read as 9 Aug 2026"; tracked.
pub fn read_date(import: &Import) -> Option<String> {
    let target = import.target();
    let date = import.columns.iter().find_map(|column| {
        let field = target.field(column.field.as_deref()?)?;
        matches!(field.kind, Kind::Date | Kind::Instant)
            .then_some((column.index, field.name.as_ref()))
    });
    let (at, name) = date?;
    import.preview.iter().find_map(|row| {
        let written = row.cells.get(at).filter(|cell| !cell.trim().is_empty())?;
        let read = row.record.as_ref()?.text(name)?;
        let day = Day::parse_iso(read.get(..10)?)?;
        Some(k::import::date_read(&date_short(day), written))
    })
}
