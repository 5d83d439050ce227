//! Tasks: everything with a tick, mine, by when it is due.

pub mod actions;
pub mod dialog;
pub mod due;
mod list;
mod quick_add;
pub mod row;
mod tab;

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use relasi_domain::interaction::activity::OBJECT;
use relasi_domain::record::Document;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, use_api};
use crate::frame::PageBar;
use crate::i18n::{day_title, k, local_day};
use crate::keys::{self, Scope};
use crate::records::refs::use_titles;
use crate::records::{Record, Titles, store};
use crate::screens::notifications::use_news;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, ProgressLine, Skeleton};
use crate::ui::icon;
use crate::ui::tabs::{Tab, Tabs};
use actions::Tasks;
use dialog::{Task, TaskDialog};
pub use list::ActivityList;
use quick_add::QuickAdd;
use row::TaskRow;
use tab::TaskTab;

/// The list of one tab as it is being loaded.
#[derive(Clone, Copy)]
struct TaskList {
    api: Api,
    titles: Titles,
    tab: Memo<TaskTab>,
    rows: RwSignal<Vec<Record>>,
    cursor: RwSignal<Option<String>>,
    counts: RwSignal<HashMap<&'static str, i64>>,
    loaded: RwSignal<bool>,
    busy: RwSignal<bool>,
    fault: RwSignal<Option<ApiError>>,
}

impl TaskList {
    fn new(tab: Memo<TaskTab>) -> Self {
        Self {
            api: use_api(),
            titles: use_titles(),
            tab,
            rows: RwSignal::default(),
            cursor: RwSignal::new(None),
            counts: RwSignal::default(),
            loaded: RwSignal::new(false),
            busy: RwSignal::new(false),
            fault: RwSignal::new(None),
        }
    }

