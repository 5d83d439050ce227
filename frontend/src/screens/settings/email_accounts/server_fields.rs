//! The fields of a mail server.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::desk::Server;
use crate::i18n::k;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::TextInput;

/// A mail server while it is being named.
#[derive(Clone, Copy)]
pub(super) struct ServerDraft {
    host: RwSignal<String>,
    port: RwSignal<String>,
    tls: RwSignal<String>,
    user: RwSignal<String>,
    password: RwSignal<String>,
}

impl ServerDraft {
    pub(super) fn of(server: Option<&Server>) -> Self {
        let text = |of: fn(&Server) -> String| RwSignal::new(server.map(of).unwrap_or_default());
        let tls = server.map_or("implicit", |server| server.tls.as_str());
        Self {
            host: text(|one| one.host.clone()),
            port: text(|one| one.port.to_string()),
            tls: RwSignal::new(tls.to_owned()),
            user: text(|one| one.user.clone()),
            password: RwSignal::default(),
        }
    }

    /// As the API takes it; null without a name.
    pub(super) fn body(self) -> Value {
        let host = self.host.get_untracked();
        if host.trim().is_empty() {
            return Value::Null;
        }
        let mut body = json!({"host": host.trim(), "tls": self.tls.get_untracked(), "user": self.user.get_untracked().trim()});
        if let Ok(port) = self.port.get_untracked().trim().parse::<u16>() {
            body["port"] = json!(port);
        }
        let password = self.password.get_untracked();
        if !password.is_empty() {
            body["password"] = json!(password);
        }
        body
    }
}

/// Name, port, encryption, user and password.
#[component]
pub(super) fn ServerFields(
    draft: ServerDraft,
    /// What is wrong with it.
    error: Signal<Option<String>>,
    /// Whether a password is known already.
    known: bool,
    /// Whether there must be one.
    required: bool,
) -> impl IntoView {
    let choices = Signal::derive(|| {
        vec![
            Choice::new("implicit", k::emails::TLS_IMPLICIT.get()),
            Choice::new("required", k::emails::TLS_REQUIRED.get()),
            Choice::new("none", k::emails::TLS_NONE.get()),
        ]
    });
    let hint = move || {
        if known {
            k::emails::PASSWORD_KNOWN.get().to_owned()
        } else {
            String::new()
        }
    };
    view! {
        <div class="email-server">
            <TextInput label=k::emails::HOST value=draft.host required error/>
            <TextInput label=k::emails::PORT value=draft.port kind="number"/>
            <Select label=k::emails::TLS value=draft.tls choices/>
            <TextInput label=k::emails::USER value=draft.user/>
            <TextInput label=k::emails::PASSWORD value=draft.password kind="password" hint/>
        </div>
    }
}
