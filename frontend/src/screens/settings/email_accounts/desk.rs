//! What the page of accounts works on.

use std::future::Future;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Reply, Request, use_api};
use crate::i18n::k;
use crate::records::settled::settled;
use crate::screens::settings::listed::items;
use crate::ui::toast::{Toasts, use_toasts};

pub(super) const PATH: &str = "/email-accounts";

/// A mail server.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: String,
    pub(super) user: String,
}

/// The plan of an account that nobody knows yet.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Plan {
    pub(super) since: String,
    pub(super) first: i64,
    pub(super) growth: i64,
}

/// What is to be published of a key.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Published {
    pub(super) name: String,
    pub(super) value: String,
}

/// An account.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) address: String,
    pub(super) sender_name: String,
    pub(super) user_id: Option<String>,
    pub(super) privacy: String,
    pub(super) is_default: bool,
    pub(super) state: String,
    pub(super) smtp: Server,
    pub(super) imap: Option<Server>,
    pub(super) per_minute: i64,
    pub(super) daily_cap: i64,
    pub(super) per_domain: i64,
    pub(super) warm_up: Option<Plan>,
    pub(super) cap_today: i64,
    pub(super) sent_today: i64,
    pub(super) bounce_address: Option<String>,
    pub(super) dkim: Option<Published>,
    pub(super) stores_unknown: bool,
    pub(super) send_error: Option<String>,
    pub(super) send_reply: Option<String>,
    pub(super) synced_at: Option<String>,
    pub(super) sync_error: Option<String>,
    pub(super) sync_reply: Option<String>,
    pub(super) may_change: bool,
}

impl Account {
    pub(super) fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }
}

/// The accounts, and what is being done with one of them.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    /// Whether the person may change settings, and so the accounts of the workspace.
    pub(super) settings: Signal<bool>,
    pub(super) found: RwSignal<Option<Result<Vec<Account>, String>>>,
    /// The one that a dialog is about; none for a new one.
    pub(super) chosen: RwSignal<Option<Account>>,
    /// The form is open.
    pub(super) editing: RwSignal<bool>,
    /// What is to be published is shown.
    pub(super) told: RwSignal<bool>,
    /// What the DNS says is shown.
    pub(super) looking: RwSignal<bool>,
}

impl Desk {
    /// Reads the accounts.
    pub(super) fn new(settings: impl Into<Signal<bool>>) -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            settings: settings.into(),
            found: RwSignal::new(None),
            chosen: RwSignal::new(None),
            editing: RwSignal::new(false),
            told: RwSignal::new(false),
            looking: RwSignal::new(false),
        };
        desk.load();
        desk
    }

    /// Reads them anew.
    pub(super) fn load(self) {
        spawn_local(async move {
            let found = items(self.api, PATH).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = self.found.try_set(Some(found));
        });
    }

    /// Opens the form.
    pub(super) fn edit(self, account: Option<Account>) {
        self.chosen.set(account);
        self.editing.set(true);
    }

    /// What the form is about; tracked.
    pub(super) fn heading(self) -> String {
        self.chosen.with(|one| match one {
            Some(account) => k::emails::edit(&account.address),
            None => k::emails::ADD.get().to_owned(),
        })
    }

    fn run(self, done: String, work: impl Future<Output = Result<(), ApiError>> + 'static) {
        spawn_local(async move {
            match work.await {
                Ok(()) => self.toasts.ok(done),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    /// Changes a member of an account.
    pub(super) fn change(self, account: &Account, body: serde_json::Value) {
        let (path, version) = (account.path(), account.version);
        self.run(k::emails::saved(&account.address), async move {
            self.api.patch(&path, version, &body).await?;
            Ok(())
        });
    }

    /// Removes an account.
    pub(super) fn delete(self, account: &Account) {
        let (path, version) = (account.path(), account.version);
        self.run(k::emails::deleted(&account.address), async move {
            self.api.delete(&path, Some(version)).await?;
            Ok(())
        });
    }

    /// Fetches messages, and reads how it went.
    pub(super) fn sync(self, account: &Account) {
        let (path, before) = (account.path(), account.synced_at.clone());
        self.run(k::emails::FETCHED.get().to_owned(), async move {
            self.api.post(&format!("{path}/sync"), &json!({})).await?;
            settled(
                || async { self.api.get(&path).await.and_then(Reply::read::<Account>) },
                |account| account.synced_at != before || account.sync_error.is_some(),
            )
            .await?;
            Ok(())
        });
    }

    /// Sends a test to oneself, and says what came of it.
    pub(super) fn test(self, account: &Account) {
        let path = format!("{}/test", account.path());
        spawn_local(async move {
            let sent = self.api.post(&path, &json!({})).await;
            let sent = match sent.and_then(Reply::read::<Sent>) {
                Ok(sent) => sent,
                Err(error) => return self.toasts.bad(error.text()),
            };
            let path = format!("/emails/{}", sent.id);
            let now = settled(
                || async { self.api.get(&path).await.and_then(Reply::read::<Sent>) },
                |sent| {
                    sent.state != "sending" && (sent.state != "queued" || sent.last_error.is_some())
                },
            );
            match now.await {
                Ok(sent) if sent.state == "sent" => self.toasts.ok(k::emails::TEST_SENT.get()),
                Ok(sent) => {
                    let why = sent.last_error.unwrap_or_default();
                    let said = sent.last_reply.unwrap_or_default();
                    let why = crate::records::mail_words::reason(&why).get();
                    self.toasts.bad(format!("{why} {said}"));
                }
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    /// Shows what is to be published.
    pub(super) fn tell(self, account: &Account) {
        self.chosen.set(Some(account.clone()));
        self.told.set(true);
    }

    /// Shows what the DNS says of its domain.
    pub(super) fn look(self, account: &Account) {
        self.chosen.set(Some(account.clone()));
        self.looking.set(true);
    }

    /// Makes a key and shows what is to be published.
    pub(super) fn make_key(self, account: &Account) {
        let request = Request::post(&format!("{}/dkim", account.path()));
        let request = request.json(&json!({})).version(account.version);
        spawn_local(async move {
            match request
                .send(self.api)
                .await
                .and_then(Reply::read::<Account>)
            {
                Ok(account) => self.tell(&account),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }
}

/// How a message stands.
#[derive(Clone, Deserialize)]
struct Sent {
    id: String,
    state: String,
    last_error: Option<String>,
    last_reply: Option<String>,
}
