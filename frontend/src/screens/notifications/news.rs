//! What is new: asked for every minute, and when the window gets the focus again.

use std::time::Duration;

use leptos::prelude::*;
use relasi_domain::interaction::activity;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Reply, use_api};
use crate::frame::Counts;
use crate::i18n::today;
use crate::records::{Query, instant, store};

const PAUSE: Duration = Duration::from_mins(1);

/// Something the person should know.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Notification {
    /// Its id.
    pub id: String,
    /// For example `assigned`.
    pub kind: String,
    /// Object it is about.
    pub object: Option<String>,
    /// Record it is about.
    pub record_id: Option<String>,
    /// Details.
    pub data: Value,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; `None` while unread.
    pub read_at: Option<String>,
    /// RFC 3339; until when it is put off, or was.
    pub snoozed_until: Option<String>,
}

impl Notification {
    /// Whether it is put off at the moment.
    pub fn is_hidden(&self) -> bool {
        let until = self.snoozed_until.as_deref();
        until.is_some_and(|until| !instant::is_past(until))
    }
}

/// A page of them.
#[derive(Clone, Debug, Deserialize)]
pub struct NotificationPage {
    /// Newest first.
    pub items: Vec<Notification>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// Unread ones in all, counted up to 100.
    pub unread: i64,
}

/// The newest notifications and how many are unread: `use_news()`.
#[derive(Clone, Copy)]
pub struct News {
    api: Api,
    /// The newest ten; `None` before the first answer.
    pub newest: RwSignal<Option<Vec<Notification>>>,
    /// Unread ones.
    pub unread: RwSignal<i64>,
    counts: Counts,
}

/// The frame's news.
pub fn use_news() -> News {
    expect_context()
}

impl News {
    /// Starts asking; the frame does it once. Needs [`Counts`] in the context.
    pub fn provide() {
        let news = Self {
            api: use_api(),
            newest: RwSignal::new(None),
            unread: RwSignal::new(0),
            counts: expect_context(),
        };
        provide_context(news);
        let session = news.api.session();
        let signed_in =
            Memo::new(move |_| session.with(|session| session.as_ref().map(|s| s.user.id.clone())));
        Effect::new(move |_| {
            if signed_in.with(Option::is_some) {
                news.refresh();
            }
        });
        if let Ok(timer) = set_interval_with_handle(move || news.look(), PAUSE) {
            on_cleanup(move || timer.clear());
        }
        let focused = window_event_listener(leptos::ev::focus, move |_| news.look());
        on_cleanup(move || focused.remove());
    }

    /// Asks again, unless nobody is signed in or nobody looks.
    fn look(self) {
        if self.api.session().with_untracked(Option::is_some) && !document().hidden() {
            self.refresh();
        }
    }

    /// Asks now.
    pub fn refresh(self) {
        spawn_local(async move {
            let page = self
                .api
                .get("/notifications?limit=10")
                .await
                .and_then(Reply::read::<NotificationPage>);
            // Without an answer the old figures stay.
            if let Ok(page) = page {
                self.show(page.items, page.unread);
            }
        });
        spawn_local(async move {
            let tomorrow = instant::of_local(today().plus(1), "00:00");
            let query = Query {
                filter: format!(
                    "owner_id = me and kind != note and done_at is empty and due_at < {tomorrow}"
                ),
                ..Query::default()
            };
            if let Ok(found) = store::count(self.api, &activity::OBJECT, &query).await {
                self.count("/app/tasks", found.count);
            }
        });
    }

    fn show(self, newest: Vec<Notification>, unread: i64) {
        // The frame may be gone after signing out.
        _ = self.newest.try_set(Some(newest));
        _ = self.unread.try_set(unread);
        self.count("/app/notifications", unread);
    }

    fn count(self, place: &'static str, count: i64) {
        _ = self
            .counts
            .0
            .try_update(|counts| _ = counts.insert(place, count));
    }

    /// Marks one as read, here at once.
    pub fn read(self, id: &str) {
        let path = format!("/notifications/{id}/read");
        let newly = self.newest.try_update(|all| {
            let one = all
                .iter_mut()
                .flatten()
                .find(|one| one.id == id && one.read_at.is_none())?;
            one.read_at = Some(String::new());
            Some(())
        });
        if newly.flatten().is_some() {
            let left = (self.unread.get_untracked() - 1).max(0);
            self.unread.set(left);
            self.count("/app/notifications", left);
        }
        spawn_local(async move {
            // Reading it again does no harm; a failure shows at the next look.
            let _ = self.api.post(&path, &json!({})).await;
            self.refresh();
        });
    }

    /// Marks all about a record as read.
    pub async fn read_about(self, record: &str) -> Result<(), ApiError> {
        let path = format!("/notifications/read-all?record_id={record}");
        self.api.post(&path, &json!({})).await?;
        self.refresh();
        Ok(())
    }

    /// Puts notifications off until a point in time; without one they are back at once.
    pub async fn snooze(self, ids: &[String], until: Option<&str>) -> Result<(), ApiError> {
        let body = json!({ "ids": ids, "until": until });
        self.api.post("/notifications/snooze", &body).await?;
        self.refresh();
        Ok(())
    }

    /// Marks all as read.
    pub async fn read_all(self) -> Result<(), ApiError> {
        self.api.post("/notifications/read-all", &json!({})).await?;
        self.refresh();
        Ok(())
    }
}
