//! Two records side by side, and one out of them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use relasi_domain::field::{Field, Kind, Write};
use relasi_domain::record::Object;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::kind;
use super::model::{Merged, Undone};
use super::side::{FieldRow, Picks};
use crate::api::{Api, ApiError, Reply, Request, use_api};
use crate::frame::PageBar;
use crate::i18n::k;
use crate::keys::{self, Scope};
use crate::records::fields::whole;
use crate::records::refs::page_path;
use crate::records::{Record, store};
use crate::ui::accordion::Accordion;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::toast::{Toasts, use_toasts};

type Loaded = Result<[Record; 2], ApiError>;

/// `/app/quality/merge/:object/:left/:right?pair=`.
#[component]
pub fn MergePage() -> impl IntoView {
    let (params, query, api) = (use_params_map(), use_query_map(), use_api());
    let asked = Memo::new(move |_| {
        params.with(|p| ["object", "left", "right"].map(|name| p.get(name).unwrap_or_default()))
    });
    let loaded = RwSignal::new(None::<Loaded>);
    let load = move || {
        let [object, left, right] = asked.get_untracked();
        spawn_local(async move {
            let object = kind(&object);
            let both = async {
                Ok([
                    store::get(api, object, &left).await?,
                    store::get(api, object, &right).await?,
                ])
            };
            _ = loaded.try_set(Some(both.await));
        });
    };
    Effect::new(move |_| {
        asked.track();
        load();
    });
    let object = move || kind(&asked.get()[0]);
    let title = move || match loaded.get() {
        Some(Ok([left, right])) => {
            k::duplicates::merge_title(&left.title(object()), &right.title(object()))
        }
        _ => k::duplicates::MERGE.get().to_owned(),
    };
    let pair = move || query.with(|q| q.get("pair"));
    view! {
        <PageBar title trail=(k::duplicates::TITLE.into(), "/app/quality/duplicates")/>
        <div class="page-body merge">
            {move || match loaded.get() {
                None => view! { <Skeleton lines=8/> }.into_any(),
                Some(Err(error)) => view! {
                    <ErrorState text=error.text() error_id=error.id().unwrap_or_default() on_retry=move |()| load()/>
                }.into_any(),
                Some(Ok(both)) if both.iter().any(|one| one.text("deleted_at").is_some()) => view! {
                    <EmptyState text=k::duplicates::GONE icon=icon::MERGE/>
                }.into_any(),
                Some(Ok(both)) => view! { <MergeForm object=object() both pair=pair()/> }.into_any(),
            }}
        </div>
    }
}

/// Fields that a person chooses a value of.
fn fields(object: &'static Object, both: &[Record; 2]) -> Vec<&'static Field> {
    let filled = |field: &&Field| {
        both.iter().any(|one| {
            let value = one.value(&field.name);
            !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty())
        })
    };
    let chosen = |field: &&Field| field.write != Write::Never && field.name != "team_id";
    whole(object)
        .all_fields()
        .filter(chosen)
        .filter(filled)
        .collect()
}

/// How much a record says: the one with more stays, unless somebody chooses the other.
fn filled(object: &'static Object, record: &Record) -> usize {
    let has = |field: &&Field| {
        let value = record.value(&field.name);
        !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty())
    };
    whole(object).fields.iter().filter(has).count()
}

