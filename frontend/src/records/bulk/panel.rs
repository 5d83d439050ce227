//! The bar over a list, the progress, and what came of it.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen_futures::spawn_local;

use super::Bulk;
use super::dialog::BulkDialog;
use super::model::{Action, Work, save_export, save_refused};
use super::words::{action_name, many, outcome};
use crate::api::ApiError;
use crate::i18n::k;
use crate::records::alike::is_compared;
use crate::ui::button::{Button, CloseButton, Size, Variant};
use crate::ui::feedback::JobCard;
use crate::ui::icon::{self, Icon};

/// Everything of [`Bulk`] that is on the screen.
#[component]
pub fn Panel(bulk: Bulk) -> impl IntoView {
    let busy = Memo::new(move |_| {
        bulk.work
            .with(|work| work.as_ref().map(|work| work.operation.is_busy()))
    });
    view! {
        <BulkDialog bulk/>
        {move || match busy.get() {
            Some(true) => view! { <Progress bulk/> }.into_any(),
            Some(false) => view! { <Ended bulk/> }.into_any(),
            None => view! { <Bar bulk/> }.into_any(),
        }}
    }
}

const fn drawing(action: Action) -> Option<Icon> {
    match action {
        Action::Edit => Some(icon::PENCIL),
        Action::Export => Some(icon::DOWNLOAD),
        Action::Delete => Some(icon::TRASH_2),
        Action::Restore => Some(icon::ARCHIVE_RESTORE),
        Action::CallList => Some(icon::PHONE),
        Action::Owner | Action::Tag | Action::Stage | Action::Reason => None,
    }
}

const fn key_of(action: Action) -> Option<&'static str> {
    match action {
        Action::Owner => Some("O"),
        Action::Tag => Some("#"),
        Action::Restore => Some("R"),
        _ => None,
    }
}

/// What can be done to the selected rows, or to all that match.
#[component]
fn Bar(bulk: Bulk) -> impl IntoView {
    let shown = Memo::new(move |_| bulk.chosen().is_some());
    let words = move || {
        let chosen = bulk.chosen();
        match chosen.filter(|_| bulk.all.get()) {
            Some(count) => k::bulk::all_selected(&many(count)),
            None => k::common::selected(chosen.map_or(0, |chosen| chosen.count)),
        }
    };
    let more = move || {
        let selected = i64::try_from(bulk.selected.with(BTreeSet::len)).unwrap_or(i64::MAX);
        let count = bulk.list.count.get().filter(|_| !bulk.all.get())?;
        (count.count > selected || count.capped).then(|| k::bulk::select_all(&many(count)))
    };
    let clear = move |()| {
        bulk.all.set(false);
        bulk.selected.update(BTreeSet::clear);
    };
    let button = move |action: Action| {
        let variant = if action == Action::Delete {
            Variant::Danger
        } else {
            Variant::Plain
        };
        let press = move |()| bulk.ask.set(Some(action));
        let (icon, key) = (drawing(action), key_of(action));
        match (icon, key) {
            (Some(icon), Some(key_hint)) => view! { <Button label=action_name(action) size=Size::Small variant icon key_hint on_press=press/> }.into_any(),
            (Some(icon), None) => view! { <Button label=action_name(action) size=Size::Small variant icon on_press=press/> }.into_any(),
            (None, Some(key_hint)) => view! { <Button label=action_name(action) size=Size::Small variant key_hint on_press=press/> }.into_any(),
            (None, None) => view! { <Button label=action_name(action) size=Size::Small variant on_press=press/> }.into_any(),
        }
    };
    let actions = move || {
        let object = bulk.object.get();
        let fit = bulk.list.actions.iter().filter(|one| one.suits(object));
        fit.map(|action| button(*action)).collect_view()
    };
    view! {
        <Show when=move || shown.get()>
            <div class="bulk" role="toolbar" aria-label=words>
                <strong>{words}</strong>
                {move || more().map(|label| view! {
                    <Button label size=Size::Small variant=Variant::Quiet on_press=move |()| bulk.all.set(true)/>
                })}
                {actions}
                <Merge bulk/>
                <Button label=k::common::CLEAR size=Size::Small variant=Variant::Quiet key_hint="Esc" on_press=clear/>
            </div>
        </Show>
    }
}

