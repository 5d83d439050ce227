//! The dialog of an action: how many records it concerns, what it needs to know.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::super::store::Count;
use super::Bulk;
use super::forms::Inputs;
use super::model::Action;
use super::words::{action_name, many};
use crate::api::FormErrors;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::feedback::Skeleton;
use crate::ui::tag::Tone;

/// Shown while an action is asked for.
#[component]
pub fn BulkDialog(bulk: Bulk) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(bulk.ask.with(Option::is_some)));
    let close = move |()| {
        bulk.ask.set(None);
        // What was asked for a whole list from its menu is over with it.
        if bulk.selected.with_untracked(BTreeSet::is_empty) {
            bulk.all.set(false);
        }
    };
    let title = move || {
        let action = bulk.ask.get();
        action.map_or("", |action| action_name(action).get())
    };
    view! {
        <Modal open title=title on_close=close>
            {move || bulk.ask.get().map(|action| view! { <Ask bulk action/> })}
        </Modal>
    }
}

/// Whom it would concern: all that match, and those that one may do it to.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Concerned {
    matched: Count,
    permitted: Count,
}

impl Concerned {
    /// All that match, and nothing in the way.
    fn all(matched: Count) -> Self {
        Self {
            matched,
            permitted: matched,
        }
    }

    fn read(body: &Value) -> Option<Self> {
        let count = |name: &str| serde_json::from_value(body[name].clone()).ok();
        Some(Self {
            matched: count("matched")?,
            permitted: count("permitted")?,
        })
    }

    /// In a sentence; tracked.
    fn words(self, action: Action) -> String {
        let (all, mine) = (many(self.matched), many(self.permitted));
        if self.matched.count == 0 {
            k::bulk::NONE_FOUND.get().to_owned()
        } else if self.matched == self.permitted {
            match action {
                Action::Export => k::bulk::concerns_export(&all),
                Action::CallList => k::bulk::concerns_call_list(&all),
                Action::Delete => k::bulk::concerns_delete(&all),
                _ => k::bulk::concerns(&all),
            }
        } else {
            k::bulk::concerns_some(&mine, &all)
        }
    }
}

#[component]
fn Ask(bulk: Bulk, action: Action) -> impl IntoView {
    let errors = FormErrors::default();
    let concerned = RwSignal::new(None::<Concerned>);
    let busy = RwSignal::new(false);
    let parameters = RwSignal::new(None::<Value>);
    if action == Action::CallList {
        // Whoever is seen may be called.
        concerned.set(untrack(|| bulk.chosen()).map(Concerned::all));
    } else {
        spawn_local(async move {
            match bulk.preview(action).await {
                Ok(body) => _ = concerned.try_set(Concerned::read(&body)),
                Err(error) => errors.show(&error),
            }
        });
    }
    let run = move || {
        let Some(parameters) = parameters.get_untracked() else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        spawn_local(async move {
            let started = bulk.start(action, parameters).await;
            let _ = busy.try_set(false);
            if let Err(error) = started {
                errors.show(&error);
            }
        });
    };
    let form = NodeRef::<leptos::html::Form>::new();
    form.on_load(|form| {
        request_animation_frame(move || {
            let first = form.query_selector("input, select, [type=submit]");
            let first = first.ok().flatten();
            if let Some(control) = first.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
                // Only fails for detached elements.
                let _ = control.focus();
            }
        });
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        run();
    };
    let disabled = Signal::derive(move || {
        let nobody = concerned
            .get()
            .is_some_and(|concerned| concerned.permitted.count == 0);
        let reason = if nobody {
            k::bulk::NOBODY
        } else if parameters.with(Option::is_none) {
            k::bulk::INCOMPLETE
        } else {
            return None;
        };
        Some(reason.get().to_owned())
    });
    let variant = if action == Action::Delete {
        Variant::Danger
    } else {
        Variant::Primary
    };
    view! {
        <form node_ref=form class="stack" on:submit=submit novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <div role="status">
                {move || match concerned.get() {
                    None => view! { <Skeleton lines=1/> }.into_any(),
                    Some(concerned) => view! {
                        <p>{move || concerned.words(action)}</p>
                        {(concerned.matched != concerned.permitted).then(|| view! { <Banner inline=true text=k::bulk::NOT_YOURS tone=Tone::Warn/> })}
                    }.into_any(),
                }}
            </div>
            <Inputs bulk action parameters errors/>
            <div class="row-end">
                <Button label=k::common::CANCEL variant=Variant::Quiet on_press=move |()| bulk.ask.set(None)/>
                <Button label=action_name(action) variant submit=true busy disabled/>
            </div>
        </form>
    }
}
