//! The deals behind a figure about a stage, which no filter of the list can say.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen_futures::spawn_local;

use super::asked::Asked;
use super::model::word;
use crate::api::{Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::{k, money};
use crate::records::Record;
use crate::records::store::{Page, encode};
use crate::ui::button::Button;
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;

/// `/app/analytics/sales/rows?report=…&which=…&stage=…`.
#[component]
pub fn RowsPage() -> impl IntoView {
    let api = use_api();
    let address = use_query_map().get_untracked();
    let text = |name: &str| address.get(name).unwrap_or_default();
    let (report, which, stage) = (text("report"), text("which"), text("stage"));
    let asked = Asked::of(&address);
    let rows = RwSignal::new(Vec::<Record>::new());
    let next = RwSignal::new(None::<String>);
    let state = RwSignal::new(None::<Result<(), String>>);
    let path = format!(
        "/insight/sales/{}/rows{}&which={}&stage_id={}",
        encode(&report),
        asked.parameters("", ""),
        encode(&which),
        encode(&stage)
    );
    let load = Callback::new(move |()| {
        let path = match next.get_untracked() {
            Some(cursor) => format!("{path}&cursor={}", encode(&cursor)),
            None => path.clone(),
        };
        spawn_local(async move {
            let answer = api.get(&path).await.and_then(Reply::read::<Page>);
            let done = answer.map(|page| {
                _ = rows.try_update(|rows| rows.extend(page.items));
                _ = next.try_set(page.next_cursor);
            });
            _ = state.try_set(Some(done.map_err(|error| error.text())));
        });
    });
    load.run(());
    let line = |deal: Record| {
        let id = deal.id().to_owned();
        let name = deal.text("name").unwrap_or_default().to_owned();
        let (amount, currency) = (
            deal.integer("amount"),
            deal.text("currency").unwrap_or_default().to_owned(),
        );
        let amount = move || amount.map(|amount| money(amount, &currency));
        view! { <tr><th scope="row"><a href=format!("/app/deals/{id}")>{name}</a></th><td class="number">{amount}</td></tr> }
    };
    let body = move || {
        match state.get() {
        None => view! { <Skeleton lines=6/> }.into_any(),
        Some(Err(text)) => view! { <ErrorState text=text on_retry=load/> }.into_any(),
        Some(Ok(())) if rows.with(Vec::is_empty) => view! { <EmptyState text=k::insight::EMPTY icon=icon::CHART_COLUMN/> }.into_any(),
        Some(Ok(())) => view! {
            <table class="plain-table"><tbody>{rows.get().into_iter().map(line).collect_view()}</tbody></table>
        }.into_any(),
    }
    };
    let back = format!("/app/analytics/sales?{}", asked.query());
    view! {
        <PageBar title=move || word("report", &report)>
            <a class="btn plain medium" href=back>{k::insight::SALES}</a>
        </PageBar>
        <div class="page-body insight">
            <div class="panel">{body}</div>
            <Show when=move || next.with(Option::is_some)>
                <Button label=k::common::MORE on_press=move |()| load.run(())/>
            </Show>
        </div>
    }
}
