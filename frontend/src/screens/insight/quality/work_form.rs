//! One record of a queue: what matters of it, to be put right, said to be right, or left for later.

use leptos::prelude::*;
use relasi_domain::field::Write;
use relasi_domain::interaction::activity;
use relasi_domain::record::Document;
use wasm_bindgen_futures::spawn_local;

use super::work::Work;
use crate::api::FormErrors;
use crate::i18n::k;
use crate::records::refs::page_path;
use crate::records::store;
use crate::records::{Draft, Record, RecordForm, instant, labels};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

/// The fields that a queue is about.
fn fields(work: Work, record: &Record) -> Vec<&'static str> {
    let asked = work.asked.get_untracked();
    let object = work.object;
    let named = |names: &[&str]| {
        let fields = names.iter().filter_map(|name| object.field(name));
        fields.map(|field| field.name.as_ref()).collect::<Vec<_>>()
    };
    let queue = work.queue.get_value();
    let wanted = match queue.as_str() {
        "bad_email" => named(&["emails"]),
        "bad_phone" => named(&["phones"]),
        "overdue" => named(&["close_date"]),
        "no_owner" => named(&["owner_id"]),
        which => {
            let names: Vec<&str> = asked.iter().map(String::as_str).collect();
            let mut all = named(&names);
            all.retain(|name| which == "stale" || is_empty(record, name));
            all
        }
    };
    let open = |name: &&str| {
        object
            .field(name)
            .is_some_and(|field| field.write == Write::Always)
    };
    wanted.into_iter().filter(open).collect()
}

fn is_empty(record: &Record, name: &str) -> bool {
    record.text(name).is_none() && record.integer(name).is_none() && record.items(name).is_empty()
}

/// The form, and the way on.
#[component]
pub fn WorkForm(work: Work, record: Record) -> impl IntoView {
    let (object, toasts) = (work.object, use_toasts());
    let fields = fields(work, &record);
    let href = page_path(object, record.id());
    let (id, version, name) = (
        record.id().to_owned(),
        record.version(),
        record.title(object),
    );
    let changed = record.text("updated_at").map(str::to_owned);
    let draft = Draft::of(&record);
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let saved = (id.clone(), name.clone());
    let save = move || {
        let changes = draft.changes();
        if changes.is_empty() {
            return work.next();
        }
        let (id, name) = saved.clone();
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let answer = store::patch(work.api, object, &id, version, changes).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    toasts.ok(k::quality::saved(&name));
                    work.next();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let confirm = move |()| {
        let note = Document::from_iter([
            ("kind".to_owned(), "note".into()),
            ("subject".to_owned(), k::quality::STILL_RIGHT.get().into()),
            (format!("{}_id", object.name), id.clone().into()),
        ]);
        busy.set(true);
        spawn_local(async move {
            let answer = store::create(work.api, &activity::OBJECT, note).await;
            busy.try_set(false);
            match answer {
                Ok(_) => work.next(),
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    let stale = work.queue.with_value(|queue| queue == "stale");
    view! {
        <form class="stack quality-form" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <h2><a href=href>{name}</a></h2>
            <p class="hint">{move || changed.as_deref().map(|at| format!("{}: {}", labels::field(object, "updated_at"), instant::shown(at)))}</p>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <RecordForm object fields draft errors/>
            <div class="row-end quality-actions">
                <Button label=k::quality::SKIP on_press=move |()| work.next()/>
                {stale.then(|| view! { <Button label=k::quality::STILL_RIGHT on_press=confirm busy/> })}
                <Button label=k::quality::SAVE_NEXT variant=Variant::Primary submit=true busy/>
            </div>
        </form>
    }
}
