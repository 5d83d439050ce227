//! `/app`: what to do next, how it goes, what is new.

mod attention;
mod bare_deals;
mod figures;
mod first_steps;
mod model;
mod sample;
mod target;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{ApiError, Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::{k, number};
use crate::keys::{self, Scope};
use crate::records::Record;
use crate::records::refs::use_titles;
use crate::screens::notifications::line::NotificationLine;
use crate::screens::notifications::use_news;
use crate::screens::tasks::actions::Tasks;
use crate::screens::tasks::dialog::{Task, TaskDialog};
use crate::screens::tasks::new_task;
use crate::screens::tasks::row::TaskRow;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use attention::{LooseContacts, NeedyDeals};
use bare_deals::BareDeals;
use figures::Figures;
use first_steps::FirstSteps;
use model::Home;
use sample::SampleBanner;
use target::Target;

const NEWS: usize = 5;

/// The first page of the day.
#[component]
pub fn HomePage() -> impl IntoView {
    let (api, titles, news) = (use_api(), use_titles(), use_news());
    let home = RwSignal::new(None::<Home>);
    let fault = RwSignal::new(None::<ApiError>);
    let steps = RwSignal::new(Vec::<Record>::new());
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let answer = api.get("/home").await.and_then(Reply::read::<Home>);
            // The page may have been left.
            if home.is_disposed() {
                return;
            }
            match answer {
                Ok(now) => {
                    titles.learn(&now.page());
                    steps.set(now.tasks.clone());
                    fault.set(None);
                    home.set(Some(now));
                }
                Err(error) => fault.set(Some(error)),
            }
        });
    });
    load.run(());
    let changed = Callback::new(move |()| {
        load.run(());
        news.refresh();
    });
    let tasks = Tasks::new(steps, changed);
    let form = RwSignal::new(None::<Task>);
    let add = move || form.set(Some(Task::New(new_task())));
    keys::bind(Scope::Page, "T", k::tasks::NEW, add);
    let session = api.session();
    let currency = move || {
        session
            .with(|s| s.as_ref().map(|s| s.workspace.currency.clone()))
            .unwrap_or_default()
    };
    let greeting = move || {
        let name = session
            .with(|s| s.as_ref().map(|s| first_name(&s.user.full_name)))
            .unwrap_or_default();
        match js_sys::Date::new_0().get_hours() {
            4..11 => k::home::morning(&name),
            11..15 => k::home::noon(&name),
            15..18 => k::home::afternoon(&name),
            _ => k::home::evening(&name),
        }
    };
    let body = move || {
        if let Some(error) = fault.get() {
            return view! { <ErrorState text=error.text() error_id=error.id().unwrap_or_default() on_retry=load/> }.into_any();
        }
        let Some(now) = home.get() else {
            return view! { <Skeleton lines=8/> }.into_any();
        };
        let bare = now.deals_without_next_step;
        view! {
            <Figures home=now currency=currency()/>
            <div class="home-columns">
                <div class="stack"><DoNext tasks form/><Target/></div>
                <div class="stack"><FirstSteps/><NeedyDeals form/><BareDeals total=bare form/><LooseContacts form/><Newest/></div>
            </div>
        }
        .into_any()
    };
    view! {
        <PageBar title=greeting>
            <Button label=k::tasks::NEW icon=icon::PLUS variant=Variant::Primary key_hint="T" on_press=move |()| add()/>
        </PageBar>
        <div class="page-body home">
            <div class="stack"><SampleBanner on_change=changed/>{body}</div>
        </div>
        <TaskDialog task=form tasks/>
    }
}

/// What to call somebody: the first word; a Thai or single name as it is.
fn first_name(full: &str) -> String {
    full.split_whitespace().next().unwrap_or(full).to_owned()
}

/// Own steps up to tomorrow, late ones first.
#[component]
fn DoNext(tasks: Tasks, form: RwSignal<Option<Task>>) -> impl IntoView {
    let count = move || {
        tasks
            .rows
            .with(|rows| number(i64::try_from(rows.len()).unwrap_or_default()))
    };
    let edit = Callback::new(move |task| form.set(Some(Task::Of(task))));
    view! {
        <section class="panel do-next" aria-labelledby="do-next">
            <header class="row">
                <h2 id="do-next">{k::home::DO_NEXT}</h2><span class="count">{count}</span>
                <span class="spacer"></span><a href="/app/tasks">{k::home::ALL_TASKS}</a>
            </header>
            <Show when=move || tasks.rows.with(|rows| !rows.is_empty())
                fallback=|| view! { <p class="secondary do-next-none">{k::home::NOTHING_NEXT}</p> }>
                <ol>
                    <For each=move || tasks.rows.get() key=|task| task.id().to_owned() let:task>
                        <TaskRow id=task.id().to_owned() tasks on_edit=edit/>
                    </For>
                </ol>
            </Show>
        </section>
    }
}

/// The newest notifications.
#[component]
fn Newest() -> impl IntoView {
    let news = use_news();
    move || {
        let all = news.newest.get().unwrap_or_default();
        (!all.is_empty()).then(|| view! {
            <section class="panel" aria-labelledby="newest">
                <header class="row"><h2 id="newest">{k::place::NOTIFICATIONS}</h2>
                    <span class="spacer"></span><a href="/app/notifications">{k::home::ALL_NEWS}</a></header>
                <ol class="news-list">{all.into_iter().take(NEWS).map(|notification| view! { <NotificationLine notification/> }).collect_view()}</ol>
            </section>
        })
    }
}
