//! What the DNS says of an account's domain: what to publish, what was found, and what is wrong with it.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::desk::Desk;
use crate::api::Reply;
use crate::i18n::{Key, k};
use crate::records::instant;
use crate::ui::button::Button;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Icon};
use crate::ui::tag::{Status, Tone};

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Entry {
    kind: String,
    name: String,
    r#type: String,
    wanted: Option<String>,
    found: Vec<String>,
    state: String,
    code: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Check {
    domain: String,
    checked_at: String,
    records: Vec<Entry>,
}

/// What a record is there for.
fn about(kind: &str) -> (&'static str, Key) {
    match kind {
        "spf" => ("SPF", k::email_domain::SPF),
        "dkim" => ("DKIM", k::email_domain::DKIM),
        "dmarc" => ("DMARC", k::email_domain::DMARC),
        _ => ("MX", k::email_domain::MX),
    }
}

fn standing(state: &str) -> (Key, Tone, Icon) {
    match state {
        "good" => (k::email_domain::GOOD, Tone::Ok, icon::CIRCLE_CHECK),
        "missing" => (k::email_domain::MISSING, Tone::Warn, icon::TRIANGLE_ALERT),
        "wrong" => (k::email_domain::WRONG, Tone::Bad, icon::CIRCLE_X),
        "unclear" => (k::email_domain::UNCLEAR, Tone::Info, icon::INFO),
        _ => (k::email_domain::UNKNOWN, Tone::Info, icon::CLOCK),
    }
}

/// Why a record is not as it should be.
fn why(code: &str) -> Option<Key> {
    Some(match code {
        "spf_several" => k::email_domain::SPF_SEVERAL,
        "spf_open" => k::email_domain::SPF_OPEN,
        "spf_by_others" => k::email_domain::SPF_BY_OTHERS,
        "spf_without_server" => k::email_domain::SPF_WITHOUT_SERVER,
        "dkim_no_key" => k::email_domain::DKIM_NO_KEY,
        "dkim_several" => k::email_domain::DKIM_SEVERAL,
        "dkim_revoked" => k::email_domain::DKIM_REVOKED,
        "dkim_other_key" => k::email_domain::DKIM_OTHER_KEY,
        "dmarc_policy" => k::email_domain::DMARC_POLICY,
        "dmarc_several" => k::email_domain::DMARC_SEVERAL,
        "mx_null" => k::email_domain::MX_NULL,
        "dns_no_answer" => k::email_domain::DNS_NO_ANSWER,
        _ => return None,
    })
}

/// Asks when it opens, and again when told to.
#[component]
pub(super) fn Domain(desk: Desk) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Check, String>>);
    let busy = RwSignal::new(false);
    let path = desk
        .chosen
        .with_untracked(|one| one.as_ref().map(|one| format!("{}/domain", one.path())));
    let path = StoredValue::new(path.unwrap_or_default());
    let ask = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let path = path.try_get_value().unwrap_or_default();
            let answer = desk.api.get(&path).await.and_then(Reply::read::<Check>);
            // The dialog may be closed by now.
            let _ = found.try_set(Some(answer.map_err(|error| error.text())));
            let _ = busy.try_set(false);
        });
    };
    ask();
    move || match found.get() {
        None => view! { <Skeleton lines=6/> }.into_any(),
        Some(Err(text)) => view! { <ErrorState text on_retry=move |()| ask()/> }.into_any(),
        Some(Ok(check)) => {
            let at = check.checked_at.clone();
            let lines = check
                .records
                .into_iter()
                .map(|entry| view! { <Line entry/> });
            view! {
                <div class="stack">
                    <p>{k::email_domain::text(&check.domain)}</p>
                    <ul class="dns-records">{lines.collect_view()}</ul>
                    <div class="row">
                        <Button label=k::email_domain::AGAIN icon=icon::REFRESH_CW busy on_press=move |()| ask()/>
                        <span class="hint" aria-live="polite">{move || k::email_domain::checked(&instant::shown(&at))}</span>
                    </div>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn Line(entry: Entry) -> impl IntoView {
    let (title, text) = about(&entry.kind);
    let (label, tone, icon) = standing(&entry.state);
    let why = entry.code.as_deref().and_then(why);
    let is_good = entry.state == "good";
    let wanted = entry.wanted.clone().filter(|_| !is_good);
    let place = format!("{} · {}", entry.r#type, entry.name);
    let found = entry.found.clone().into_iter();
    let found = found.map(|text| view! { <pre class="email-record">{text}</pre> });
    let found = found.collect_view();
    let has_found = !entry.found.is_empty();
    view! {
        <li class="dns-record stack">
            <div class="row"><h3>{title}</h3><Status label tone icon/></div>
            <p class="hint">{text}</p>
            {why.map(|why| view! { <p>{why}</p> })}
            {wanted.map(|wanted| view! {
                <p class="hint">{k::email_domain::WANTED}" "<strong>{place.clone()}</strong></p>
                <pre class="email-record">{wanted}</pre>
            })}
            {has_found.then(|| view! { <p class="hint">{k::email_domain::FOUND}" "<strong>{place}</strong></p>{found} })}
        </li>
    }
}
