//! A new deal with the person or company of the page.

use leptos::prelude::*;
use relasi_domain::record::{Document, Object};
use relasi_domain::sales::{deal, pipeline, stage};
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use crate::api::{Api, ApiError, FormErrors, use_api};
use crate::i18n::k;
use crate::records::fields::with_required;
use crate::records::store::{self, Query, Record};
use crate::records::{Draft, RecordForm};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::toast::use_toasts;

/// The dialog. The deal begins in the first open stage of the first pipeline.
#[component]
pub fn NewDeal(
    /// The person or company it is for.
    live: Live,
    /// Shown while true.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Modal open title=k::record::NEW_DEAL><NewDealForm live open/></Modal> }
}

#[component]
fn NewDealForm(live: Live, open: RwSignal<bool>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let currency = api
        .session()
        .with_untracked(|s| s.as_ref().map(|s| s.workspace.currency.clone()));
    let mut given = Document::from_iter([
        (format!("{}_id", live.object.name), Value::from(live.id())),
        ("currency".to_owned(), currency.into()),
    ]);
    let company = untrack(|| live.with(|record| record.text("company_id").map(str::to_owned)));
    if let Some(company) = company {
        given.insert("company_id".to_owned(), company.into());
    }
    let draft = Draft::new(given);
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let save = move || {
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let made = create(api, draft.body()).await;
            busy.try_set(false);
            match made {
                Ok(made) => {
                    toasts.ok(k::record::deal_made(&made.title(&deal::OBJECT)));
                    open.try_set(false);
                    live.refresh();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=&deal::OBJECT fields=with_required(&deal::OBJECT, &["name", "amount", "close_date"]) draft errors autofocus=true/>
            <div class="row-end"><Button label=k::record::MAKE_DEAL variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

async fn create(api: Api, mut body: Document) -> Result<Record, ApiError> {
    let first = async |object: &'static Object, filter: String| {
        let query = Query {
            filter,
            sort: "position".to_owned(),
            limit: 1,
            ..Query::default()
        };
        store::list(api, object, &query)
            .await
            .map(|page| page.items.into_iter().next())
    };
    // Without a pipeline or stage the server says which field is missing.
    if let Some(pipeline) = first(&pipeline::OBJECT, String::new()).await? {
        let filter = format!("pipeline_id = \"{}\" and kind = open", pipeline.id());
        body.insert("pipeline_id".to_owned(), pipeline.id().into());
        if let Some(stage) = first(&stage::OBJECT, filter).await? {
            body.insert("stage_id".to_owned(), stage.id().into());
        }
    }
    store::create(api, &deal::OBJECT, body).await
}
