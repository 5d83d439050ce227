//! The frame of pages of records that have parts instead of a timeline: bar, facts, parts, what belongs to it.

use leptos::prelude::*;

use super::access::AccessButton;
use super::attached::{Comments, Files, Follow};
use super::facts::Facts;
use super::live::Live;
use super::page::may_edit;
use crate::frame::PageBar;
use crate::i18n::{Key, k};
use crate::ui::feedback::ErrorState;
use crate::ui::icon::{self, Glyph};
use crate::ui::tabs::{Tab, Tabs};

const TABS: [&str; 3] = ["timeline", "facts", "related"];

/// A page of a product or quote.
#[component]
pub fn PartPage(
    /// The record.
    live: Live,
    /// Name and address of the list it belongs to.
    list: (Key, &'static str),
    /// What its parts are called.
    parts: Key,
    /// Behind the heading.
    #[prop(into)]
    marks: ViewFn,
    /// Buttons of the bar.
    #[prop(into)]
    actions: ViewFn,
    /// Its parts.
    #[prop(into)]
    middle: ViewFn,
    /// What belongs to it.
    #[prop(into)]
    related: ViewFn,
) -> impl IntoView {
    let may_edit = may_edit(live.object);
    let tab = RwSignal::new("timeline".to_owned());
    let title = move || live.with(|record| record.title(live.object));
    let tabs = move || {
        [parts, k::record::FACTS, k::record::RELATED]
            .into_iter()
            .zip(TABS)
            .map(|(label, id)| Tab::new(id, label))
            .collect::<Vec<_>>()
    };
    let past = move || format!("/app/history/{}/{}", live.object.name, live.id());
    let trail = (list.0.into(), list.1);
    let page = move || {
        view! {
            <div class="record-tabs">
                <Tabs label=k::record::PARTS tabs=Signal::derive(tabs) current=tab on_choose=move |id| tab.set(id)/>
            </div>
            <div class="record" data-tab=tab>
                <section class="record-facts" id="record-facts" tabindex="-1" aria-label=k::record::FACTS>
                    <Facts live may_edit/>
                    <p><a class="btn quiet small" href=past><Glyph icon=icon::HISTORY/><span class="btn-label">{k::history::TITLE}</span></a></p>
                </section>
                <section class="record-middle" id="record-timeline" tabindex="-1" aria-label=parts>{middle.run()}</section>
                <section class="record-related" id="record-related" tabindex="-1" aria-label=k::record::RELATED>
                    {related.run()}
                    <Comments live may_edit/>
                    <Files live may_edit/>
                </section>
            </div>
        }
    };
    let body = move || match live.failure() {
        Some(error) => {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| live.refresh()/> }.into_any()
        }
        None => page.clone()().into_any(),
    };
    view! {
        <PageBar title trail marks>
            <span class="record-actions">
                <Follow live/>
                <AccessButton live/>
                {actions.run()}
            </span>
        </PageBar>
        {body}
    }
}
