//! A record as it stood at the end of a day, beside what is different now.

use leptos::prelude::*;
use relasi_domain::field::{Field, Kind};
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::super::fact_row::is_empty;
use super::super::live::Live;
use super::may_revert;
use super::revert::{Point, is_open, revert};
use crate::api::{ApiError, Reply};
use crate::i18n::{Day, date_long, k};
use crate::records::change_list::SetBack;
use crate::records::{Record, labels, value};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;

/// Kept by the product, or not known of the past.
const LEFT_OUT: [&str; 5] = [
    "deleted_at",
    "import_id",
    "next_step_at",
    "last_activity_at",
    "updated_by",
];

#[derive(Clone, PartialEq, Debug, Deserialize)]
struct AsOf {
    record: Record,
    in_trash: bool,
    unknown: Vec<String>,
    differences: Vec<Difference>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
struct Difference {
    field: String,
    restorable: bool,
}

impl AsOf {
    /// Fields that can be set back.
    fn open(&self, live: Live) -> Vec<String> {
        let open = self
            .differences
            .iter()
            .filter(|one| one.restorable && is_open(live.object, &one.field));
        open.map(|one| one.field.clone()).collect()
    }
}

/// The record at the end of a day.
#[component]
pub fn AsOfDay(
    /// The record as it is.
    live: Live,
    /// The day.
    day: Day,
) -> impl IntoView {
    let found = RwSignal::new(None::<Result<AsOf, ApiError>>);
    let load = move || {
        let path = format!(
            "/{}/{}/as-of?at={}",
            live.object.plural,
            live.id(),
            day.iso()
        );
        spawn_local(async move {
            let read = live.api.get(&path).await.and_then(Reply::read);
            let _ = found.try_set(Some(read));
        });
    };
    Effect::new(move |_| {
        live.news();
        load();
    });
    move || match found.get() {
        None => view! { <Skeleton lines=6/> }.into_any(),
        Some(Ok(then)) => view! { <Then live day then/> }.into_any(),
        Some(Err(error))
            if error
                .problem()
                .is_some_and(|problem| problem.code == "record_not_yet") =>
        {
            view! { <Banner text=error.text() tone=Tone::Info/> }.into_any()
        }
        Some(Err(error)) => {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| load()/> }.into_any()
        }
    }
}

#[component]
fn Then(live: Live, day: Day, then: AsOf) -> impl IntoView {
    let may_revert = may_revert(live);
    let asking = RwSignal::new(false);
    let open = then.open(live);
    let count = i64::try_from(open.len()).unwrap_or_default();
    let same = then.differences.is_empty();
    let in_trash = then.in_trash;
    let rows = fields(live, &then);
    let then = StoredValue::new(then);
    let row = move |field: &'static Field| view! { <Row live day field then may_revert/> };
    view! {
        <h2>{move || k::history::as_of(&date_long(day))}</h2>
        {in_trash.then(|| view! { <Banner text=k::history::IN_TRASH tone=Tone::Info/> })}
        {same.then(|| view! { <p class="secondary">{k::history::SAME}</p> })}
        <dl class="facts past-facts">{rows.into_iter().map(row).collect_view()}</dl>
        <Show when=move || may_revert.get() && { count > 0 }>
            <div class="row"><Button label=move || k::history::set_all_back(count) icon=icon::UNDO_2 on_press=move |()| asking.set(true)/></div>
        </Show>
        <AllBack live day then fields=open asking/>
    }
}

/// The fields that had a value or have another one now.
fn fields(live: Live, then: &AsOf) -> Vec<&'static Field> {
    let differs = |field: &Field| then.differences.iter().any(|one| one.field == field.name);
    let all = live.object.all_fields();
    all.filter(|field| {
        let name = field.name.as_ref();
        let known = !LEFT_OUT.contains(&name) && !then.unknown.iter().any(|one| one == name);
        known && field.kind != Kind::Json && (differs(field) || !is_empty(&then.record, field))
    })
    .collect()
}

#[component]
fn Row(
    live: Live,
    day: Day,
    field: &'static Field,
    then: StoredValue<AsOf>,
    may_revert: Signal<bool>,
) -> impl IntoView {
    let name = field.name.as_ref();
    let object = live.object;
    let (differs, open) = then.with_value(|then| {
        let found = then.differences.iter().find(|one| one.field == name);
        (
            found.is_some(),
            found.is_some_and(|one| one.restorable) && is_open(object, name),
        )
    });
    let was = move || then.with_value(|then| value::text(object, field, &then.record));
    let drawn = then.with_value(|then| {
        if is_empty(&then.record, field) {
            view! { <span class="hint">{k::common::EMPTY}</span> }.into_any()
        } else {
            value::show(object, field, &then.record)
        }
    });
    let now = move || {
        let text = live.with(|record| value::text(object, field, record));
        let text = if text.is_empty() {
            k::common::EMPTY.get().to_owned()
        } else {
            text
        };
        k::history::now(&text)
    };
    let label = move || labels::field(object, name);
    let press = move |()| revert(live, &Point::At(day.iso()), vec![name.to_owned()]);
    view! {
        <div class="fact" class:differs=differs>
            <dt>{label}</dt>
            <dd>
                <div class="fact-value">{drawn}</div>
                {differs.then(|| view! { <p class="hint">{now}</p> })}
                {open.then(|| view! {
                    <Show when=move || may_revert.get()>
                        <SetBack field=Signal::derive(label) value=Signal::derive(was) on_press=press/>
                    </Show>
                })}
            </dd>
        </div>
    }
}

/// Asks before all of it is set back, and says what.
#[component]
fn AllBack(
    live: Live,
    day: Day,
    then: StoredValue<AsOf>,
    fields: Vec<String>,
    asking: RwSignal<bool>,
) -> impl IntoView {
    let fields = StoredValue::new(fields);
    let object = live.object;
    let go = move |()| {
        asking.set(false);
        revert(live, &Point::At(day.iso()), fields.get_value());
    };
    let line = move |name: String| {
        let field = object.field(&name)?;
        let (was, is) = (
            then.with_value(|then| value::text(object, field, &then.record)),
            live.with(|record| value::text(object, field, record)),
        );
        let or_empty = |text: String| {
            if text.is_empty() {
                k::common::EMPTY.get().to_owned()
            } else {
                text
            }
        };
        Some(view! {
            <div class="change-line"><dt>{labels::field(object, &name)}</dt><dd>
                <del>{or_empty(is)}</del>
                <span class="change-arrow" aria-hidden="true"><crate::ui::icon::Glyph icon=icon::CHEVRON_RIGHT/></span>
                <ins>{or_empty(was)}</ins>
            </dd></div>
        })
    };
    let lines = move || {
        fields
            .get_value()
            .into_iter()
            .filter_map(line)
            .collect_view()
    };
    view! {
        <Modal open=asking title=move || k::history::as_of(&date_long(day))
            footer=move || view! {
                <Button label=k::common::CANCEL on_press=move |()| asking.set(false)/>
                <Button label=k::history::SET_BACK variant=Variant::Primary on_press=go/>
            }>
            <p class="secondary">{k::history::ALL_TEXT}</p>
            <dl class="change-lines">{lines}</dl>
        </Modal>
    }
}