    /// Loads the tab from its start, or its next page.
    fn load(self, more: bool) {
        let tab = self.tab.get_untracked();
        let mut query = tab.query();
        if more {
            query.cursor = self.cursor.get_untracked();
        }
        self.busy.set(true);
        spawn_local(async move {
            let page = store::list(self.api, &OBJECT, &query).await;
            // Another tab may have been chosen, or the page left.
            if self.tab.try_get_untracked() != Some(tab) {
                return;
            }
            self.busy.set(false);
            match page {
                Ok(page) => {
                    self.titles.learn(&page);
                    self.cursor.set(page.next_cursor);
                    self.rows.update(|rows| {
                        if !more {
                            rows.clear();
                        }
                        rows.extend(page.items);
                    });
                    self.fault.set(None);
                    self.loaded.set(true);
                }
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    fn count(self) {
        for tab in TaskTab::ALL {
            spawn_local(async move {
                if let Ok(found) = store::count(self.api, &OBJECT, &tab.query()).await {
                    // The page may have been left.
                    _ = self
                        .counts
                        .try_update(|counts| _ = counts.insert(tab.name(), found.count));
                }
            });
        }
    }
}

/// `/app/tasks`.
#[component]
pub fn TasksPage() -> impl IntoView {
    let address = use_query_map();
    let tab = Memo::new(move |_| address.with(|all| TaskTab::of(all.get_str("tab"))));
    let list = TaskList::new(tab);
    let news = use_news();
    let reload = Callback::new(move |()| {
        list.load(false);
        list.count();
        news.refresh();
    });
    let tasks = Tasks::new(list.rows, reload);
    let form = RwSignal::new(None::<Task>);
    let quick = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        tab.track();
        list.loaded.set(false);
        list.rows.set(Vec::new());
        list.load(false);
    });
    list.count();
    let jump = move || {
        if let Some(input) = quick.get_untracked() {
            // Only fails for detached elements.
            let _ = input.focus();
        }
    };
    keys::bind(Scope::Page, "T", k::tasks::QUICK, jump);
    let add = move || form.set(Some(Task::New(new_task())));
    keys::bind(Scope::Page, "C", k::tasks::NEW, add);
    keys::bind_entry(row::enter);
    Effect::new(move |_| {
        if address.with(|all| all.get_str("new").is_some()) {
            request_animation_frame(jump);
        }
    });
    view! {
        <PageBar title=k::place::TASKS>
            <a class="btn plain medium" href="/app/calendar"><span class="btn-label">{k::tasks::IN_CALENDAR}</span></a>
            <Button label=k::tasks::NEW icon=icon::PLUS variant=Variant::Primary key_hint="C" on_press=move |()| add()/>
        </PageBar>
        <TaskTabs list/>
        <div class="page-body tasks-body">
            <ProgressLine busy=list.busy/>
            <QuickAdd node=quick on_added=Callback::new(move |_| reload.run(()))/>
            <TaskLines list tasks on_edit=Callback::new(move |task| form.set(Some(Task::Of(task))))/>
        </div>
        <TaskDialog task=form tasks/>
    }
}

/// A task begins as a task.
pub fn new_task() -> Document {
    let mut given = Document::new();
    given.insert("kind".to_owned(), "task".into());
    given
}

#[component]
fn TaskTabs(list: TaskList) -> impl IntoView {
    let navigate = use_navigate();
    let shown = Signal::derive(move || {
        let counts = list.counts.get();
        let count = |tab: TaskTab| counts.get(tab.name()).copied();
        let here = list.tab.get();
        TaskTab::ALL
            .into_iter()
            // Tasks without a date are the exception.
            .filter(|tab| {
                *tab != TaskTab::Undated || here == *tab || count(*tab).is_some_and(|n| n > 0)
            })
            .map(|tab| {
                let line = Tab::new(tab.name(), tab.label());
                match count(tab) {
                    Some(n) if tab != TaskTab::Done => line.count(n),
                    _ => line,
                }
            })
            .collect::<Vec<_>>()
    });
    let choose = move |name: String| {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&format!("/app/tasks?tab={name}"), options);
    };
    view! {
        <div class="task-tabs">
            <Tabs label=k::place::TASKS tabs=shown current=Signal::derive(move || list.tab.get().name().to_owned()) on_choose=choose/>
        </div>
    }
}

/// The lines under a heading per day.
#[component]
fn TaskLines(list: TaskList, tasks: Tasks, on_edit: Callback<Record>) -> impl IntoView {
    let day_of = move |task: &Record| {
        let field = if list.tab.get() == TaskTab::Done {
            "done_at"
        } else {
            "due_at"
        };
        task.text(field).and_then(local_day)
    };
    let days = Memo::new(move |_| {
        let mut days: Vec<(String, Vec<String>)> = Vec::new();
        list.rows.with(|rows| {
            for task in rows {
                let title =
                    day_of(task).map_or_else(|| k::tasks::NO_DATE.get().to_owned(), day_title);
                match days.last_mut().filter(|(last, _)| *last == title) {
                    Some((_, ids)) => ids.push(task.id().to_owned()),
                    None => days.push((title, vec![task.id().to_owned()])),
                }
            }
        });
        days
    });
    let day = move |(title, ids): (String, Vec<String>)| {
        view! {
            <section class="task-day">
                <h2>{title}</h2>
                <ol>{ids.into_iter().map(|id| view! { <TaskRow id tasks on_edit/> }).collect_view()}</ol>
            </section>
        }
    };
    let body = move || {
        if let Some(error) = list.fault.get() {
            return view! { <ErrorState text=error.text() error_id=error.id().unwrap_or_default() on_retry=move |()| list.load(false)/> }.into_any();
        }
        if !list.loaded.get() {
            return view! { <Skeleton lines=6/> }.into_any();
        }
        if list.rows.with(Vec::is_empty) {
            return view! { <EmptyState text=list.tab.get().empty() icon=icon::CIRCLE_CHECK/> }
                .into_any();
        }
        view! { <For each=move || days.get() key=Clone::clone children=day/> }.into_any()
    };
    view! {
        {body}
        <Show when=move || list.cursor.with(Option::is_some)>
            <div class="row"><Button label=k::tasks::MORE on_press=move |()| list.load(true)/></div>
        </Show>
    }
}
