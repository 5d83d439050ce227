//! How good the records are: scores, what there is to do, reviews.

mod audit;
mod audits;
mod finding;
mod finding_form;
mod measuring;
mod model;
mod object_card;
mod step;
mod trend;
mod work;
mod work_form;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use wasm_bindgen_futures::spawn_local;

pub use audit::AuditPage;
pub use work::WorkPage;

use self::{audits::Audits, measuring::Measuring, object_card::ObjectCard};
use crate::api::{ApiError, Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::k;
use crate::records::fields::is_shown;
use crate::screens::settings::rights::may;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{ErrorState, JobCard, Skeleton};
use crate::ui::icon;
use model::Quality;

/// `/app/quality`.
#[component]
pub fn QualityPage() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Quality, ApiError>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let answer = api.get("/quality").await.and_then(Reply::read);
            let _ = found.try_set(Some(answer));
        });
    });
    load.run(());
    let measuring = Measuring::new(load);
    Effect::new(move |_| {
        let job = found.with(|found| found.as_ref()?.as_ref().ok()?.job_id.clone());
        if let Some(job) = job {
            measuring.watch(job);
        }
    });
    let allowed = may(Action::Import);
    let body = move || match found.get() {
        None => view! { <Skeleton lines=8/> }.into_any(),
        Some(Err(error)) => view! { <ErrorState text=error.text() on_retry=load/> }.into_any(),
        Some(Ok(quality)) => {
            let of_shown =
                |name: &str| relasi_domain::object(name).filter(|object| is_shown(object));
            let cards = quality.objects.into_iter().filter_map(|one| {
                let object = of_shown(&one.object)?;
                Some(view! { <ObjectCard object one/> })
            });
            view! { <div class="quality-objects">{cards.collect_view()}</div> }.into_any()
        }
    };
    view! {
        <PageBar title=k::quality::TITLE>
            <a class="btn plain medium" href="/app/settings/quality">{k::place::SETTINGS}</a>
            <Show when=move || allowed.get()>
                <Button label=k::quality::MEASURE icon=icon::REFRESH_CW variant=Variant::Primary busy=measuring.running()
                    on_press=move |()| measuring.begin()/>
            </Show>
        </PageBar>
        <div class="page-body quality">
            <p class="secondary">{k::quality::TEXT}</p>
            <Show when=move || measuring.running().get()>
                <JobCard title=k::quality::MEASURING done=measuring.done() total=Signal::stored(None)/>
            </Show>
            {body}
            <Audits/>
        </div>
    }
}
