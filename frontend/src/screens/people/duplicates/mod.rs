//! People and companies that are there twice: the queue of pairs, and making two records one.

mod merge;
mod model;
mod pairs;
mod scan;
mod side;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use relasi_domain::identity::access::Action;
use relasi_domain::people::{company, contact};
use relasi_domain::record::Object;
use relasi_domain::sales::lead;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::k;
use crate::records::fields::is_shown;
use crate::records::labels;
use crate::screens::settings::rights::may;
use crate::ui::button::{Button, Variant};
use crate::ui::icon;
use crate::ui::tabs::{Segmented, Tab, Tabs};
pub use merge::MergePage;
use pairs::{Queue, QueueList};
use scan::{Scan, ScanLine};

/// The objects whose records are compared.
static KINDS: [&Object; 3] = [&contact::OBJECT, &company::OBJECT, &lead::OBJECT];

/// The object of this name; contacts for others.
fn kind(name: &str) -> &'static Object {
    KINDS
        .into_iter()
        .find(|object| object.name == name)
        .unwrap_or(KINDS[0])
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
struct Summary {
    contact: i64,
    company: i64,
    lead: i64,
}

/// `/app/quality/duplicates?object=&state=`: pairs to decide about, the likest first.
#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let (query, navigate, api) = (use_query_map(), use_navigate(), use_api());
    let object =
        Memo::new(move |_| query.with(|q| kind(&q.get("object").unwrap_or_default()).name));
    let state = RwSignal::new("open".to_owned());
    Effect::new(move |_| {
        let asked = query.with(|q| q.get("state"));
        state.set(
            asked
                .filter(|asked| asked == "not_same")
                .unwrap_or_else(|| "open".to_owned()),
        );
    });
    let go = Callback::new(move |(object, state): (String, String)| {
        let mark = if state == "open" {
            String::new()
        } else {
            format!("&state={state}")
        };
        navigate(
            &format!("/app/quality/duplicates?object={object}{mark}"),
            NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            },
        );
    });
    let summary = RwSignal::new(None::<Summary>);
    let count = Callback::new(move |()| {
        spawn_local(async move {
            let answer = api
                .get("/duplicates/summary")
                .await
                .and_then(Reply::read::<Summary>);
            // The numbers are an extra: the lists say what there is.
            if let Ok(answer) = answer {
                _ = summary.try_set(Some(answer));
            }
        });
    });
    let queue = Queue::new(object.into(), state.into(), count);
    Effect::new(move |_| {
        object.track();
        state.track();
        queue.load(false);
    });
    count.run(());
    let scan = Scan::new(
        api,
        Callback::new(move |()| {
            queue.load(false);
            count.run(());
        }),
    );
    let allowed = may(Action::Import);
    let tabs = Signal::derive(move || {
        let counts = summary.get();
        let shown = KINDS.into_iter().filter(|object| is_shown(object));
        shown
            .map(|object| {
                let tab = Tab::new(object.name, move || labels::many(object));
                match counts {
                    Some(of) if object.name == "contact" => tab.count(of.contact),
                    Some(of) if object.name == "lead" => tab.count(of.lead),
                    Some(of) => tab.count(of.company),
                    None => tab,
                }
            })
            .collect()
    });
    let states = Signal::derive(|| {
        vec![
            Tab::new("open", k::duplicates::OPEN),
            Tab::new("not_same", k::duplicates::NOT_SAME_STATE),
        ]
    });
    view! {
        <PageBar title=k::duplicates::TITLE trail=(k::quality::TITLE.into(), "/app/quality")>
            <Show when=move || allowed.get()>
                <Button label=k::duplicates::SCAN icon=icon::SEARCH variant=Variant::Primary busy=scan.running()
                    on_press=move |()| scan.begin(object.get_untracked())/>
            </Show>
        </PageBar>
        <div class="view-tabs"><Tabs label=k::duplicates::TITLE tabs current=Signal::derive(move || object.get().to_owned())
            on_choose=move |name: String| go.run((name, "open".to_owned()))/></div>
        <div class="page-body duplicates">
            <ScanLine scan object=object.into() allowed/>
            <Segmented label=k::duplicates::STATE items=states current=state
                on_choose=move |chosen: String| go.run((object.get_untracked().to_owned(), chosen))/>
            <QueueList queue/>
        </div>
    }
}
