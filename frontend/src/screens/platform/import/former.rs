//! The imports so far.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::model::{self, Counts, Import};
use crate::api::use_api;
use crate::i18n::{k, number};
use crate::records::people::use_people;
use crate::records::{instant, labels};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::tag::Tag;

/// Newest first, each a link to its page.
#[component]
pub fn FormerImports() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Vec<Import>, String>>);
    let load = move || {
        spawn_local(async move {
            let answer = model::list(api).await.map_err(|error| error.text());
            let _ = found.try_set(Some(answer));
        });
    };
    load();
    view! {
        <section class="stack">
            <h2>{k::import::FORMER}</h2>
            {move || match found.get() {
                None => view! { <Skeleton lines=3/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
                Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::import::FORMER_NONE}</p> }.into_any(),
                Some(Ok(all)) => view! { <FormerTable all/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn FormerTable(all: Vec<Import>) -> impl IntoView {
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label=k::import::FORMER>
            <table class="plain-table">
                <thead><tr>
                    <th scope="col">{k::import::FILE}</th><th scope="col">{k::import::BECOMES}</th>
                    <th scope="col">{k::import::STATE}</th><th scope="col">{k::import::RESULT}</th>
                    <th scope="col">{k::import::WHEN}</th><th scope="col">{k::import::BY}</th>
                </tr></thead>
                <tbody>{all.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn line(import: Import) -> impl IntoView {
    let people = use_people();
    let target = import.target();
    let (label, tone) = import.state.shown();
    let Import {
        id,
        file_name,
        counts,
        created_at,
        created_by,
        ..
    } = import;
    view! {
        <tr>
            <td><a href=format!("/app/import/{id}")>{file_name}</a></td>
            <td>{move || labels::many(target)}</td>
            <td><Tag label tone/></td>
            <td>{move || counts.as_ref().map(result)}</td>
            <td class="nowrap">{move || instant::shown(&created_at)}</td>
            <td>{move || people.name(&created_by)}</td>
        </tr>
    }
}

fn result(counts: &Counts) -> String {
    let (created, updated, rejected) = (
        number(counts.created),
        number(counts.updated),
        number(counts.rejected),
    );
    k::import::result_line(&created, &rejected, &updated)
}
