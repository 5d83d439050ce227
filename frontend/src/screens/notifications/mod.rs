//! What others did that one should know.

pub mod line;
pub mod news;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{ApiError, Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::{k, number};
use crate::records::store::encode;
use crate::ui::button::Button;
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tabs::{Segmented, Tab};
use crate::ui::toast::use_toasts;
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
    // `unread`, or a topic; empty shows all.
    let chosen = RwSignal::new(String::new());
    let load = move |more: bool| {
        let from = cursor.get_untracked().filter(|_| more);
        let topic = chosen.get_untracked();
        spawn_local(async move {
            let of_topic = match topic.as_str() {
                "" | "unread" => String::new(),
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
    let shown = move || {
        let only = chosen.with(|topic| topic == "unread");
        all.get().map(|all| {
            all.into_iter()
                .filter(|one| !only || one.read_at.is_none())
                .collect::<Vec<_>>()
        })
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
        ]
    });
    let body = move || {
        if let Some(error) = fault.get() {
            return view! { <ErrorState text=error.text() error_id=error.id().unwrap_or_default() on_retry=move |()| load(false)/> }.into_any();
        }
        match shown() {
            None => view! { <Skeleton lines=5/> }.into_any(),
            Some(lines) if lines.is_empty() => view! { <EmptyState text=k::notifications::EMPTY icon=icon::BELL/> }.into_any(),
            Some(lines) => view! { <ol class="news-list">{lines.into_iter().map(|notification| view! { <NotificationLine notification on_read=read/> }).collect_view()}</ol> }.into_any(),
        }
    };
    view! {
        <PageBar title=k::place::NOTIFICATIONS marks=move || (news.unread.get() > 0).then(|| view! { <span class="count">{number(news.unread.get())}</span> })>
            <Button label=k::notifications::READ_ALL disabled=nothing_new on_press=mark_all/>
        </PageBar>
        <div class="page-body text">
            <div class="stack">
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
