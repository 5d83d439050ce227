//! The first steps of a team. They tick themselves: each asks the server whether it is done.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::interaction::activity;
use relasi_domain::people::contact;
use relasi_domain::record::Object;
use relasi_domain::sales::{deal, pipeline, stage};
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, use_api};
use crate::i18n::{Key, k, number};
use crate::records::{Query, store};
use crate::storage;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon::{self, Glyph};

const HIDDEN: &str = "relasi.first-steps-hidden";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Contact,
    Import,
    Deal,
    Activity,
    Invite,
    Pipeline,
}

impl Step {
    const ALL: [Self; 6] = [
        Self::Import,
        Self::Contact,
        Self::Pipeline,
        Self::Deal,
        Self::Activity,
        Self::Invite,
    ];

    const fn label(self) -> Key {
        match self {
            Self::Contact => k::home::STEP_CONTACT,
            Self::Import => k::home::STEP_IMPORT,
            Self::Deal => k::home::STEP_DEAL,
            Self::Activity => k::home::STEP_TASK,
            Self::Invite => k::home::STEP_INVITE,
            Self::Pipeline => k::home::STEP_PIPELINE,
        }
    }

    const fn href(self) -> &'static str {
        match self {
            Self::Contact => "/app/contacts?new=1",
            Self::Import => "/app/import",
            Self::Deal => "/app/deals?layout=board&new=1",
            Self::Activity => "/app/tasks?new=1",
            Self::Invite => "/app/settings/members",
            Self::Pipeline => "/app/settings/pipelines",
        }
    }

    async fn is_done(self, api: Api) -> bool {
        match self {
            Self::Contact => made_by_hand(api, &contact::OBJECT).await,
            Self::Deal => made_by_hand(api, &deal::OBJECT).await,
            Self::Activity => made_by_hand(api, &activity::OBJECT).await,
            Self::Import => any(api, "/imports?limit=1", 1).await,
            Self::Invite => any(api, "/members", 2).await || any(api, "/invitations", 1).await,
            Self::Pipeline => {
                changed(api, &stage::OBJECT).await || changed(api, &pipeline::OBJECT).await
            }
        }
    }
}

/// Sample data and imports carry an import id.
async fn made_by_hand(api: Api, object: &Object) -> bool {
    let query = Query {
        filter: "import_id is empty".to_owned(),
        ..Query::default()
    };
    store::count(api, object, &query)
        .await
        .is_ok_and(|found| found.count > 0)
}

async fn any(api: Api, path: &str, least: usize) -> bool {
    let answer = api.get(path).await;
    answer.is_ok_and(|answer| {
        answer.body["items"]
            .as_array()
            .is_some_and(|items| items.len() >= least)
    })
}

/// Set-up makes the first pipeline; somebody has looked after it when something there has a second version.
async fn changed(api: Api, object: &Object) -> bool {
    let query = Query {
        limit: 200,
        ..Query::default()
    };
    let page = store::list(api, object, &query).await;
    page.is_ok_and(|page| page.items.iter().any(|record| record.version() > 1))
}

/// The list with its bar; goes away when all is done or when the person hides it.
#[component]
pub fn FirstSteps() -> impl IntoView {
    let api = use_api();
    let hidden = RwSignal::new(storage::read(HIDDEN).is_some());
    let done = RwSignal::new(None::<Vec<bool>>);
    if !hidden.get_untracked() {
        spawn_local(async move {
            let answers =
                futures_util::future::join_all(Step::ALL.map(|step| step.is_done(api))).await;
            // The page may have been left.
            _ = done.try_set(Some(answers));
        });
    }
    let may_invite = api.session().with_untracked(|s| {
        s.as_ref()
            .is_some_and(|s| s.may(Action::Members) && s.may(Action::Settings))
    });
    let steps = move || {
        let all = Step::ALL.into_iter().zip(done.get().unwrap_or_default());
        all.filter(|(step, _)| may_invite || !matches!(step, Step::Invite | Step::Pipeline))
            .collect::<Vec<_>>()
    };
    let hide = move |()| {
        storage::write(HIDDEN, "1");
        hidden.set(true);
    };
    let line = |(step, done): (Step, bool)| {
        let mark = if done {
            icon::CIRCLE_CHECK
        } else {
            icon::CIRCLE
        };
        let state = if done {
            k::common::DONE
        } else {
            k::home::STEP_OPEN
        };
        view! {
            <li class:done=done>
                <a href=step.href()><Glyph icon=mark/><span>{step.label()}</span><span class="hidden-visually">{state}</span></a>
            </li>
        }
    };
    move || {
        let steps = steps();
        let (all, finished) = (steps.len(), steps.iter().filter(|(_, done)| *done).count());
        let shown = !hidden.get() && finished < all;
        let figure = |n: usize| number(i64::try_from(n).unwrap_or_default());
        shown.then(|| view! {
            <section class="panel first-steps" aria-labelledby="first-steps">
                <header class="row">
                    <h2 id="first-steps">{k::home::FIRST_STEPS}</h2>
                    <span class="secondary">{k::home::steps_done(&figure(all), &figure(finished))}</span>
                    <span class="spacer"></span>
                    <Button label=k::common::HIDE size=Size::Small variant=Variant::Quiet on_press=hide/>
                </header>
                <progress max=all value=finished aria-labelledby="first-steps"></progress>
                <ol>{steps.into_iter().map(line).collect_view()}</ol>
            </section>
        })
    }
}