/// Two records that may be one.
#[component]
fn Merge(bulk: Bulk) -> impl IntoView {
    let navigate = use_navigate();
    let merge = Callback::new(move |()| {
        let ids: Vec<String> = bulk.selected.get_untracked().into_iter().collect();
        if let [one, other] = ids.as_slice() {
            let object = bulk.object.get_untracked();
            let path = format!("/app/quality/merge/{}/{one}/{other}", object.name);
            navigate(&path, NavigateOptions::default());
        }
    });
    let fits = move || {
        let two = bulk.selected.with(BTreeSet::len) == 2 && !bulk.all.get();
        two && bulk.list.actions.contains(&Action::Edit) && is_compared(bulk.object.get())
    };
    view! {
        <Show when=fits>
            <Button label=k::duplicates::MERGE size=Size::Small icon=icon::MERGE on_press=move |()| merge.run(())/>
        </Show>
    }
}

#[component]
fn Progress(bulk: Bulk) -> impl IntoView {
    let of = move |read: fn(&Work) -> i64| {
        bulk.work
            .with(|work| work.as_ref().map(read))
            .unwrap_or_default()
    };
    let title = move || {
        bulk.work.with(|work| {
            work.as_ref().map(|work| {
                let name = action_name(work.operation.action).get();
                if work.operation.state == "undoing" {
                    k::bulk::undoing(name)
                } else {
                    name.to_owned()
                }
            })
        })
    };
    let done = Signal::derive(move || of(|work| work.done));
    let total = Signal::derive(move || Some(of(|work| work.total)).filter(|total| *total > 0));
    view! {
        <div class="bulk progress" role="status">
            <JobCard title=move || title().unwrap_or_default() done total on_cancel=move |()| bulk.stop()/>
        </div>
    }
}

/// Counts, the way back, the files.
#[component]
fn Ended(bulk: Bulk) -> impl IntoView {
    let operation = bulk
        .work
        .with_untracked(|work| work.as_ref().map(|work| work.operation.clone()));
    let operation = operation.map(|operation| {
        let text = {
            let operation = operation.clone();
            move || outcome(&operation)
        };
        let (file, refused) = (operation.has_file(), operation.counts.refused > 0);
        let undoable = operation.undo_until.is_some();
        let id = operation.id.clone();
        let operation = StoredValue::new(operation);
        let told = move |answer: Result<(), ApiError>| {
            if let Err(error) = answer {
                bulk.toasts.bad(error.text());
            }
        };
        let fetch = move |()| {
            spawn_local(async move { told(save_export(bulk.api, &operation.get_value()).await) });
        };
        let reasons = move |()| {
            spawn_local(async move { told(save_refused(bulk.api, &operation.get_value()).await) });
        };
        view! {
            <p>{text}</p>
            <div class="row">
                {file.then(|| view! { <Button label=k::bulk::DOWNLOAD size=Size::Small variant=Variant::Primary icon=icon::DOWNLOAD on_press=fetch/> })}
                {refused.then(|| view! { <Button label=k::bulk::REASONS size=Size::Small icon=icon::FILE_TEXT on_press=reasons/> })}
                {undoable.then(|| view! { <Button label=k::common::UNDO size=Size::Small icon=icon::UNDO_2 on_press=move |()| bulk.undo(id.clone())/> })}
                <span class="spacer"></span>
                <CloseButton label=k::common::DISMISS on_press=move |()| bulk.work.set(None)/>
            </div>
        }
    });
    view! { <div class="bulk ended" role="status">{operation}</div> }
}
