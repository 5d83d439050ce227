//! Entries of the audit log on the screen, day by day.

use leptos::prelude::*;

use super::changes::{self, Change, Entry};
use super::store::Record;
use crate::i18n::{day_title, k, local_day, time};
use crate::ui::button::{IconButton, Size};
use crate::ui::icon::{self, Glyph};

/// What stands behind a change: a button, mostly.
pub type Behind = Callback<(Entry, Change), AnyView>;

/// Entries grouped by day, the newest first.
#[component]
pub fn ChangeList(
    /// The entries.
    #[prop(into)]
    entries: Signal<Vec<Entry>>,
    /// What the values of an entry need to be read: the currency of its record.
    beside: Callback<Entry, Record>,
    /// Names the record, where the entries are about several.
    #[prop(optional, into)]
    subject: Option<Callback<Entry, AnyView>>,
    /// Drawn behind each change.
    #[prop(optional, into)]
    behind: Option<Behind>,
) -> impl IntoView {
    let days = move || {
        let entries = entries.get();
        let day = |entry: &Entry| local_day(&entry.at);
        let days = entries.chunk_by(|a, b| day(a) == day(b));
        days.map(|of_day| {
            let title = of_day.first().and_then(day).map(day_title);
            let rows = of_day.iter().cloned();
            let rows = rows
                .map(|entry| view! { <Row entry beside subject behind/> })
                .collect_view();
            view! { <section class="timeline-day"><h2>{title}</h2><ol>{rows}</ol></section> }
        })
        .collect_view()
    };
    view! { <div class="timeline changes">{days}</div> }
}

#[component]
fn Row(
    entry: Entry,
    beside: Callback<Entry, Record>,
    subject: Option<Callback<Entry, AnyView>>,
    behind: Option<Behind>,
) -> impl IntoView {
    let (of_title, of_by, stamp) = (entry.action.clone(), entry.clone(), entry.at.clone());
    let at = stamp.clone();
    let by = move || {
        let parts = [
            Some(k::record::by(&changes::actor(&of_by))),
            changes::cause(&of_by),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let lines = changes::told(&entry).cloned();
    let lines: Vec<_> = lines
        .map(|change| view! { <Line entry=entry.clone() change beside behind/> })
        .collect();
    view! {
        <li class="entry">
            <span class="entry-dot"><Glyph icon=changes::drawing(&entry.action)/></span>
            <div class="entry-text">
                <p>
                    <strong>{move || changes::action(&of_title)}</strong>" "
                    {subject.map(|subject| subject.run(entry.clone()))}
                    " "<span class="secondary">{by}</span>
                </p>
                {(!lines.is_empty()).then(|| view! { <dl class="change-lines">{lines}</dl> })}
            </div>
            <time datetime=at class="secondary">{move || time(&stamp)}</time>
        </li>
    }
}

#[component]
fn Line(
    entry: Entry,
    change: Change,
    beside: Callback<Entry, Record>,
    behind: Option<Behind>,
) -> impl IntoView {
    let (object, name) = (entry.object.clone(), change.field.clone());
    let label = move || changes::field_name(&object, &name);
    let end = behind.map(|behind| behind.run((entry.clone(), change.clone())));
    let of = StoredValue::new((entry, change));
    let shown = move |old: bool| {
        of.with_value(|(entry, change)| {
            let value = if old { &change.old } else { &change.new };
            changes::text(
                &entry.object,
                &change.field,
                value,
                &beside.run(entry.clone()),
            )
        })
    };
    view! {
        <div class="change-line">
            <dt>{label}</dt>
            <dd>
                <del><Words text=Signal::derive(move || shown(true))/></del>
                <span class="change-arrow" aria-hidden="true"><Glyph icon=icon::CHEVRON_RIGHT/></span>
                <ins><Words text=Signal::derive(move || shown(false))/></ins>
                {end}
            </dd>
        </div>
    }
}

/// A value, or that there is none.
#[component]
fn Words(text: Signal<String>) -> impl IntoView {
    move || {
        let text = text.get();
        if text.is_empty() {
            return view! { <span class="hint">{k::common::EMPTY}</span> }.into_any();
        }
        view! { <span>{text}</span> }.into_any()
    }
}

/// The button that gives a field what it had before a write.
#[component]
pub fn SetBack(
    /// What the field is called.
    #[prop(into)]
    field: Signal<String>,
    /// What it would get again.
    #[prop(into)]
    value: Signal<String>,
    /// Pressed.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let label = move || {
        let value = value.get();
        let value = if value.is_empty() {
            k::common::EMPTY.get().to_owned()
        } else {
            value
        };
        k::history::set_back_field(&field.get(), &value)
    };
    view! { <IconButton label icon=icon::UNDO_2 size=Size::Small on_press/> }
}