#[component]
fn MergeForm(object: &'static Object, both: [Record; 2], pair: Option<String>) -> impl IntoView {
    let (api, toasts, navigate) = (use_api(), use_toasts(), use_navigate());
    let fuller = usize::from(filled(object, &both[1]) > filled(object, &both[0]));
    let survivor = RwSignal::new(fuller);
    let picks = Picks {
        survivor,
        chosen: RwSignal::new(BTreeMap::new()),
    };
    let (same, differing): (Vec<_>, Vec<_>) = fields(object, &both)
        .into_iter()
        .partition(|field| both[0].value(&field.name) == both[1].value(&field.name));
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let records = StoredValue::new(both.clone());
    let lists: Vec<&'static str> = differing
        .iter()
        .filter(|field| matches!(field.kind, Kind::Many(_)))
        .map(|field| field.name.as_ref())
        .collect();
    let names = differing
        .iter()
        .map(|field| field.name.as_ref())
        .collect::<Vec<&'static str>>();
    let queue = pair.is_some();
    let back = Callback::new(move |record: Record| {
        let path = if queue {
            Some(format!("/app/quality/duplicates?object={}", object.name))
        } else {
            page_path(object, record.id())
        };
        navigate(&path.unwrap_or_default(), NavigateOptions::default());
    });
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let body = records.with_value(|both| order(both, picks, &names, &lists));
        let at = survivor.get_untracked();
        let kept = records.with_value(|both| both[at].clone());
        spawn_local(async move {
            let path = format!("/{}/{}/merge", object.plural, kept.id());
            let answer = Request::post(&path)
                .json(&body)
                .version(kept.version())
                .send(api)
                .await;
            let _ = busy.try_set(false);
            match answer.and_then(Reply::read::<Merged>) {
                Ok(done) => {
                    let name = done.record.title(object);
                    let id = done.merge.id.clone();
                    toasts.undoable(k::duplicates::merged(&name), move || {
                        undo(api, toasts, id.clone(), name.clone());
                    });
                    back.run(done.record);
                }
                Err(error) => _ = fault.try_set(Some(error.text())),
            }
        });
    };
    let save = Callback::new(move |()| save());
    keys::bind(Scope::Page, "Ctrl Enter", k::duplicates::MERGE, move || {
        save.run(());
    });
    let not_same = Callback::new(move |id: String| {
        spawn_local(async move {
            match Request::post(&format!("/duplicates/{id}/not-same"))
                .send(api)
                .await
            {
                Ok(_) => back.run(Record::default()),
                Err(error) => _ = fault.try_set(Some(error.text())),
            }
        });
    });
    let row = move |field: &'static Field| view! { <FieldRow object field records picks/> };
    let agreed =
        move |field: &'static Field| view! { <FieldRow object field records picks agreed=true/> };
    let count = i64::try_from(same.len()).ok();
    view! {
        <p class="secondary">{k::duplicates::GOES}</p>
        {move || fault.get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
        <div class="merge-table">
            <Heads object records picks/>
            {differing.into_iter().map(row).collect_view()}
        </div>
        <Accordion title=k::duplicates::SAME_FIELDS count=Signal::stored(count)>
            <div class="merge-table">{same.into_iter().map(agreed).collect_view()}</div>
        </Accordion>
        <div class="row-end merge-foot">
            {pair.map(|id| view! { <Button label=k::duplicates::NOT_SAME on_press=move |()| not_same.run(id.clone())/> })}
            <Button label=k::duplicates::MERGE icon=icon::MERGE variant=Variant::Primary busy key_hint="Ctrl Enter" on_press=move |()| save.run(())/>
        </div>
    }
}

/// The body of the merge: what was chosen where the records differ.
fn order(
    both: &[Record; 2],
    picks: Picks,
    names: &[&'static str],
    lists: &[&'static str],
) -> serde_json::Value {
    let survivor = picks.survivor.get_untracked();
    let loser = &both[1 - survivor];
    let chosen = names.iter().map(|name| {
        let pick = untrack(|| picks.of(name, lists.contains(name), both));
        let word = match pick {
            None => "both",
            Some(side) if side == survivor => "survivor",
            Some(_) => "loser",
        };
        ((*name).to_owned(), json!(word))
    });
    let chosen: serde_json::Map<_, _> = chosen.collect();
    json!({"loser_id": loser.id(), "loser_version": loser.version(), "fields": chosen})
}

/// Takes a merge back, wherever the person is by now.
fn undo(api: Api, toasts: Toasts, id: String, name: String) {
    spawn_local(async move {
        let answer = Request::post(&format!("/merges/{id}/undo")).send(api).await;
        match answer.and_then(Reply::read::<Undone>) {
            Ok(undone) if undone.left.is_empty() => toasts.ok(k::duplicates::unmerged(&name)),
            Ok(undone) => {
                let count = i64::try_from(undone.left.len()).unwrap_or(i64::MAX);
                toasts.ok(format!(
                    "{}. {}",
                    k::duplicates::unmerged(&name),
                    k::duplicates::left(count)
                ));
            }
            Err(error) => toasts.bad(error.text()),
        }
    });
}

/// Which of the two stays.
#[component]
fn Heads(
    object: &'static Object,
    records: StoredValue<[Record; 2]>,
    picks: Picks,
) -> impl IntoView {
    let head = move |side: usize| {
        let (title, href) = records
            .with_value(|both| (both[side].title(object), page_path(object, both[side].id())));
        view! {
            <div class="merge-head">
                <a href=href target="_blank">{title.clone()}</a>
                <label class="merge-option">
                    <input type="radio" name="survivor" prop:checked=move || picks.survivor.get() == side
                        aria-label=move || format!("{}: {title}", k::duplicates::KEEP.get())
                        on:change=move |_| picks.survivor.set(side)/>
                    <span>{k::duplicates::KEEP}</span>
                </label>
            </div>
        }
    };
    view! {
        <div class="merge-row heads" role="radiogroup" aria-label=k::duplicates::KEEPS>
            <strong class="merge-field">{k::duplicates::DIFFER}</strong>
            {head(0)}
            {head(1)}
        </div>
    }
}
