//! What others did that one should know.

mod about;
pub mod line;
pub mod news;
mod snooze;

use std::collections::BTreeSet;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{ApiError, Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::{k, number};
use crate::records::instant;
use crate::records::store::encode;
use crate::ui::button::Button;
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::tabs::{Segmented, Tab};
use crate::ui::toast::use_toasts;
use about::{Doing, RecordLines, by_record};
use line::NotificationLine;
pub use news::{News, use_news};
use news::{Notification, NotificationPage};

/// `/app/notifications`.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let (api, news, toasts) = (use_api(), use_news(), use_toasts());
    let all = RwSignal::new(None::<Vec<Notification>>);
    let cursor = RwSignal::new(None::<String>);
    let fault = RwSignal::new(None::<ApiError>);
    // Rows of several that are open, by record.
    let opened = RwSignal::new(BTreeSet::<String>::new());
    // `unread`, `snoozed`, or a topic; empty shows all.
    let chosen = RwSignal::new(String::new());
    let load = move |more: bool| {
        // Undoing something can come after the page was left.
        if all.is_disposed() {
            return;
        }
        let from = cursor.get_untracked().filter(|_| more);
        let topic = chosen.get_untracked();
        spawn_local(async move {
            let of_topic = match topic.as_str() {
                "" | "unread" => String::new(),
                "snoozed" => "&snoozed=true".to_owned(),
                topic => format!("&topic={topic}"),
            };
            let from = from.map(|from| format!("&cursor={}", encode(&from)));
            let path = format!(
                "/notifications?limit=50{of_topic}{}",
                from.unwrap_or_default()
            );
            let page = api
                .get(&path)
                .await
                .and_then(Reply::read::<NotificationPage>);
            // The page may have been left.
            if all.is_disposed() || chosen.get_untracked() != topic {
                return;
            }
            match page {
                Ok(page) => {
                    cursor.set(page.next_cursor);
                    all.update(|all| match all.as_mut().filter(|_| more) {
                        Some(all) => all.extend(page.items),
                        None => *all = Some(page.items),
                    });
                    fault.set(None);
                }
                Err(error) => fault.set(Some(error)),
            }
        });
    };
    Effect::new(move |_| {
        chosen.track();
        all.set(None);
        cursor.set(None);
        load(false);
    });
    // Something new came in while the page is open.
    Effect::new(move |before: Option<i64>| {
        let now = news.unread.get();
        if before.is_some_and(|before| now > before) {
            load(false);
        }
        now
    });
    let mark_all = move |()| {
        spawn_local(async move {
            match news.read_all().await {
                Ok(()) => load(false),
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    let read = move |id: String| {
        all.update(|all| {
            if let Some(one) = all.iter_mut().flatten().find(|one| one.id == id) {
                one.read_at = Some(String::new());
            }
        });
    };
    let read_about = Callback::new(move |record: String| {
        spawn_local(async move {
            match news.read_about(&record).await {
                Ok(()) => load(false),
                Err(error) => toasts.bad(error.text()),
            }
        });
    });
    // What goes elsewhere leaves the list.
    let snooze = Callback::new(move |(ids, until): (Vec<String>, Option<String>)| {
        spawn_local(async move {
            if let Err(error) = news.snooze(&ids, until.as_deref()).await {
                toasts.bad(error.text());
                return;
            }
            _ = all.try_update(|all| {
                let gone = |one: &Notification| ids.contains(&one.id);
                if let Some(all) = all {
                    all.retain(|one| !gone(one));
                }
            });
            match until {
                None => toasts.ok(k::notifications::IS_BACK.get()),
                Some(until) => toasts.undoable(
                    k::notifications::snoozed_until(&instant::shown(&until)),
                    move || back(ids.clone(), news, load),
                ),
            }
        });
    });
    let doing = Doing {
        read: Callback::new(read),
        read_about,
        snooze,
    };
    let shown = move || {
        let only = chosen.with(|topic| topic == "unread");
        all.get().map(|all| {
            all.into_iter()
                .filter(|one| !only || one.read_at.is_none())
                .collect::<Vec<_>>()
        })
    };
    let line = move |mut group: Vec<Notification>| {
        if group.len() == 1
            && let Some(notification) = group.pop()
        {
            return view! { <NotificationLine notification on_read=doing.read on_snooze=snooze/> }
                .into_any();
        }
        view! { <RecordLines group doing opened/> }.into_any()
    };
    let nothing_new = Signal::derive(move || {
        (news.unread.get() == 0).then(|| k::notifications::ALL_READ.get().to_owned())
    });
    let tabs = Signal::derive(move || {
        let unread = Tab::new("unread", k::notifications::UNREAD);
        vec![
            Tab::new("", k::common::ALL),
            Tab::new("you", k::notifications::YOU),
            Tab::new("mentions", k::notifications::MENTIONS),
            Tab::new("following", k::notifications::FOLLOWING),
            if news.unread.get() > 0 {
                unread.count(news.unread.get())
            } else {
                unread
            },
            Tab::new("snoozed", k::notifications::SNOOZED),
        ]
    });
    let empty = move || match chosen.get().as_str() {
        "snoozed" => k::notifications::NONE_SNOOZED,
        _ => k::notifications::EMPTY,
    };
    let body = move || {
        if let Some(error) = fault.get() {
            return view! { <ErrorState text=error.text() error_id=error.id().unwrap_or_default() on_retry=move |()| load(false)/> }.into_any();
        }
        match shown() {
            None => view! { <Skeleton lines=5/> }.into_any(),
            Some(lines) if lines.is_empty() => view! { <EmptyState text=empty() icon=icon::BELL/> }.into_any(),
            Some(lines) => view! { <ol class="news-list">{by_record(lines).into_iter().map(line).collect_view()}</ol> }.into_any(),
        }
    };
    view! {
        <PageBar title=k::place::NOTIFICATIONS marks=move || (news.unread.get() > 0).then(|| view! { <span class="count">{number(news.unread.get())}</span> })>
            <a class="btn plain icon-btn" href="/app/settings/notifications" aria-label=k::notifications::SETTINGS title=k::notifications::SETTINGS><Glyph icon=icon::SETTINGS/></a>
            <Button label=k::notifications::READ_ALL disabled=nothing_new on_press=mark_all/>
        </PageBar>
        <div class="page-body text">
            <div class="stack news-page">
                <div class="row"><Segmented label=k::place::NOTIFICATIONS items=tabs
                    current=chosen on_choose=move |id: String| chosen.set(id)/></div>
                {body}
                <Show when=move || cursor.with(Option::is_some)>
                    <div class="row"><Button label=k::ui::OLDER on_press=move |()| load(true)/></div>
                </Show>
            </div>
        </div>
    }
}

/// Brings back what was put off a moment ago.
fn back(ids: Vec<String>, news: News, load: impl Fn(bool) + Copy + 'static) {
    spawn_local(async move {
        if news.snooze(&ids, None).await.is_ok() {
            load(false);
        }
    });
}
