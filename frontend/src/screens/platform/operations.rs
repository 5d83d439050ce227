//! Work on many records that is over: what came of it, the way back, its files.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{ApiError, use_api};
use crate::i18n::k;
use crate::records::bulk::{
    self, Operation, action_name, operations, outcome, save_export, save_refused,
};
use crate::records::people::use_people;
use crate::records::{instant, labels};
use crate::ui::button::{Button, Size};
use crate::ui::icon;
use crate::ui::toast::use_toasts;

/// The newest operations that are over; nothing when there are none.
#[component]
pub fn Operations(
    /// Ids of the jobs that run; when one ends, the list is asked for again.
    running: Memo<Vec<String>>,
    /// An undo was started.
    #[prop(into)]
    on_start: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let over = RwSignal::new(Vec::<Operation>::new());
    Effect::new(move |_| {
        running.track();
        spawn_local(async move {
            // Without an answer the rest of the page says what is wrong.
            if let Ok(mut all) = operations(api).await {
                all.retain(|operation| !operation.is_busy());
                let _ = over.try_set(all);
            }
        });
    });
    view! {
        <Show when=move || over.with(|all| !all.is_empty())>
            <section class="stack">
                <h2>{k::jobs::BULK}</h2>
                <div class="scroll-x" tabindex="0" role="region" aria-label=k::jobs::BULK>
                    <table class="plain-table">
                        <thead><tr>
                            <th scope="col">{k::jobs::WHAT}</th><th scope="col">{k::jobs::OUTCOME}</th>
                            <th scope="col">{k::jobs::STARTED}</th><th scope="col">{k::jobs::BY}</th>
                            <th scope="col"><span class="hidden-visually">{k::common::MORE_ACTIONS}</span></th>
                        </tr></thead>
                        <tbody>
                            <For each=move || over.get() key=|one| (one.id.clone(), one.state.clone()) let:operation>
                                <Line operation on_start/>
                            </For>
                        </tbody>
                    </table>
                </div>
            </section>
        </Show>
    }
}

#[component]
fn Line(operation: Operation, on_start: Callback<()>) -> impl IntoView {
    let (api, toasts, people) = (use_api(), use_toasts(), use_people());
    let mine = api.session().with_untracked(|s| {
        s.as_ref()
            .is_some_and(|s| s.user.id == operation.created_by)
    });
    let told = move |answer: Result<(), ApiError>| {
        if let Err(error) = answer {
            toasts.bad(error.text());
        }
    };
    let (file, refused) = (operation.has_file() && mine, operation.counts.refused > 0);
    let undoable = operation.undo_until.is_some();
    let operation = StoredValue::new(operation);
    let fetch = move |()| {
        spawn_local(async move { told(save_export(api, &operation.get_value()).await) });
    };
    let reasons = move |()| {
        spawn_local(async move { told(save_refused(api, &operation.get_value()).await) });
    };
    let undo = move |()| {
        spawn_local(async move {
            match bulk::undo(api, &operation.get_value().id).await {
                Ok(_) => _ = on_start.try_run(()),
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    let what = move || {
        operation.with_value(|one| {
            let object = relasi_domain::object(&one.object).map(labels::many);
            format!(
                "{} · {}",
                action_name(one.action).get(),
                object.unwrap_or_default()
            )
        })
    };
    view! {
        <tr>
            <td>{what}</td>
            <td>{move || operation.with_value(outcome)}</td>
            <td class="nowrap">{move || operation.with_value(|one| instant::shown(&one.created_at))}</td>
            <td>{move || operation.with_value(|one| people.name(&one.created_by))}</td>
            <td><div class="row">
                {file.then(|| view! { <Button label=k::bulk::DOWNLOAD size=Size::Small icon=icon::DOWNLOAD on_press=fetch/> })}
                {refused.then(|| view! { <Button label=k::bulk::REASONS size=Size::Small icon=icon::FILE_TEXT on_press=reasons/> })}
                {undoable.then(|| view! { <Button label=k::common::UNDO size=Size::Small icon=icon::UNDO_2 on_press=undo/> })}
            </div></td>
        </tr>
    }
}
