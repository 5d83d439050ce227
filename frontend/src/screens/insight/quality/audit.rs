//! A review: its steps, one after the other, and its end.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use relasi_domain::identity::access::Action;
use relasi_domain::insight::quality::OBJECTS;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{Audit, shown};
use super::step::StepCard;
use crate::api::{Api, ApiError, FormErrors, Reply, Request, use_api};
use crate::frame::PageBar;
use crate::i18n::{Day, date_long, k, local_day, number, today};
use crate::records::fields::is_shown;
use crate::records::labels;
use crate::records::people::use_people;
use crate::screens::settings::rights::may;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::date_input::DateInput;
use crate::ui::dialog::Modal;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::kpi::Kpi;
use crate::ui::tag::Tone;
use crate::ui::toast::{Toasts, use_toasts};

/// The review on the screen.
#[derive(Clone, Copy)]
pub struct Review {
    /// The API.
    pub api: Api,
    /// Where it says what was done.
    pub toasts: Toasts,
    id: StoredValue<String>,
    found: RwSignal<Option<Result<Audit, ApiError>>>,
}

impl Review {
    fn open(id: String) -> Self {
        let review = Self {
            api: use_api(),
            toasts: use_toasts(),
            id: StoredValue::new(id),
            found: RwSignal::new(None),
        };
        review.load();
        review
    }

    /// Reads it again.
    pub fn load(self) {
        spawn_local(async move {
            let path = format!(
                "/quality-audits/{}",
                self.id.try_get_value().unwrap_or_default()
            );
            let answer = self.api.get(&path).await.and_then(Reply::read);
            _ = self.found.try_set(Some(answer));
        });
    }

    fn with<T: Default>(self, read: impl FnOnce(&Audit) -> T) -> T {
        self.found.with(|found| match found {
            Some(Ok(audit)) => read(audit),
            _ => T::default(),
        })
    }

    /// Whether it is finished; tracked.
    pub fn is_over(self) -> bool {
        self.with(|audit| audit.finished_at.is_some())
    }

    /// Whether the person may change all of it; tracked.
    pub fn may_change(self) -> bool {
        let own = self
            .api
            .session()
            .with(|s| s.as_ref().map(|s| s.user.id.clone()));
        may(Action::Import).get() || self.with(|audit| Some(audit.owner_id.clone())) == own
    }
}

/// `/app/quality/audits/:id`.
#[component]
pub fn AuditPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    move || view! { <Page id=id.get()/> }
}

#[component]
fn Page(id: String) -> impl IntoView {
    let review = Review::open(id);
    let title = move || {
        let name = review.with(|audit| audit.name.clone());
        if name.is_empty() {
            k::quality::AUDIT.get().to_owned()
        } else {
            name
        }
    };
    let finishing = RwSignal::new(false);
    let open_steps = Memo::new(move |_| {
        review.with(|audit| {
            audit
                .steps
                .iter()
                .filter(|step| step.state == "open")
                .count()
        })
    });
    let reason = Signal::derive(move || {
        (open_steps.get() > 0).then(|| k::quality::STILL_OPEN.get().to_owned())
    });
    let failure = move || {
        review
            .found
            .with(|found| found.as_ref()?.as_ref().err().map(ApiError::text))
    };
    let ready = Memo::new(move |_| review.with(|_| true));
    let numbers = Memo::new(move |_| {
        review.with(|audit| {
            audit
                .steps
                .iter()
                .map(|step| step.number)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <PageBar title trail=(k::quality::TITLE.into(), "/app/quality")>
            <Show when=move || ready.get() && !review.is_over() && review.may_change()>
                <Button label=k::quality::FINISH variant=Variant::Primary disabled=reason on_press=move |()| finishing.set(true)/>
            </Show>
        </PageBar>
        <div class="page-body quality-audit">
            {move || failure().map(|text| view! { <ErrorState text on_retry=move |()| review.load()/> })}
            <Show when=move || ready.get() fallback=|| view! { <Skeleton lines=8/> }>
                <Head review/>
                <ol class="quality-steps">
                    <For each=move || numbers.get() key=|number| *number let:number>
                        <StepCard review step=Memo::new(move |_| review.with(|audit| audit.steps.iter().find(|step| step.number == number).cloned()))/>
                    </For>
                </ol>
            </Show>
        </div>
        <Modal open=finishing title=k::quality::FINISH><FinishForm review open=finishing/></Modal>
    }
}

/// Who answers for it, until when, how far it is; the scores of a finished one.
#[component]
fn Head(review: Review) -> impl IntoView {
    let people = use_people();
    let day = |text: Option<String>| text.as_deref().and_then(Day::parse_iso);
    let line = move || {
        let owner = people.name(&review.with(|audit| audit.owner_id.clone()));
        let due = day(review.with(|audit| audit.due_date.clone()));
        let due = due.map(|due| k::quality::due_on(&date_long(due)));
        let steps = review.with(|audit| {
            (
                audit.steps.iter().filter(|s| s.state != "open").count(),
                audit.steps.len(),
            )
        });
        let count = |n: usize| number(i64::try_from(n).unwrap_or_default());
        let done = k::quality::steps_done(&count(steps.0), &count(steps.1));
        [owner, due, Some(done)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let over = move || {
        let finished = review.with(|audit| audit.finished_at.clone());
        let at = finished.as_deref().and_then(local_day)?;
        let again = day(review.with(|audit| audit.reaudit_date.clone()));
        let again = again
            .map(|day| k::quality::again_on(&date_long(day)))
            .unwrap_or_default();
        Some(format!(
            "{} {again}",
            k::quality::finished_on(&date_long(at))
        ))
    };
    let scores = move || {
        let scores = review.with(|audit| audit.scores.clone())?;
        let shown_objects = OBJECTS.into_iter().filter(|object| is_shown(object));
        let kpis = shown_objects.filter_map(|object| {
            let score = scores.get(object.name)?.score;
            Some(view! { <Kpi label=move || labels::many(object) value=move || shown(score)/> })
        });
        Some(view! { <div class="kpis">{kpis.collect_view()}</div> })
    };
    view! {
        <p class="secondary">{line}</p>
        {move || over().map(|text| view! { <Banner text tone=Tone::Ok/> })}
        {scores}
    }
}

#[component]
fn FinishForm(review: Review, open: RwSignal<bool>) -> impl IntoView {
    let again = RwSignal::new(Some(untrack(today).plus_months(12)));
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let save = move || {
        let (id, version) = untrack(|| review.with(|audit| (audit.id.clone(), audit.version)));
        let body = json!({"reaudit_date": again.get_untracked().map(Day::iso)});
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let request = Request::post(&format!("/quality-audits/{id}/finish"));
            let answer = request.json(&body).version(version).send(review.api).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    review.toasts.ok(k::quality::FINISHED.get());
                    open.try_set(false);
                    review.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <p>{k::quality::FINISH_TEXT}</p>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <DateInput label=k::quality::AGAIN value=again error=errors.of("reaudit_date")/>
            <div class="row-end"><Button label=k::quality::FINISH variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
