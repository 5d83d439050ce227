//! One notification as a line.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use serde_json::Value;

use super::news::{Notification, use_news};
use super::snooze::SnoozeMenu;
use crate::i18n::{day_title, k, local_day, number, time};
use crate::records::bulk::{Action, action_name};
use crate::records::device::described;
use crate::records::fields::whole;
use crate::records::instant;
use crate::records::labels;
use crate::records::people::use_people;
use crate::records::refs::page_path;
use crate::ui::icon::{self, Glyph, Icon};

/// Where the record of a notification is.
fn href(notification: &Notification) -> Option<String> {
    if notification.kind == "new_device" {
        return Some("/app/settings/security".to_owned());
    }
    if notification.kind == "score_model_off" {
        return Some("/app/settings/lead-score".to_owned());
    }
    let id = notification.record_id.as_deref()?;
    if notification.object.as_deref() == Some("import") {
        return Some(format!("/app/import/{id}"));
    }
    if notification.object.as_deref() == Some("duplicates") {
        return Some("/app/quality/duplicates".to_owned());
    }
    if notification.object.as_deref() == Some("webhook_endpoint") {
        return Some("/app/settings/webhooks".to_owned());
    }
    if notification.object.as_deref() == Some("booking_page") {
        return Some("/app/settings/booking-pages".to_owned());
    }
    if notification.object.as_deref() == Some("quality_audit") {
        return Some(format!("/app/quality/audits/{id}"));
    }
    if notification.object.as_deref() == Some("bulk_operation") {
        // The new owner did not do it: their records are where they always are.
        let of = relasi_domain::object(notification.data["object"].as_str()?)?;
        let own = notification.kind != "bulk_assigned";
        return Some(if own {
            "/app/jobs".to_owned()
        } else {
            format!("/app/{}", of.plural)
        });
    }
    let object = relasi_domain::object(notification.object.as_deref()?)?;
    match object.name {
        "activity" => Some("/app/tasks?tab=week".to_owned()),
        _ => page_path(object, id),
    }
}

/// What it is about, drawn.
pub fn glyph(notification: &Notification) -> Icon {
    match notification.object.as_deref() {
        Some("contact") => icon::USER,
        Some("company") => icon::BUILDING_2,
        Some("lead") => icon::USER_PLUS,
        Some("deal") => icon::HANDSHAKE,
        Some("quote") => icon::RECEIPT,
        Some("booking_page") => icon::CALENDAR_DAYS,
        Some("activity") if notification.kind.starts_with("booking_") => icon::CALENDAR_DAYS,
        Some("activity") => icon::SQUARE_CHECK_BIG,
        Some("import") => icon::UPLOAD,
        Some("duplicates") => icon::MERGE,
        Some("score_model") => icon::TARGET,
        Some("quality_audit") => icon::CIRCLE_CHECK,
        Some("bulk_operation") => icon::LAYERS,
        _ if notification.kind == "new_device" => icon::SHIELD,
        _ => icon::BELL,
    }
}

/// What happened, in a sentence; tracked.
pub fn words(notification: &Notification) -> String {
    let of = |name: &str| {
        notification.data[name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let title = of("title");
    let object = notification
        .object
        .as_deref()
        .and_then(relasi_domain::object)
        .map(labels::one)
        .unwrap_or_default();
    match notification.kind.as_str() {
        "shared" => {
            k::notifications::shared(&use_people().name(&of("by")).unwrap_or_default(), &title)
        }
        "mentioned" | "commented" | "logged" | "changed" => discussed(notification),
        "assigned" => match use_people().name(&of("by")) {
            Some(by) => k::notifications::assigned(&by, &object, &title),
            None => k::notifications::assigned_to_you(&object, &title),
        },
        "lead_handed_off" => k::notifications::lead_handed_off(
            &use_people().name(&of("by")).unwrap_or_default(),
            &title,
        ),
        "lead_accepted" => k::notifications::lead_accepted(
            &use_people().name(&of("by")).unwrap_or_default(),
            &title,
        ),
        "lead_returned" => k::notifications::lead_returned(
            &use_people().name(&of("by")).unwrap_or_default(),
            &title,
            &of("text"),
        ),
        "quality_audit_assigned" => k::notifications::quality_audit(
            &use_people().name(&of("by")).unwrap_or_default(),
            &title,
        ),
        "lead_waits" => k::routing::lead_waits(minutes(notification), &title),
        "lead_escalated" => k::routing::lead_escalated(
            minutes(notification),
            &use_people().name(&of("owner_id")).unwrap_or_default(),
            &title,
        ),
        "score_model_off" => k::scores::model_off(&number(
            notification.data["number"].as_i64().unwrap_or_default(),
        )),
        "quality_audit_due" => k::notifications::quality_audit_due(&title),
        kind if kind.starts_with("quote_") => quote_words(kind, notification),
        kind if kind.starts_with("booking_") => booking_words(kind, notification),
        "webhook_disabled" => match of("reason").as_str() {
            "gone" => k::notifications::webhook_gone(&of("host")),
            "failing" => k::notifications::webhook_failing(&of("host")),
            _ => k::notifications::webhook_creator_left(&of("host")),
        },
        "new_device" => k::security::new_device(&described(&of("user_agent")), &of("ip")),
        "activity_due" => activity_due(notification, &title),
        "due" | "reminder" => k::notifications::due(&title),
        "import_done" => k::notifications::import_done(&of("file_name")),
        "import_failed" => k::notifications::import_failed(&of("file_name")),
        "import_undone" => k::notifications::import_undone(&of("file_name")),
        "duplicates_searched" => match notification.data["pairs"].as_i64() {
            None | Some(0) => k::notifications::duplicates_none(&searched(notification)),
            Some(pairs) => k::notifications::duplicates_found(pairs, &searched(notification)),
        },
        "duplicates_search_failed" => k::notifications::duplicates_failed(&searched(notification)),
        "bulk_assigned" => {
            let count = notification.data["count"].as_i64().unwrap_or_default();
            k::notifications::bulk_assigned(
                count,
                &use_people().name(&of("by")).unwrap_or_default(),
            )
        }
        kind if kind.starts_with("bulk") => bulk(notification, &of("action")),
        kind if kind.starts_with("import") => k::notifications::import_other(&of("file_name")),
        _ if title.is_empty() => k::notifications::SOMETHING.get().to_owned(),
        _ => k::notifications::changed(&object, &title),
    }
}

/// How long a lead has waited.
fn minutes(notification: &Notification) -> i64 {
    notification.data["minutes"].as_i64().unwrap_or_default()
}

/// What somebody said of a record or did with it; tracked.
fn discussed(notification: &Notification) -> String {
    let of = |name: &str| notification.data[name].as_str().unwrap_or_default();
    let by = use_people().name(of("by")).unwrap_or_default();
    let (title, text) = (of("title"), of("text"));
    match notification.kind.as_str() {
        "mentioned" => k::notifications::mentioned(&by, text, title),
        "commented" => k::notifications::commented(&by, text, title),
        "logged" => k::notifications::logged(&by, text, title),
        _ => {
            let object = notification.object.as_deref();
            let object = object.and_then(relasi_domain::object).map(whole);
            let fields = notification.data["fields"].as_array().into_iter().flatten();
            let fields = fields.filter_map(Value::as_str);
            let named =
                fields.map(|name| object.map_or_else(String::new, |it| labels::field(it, name)));
            k::notifications::changed_by(&by, &named.collect::<Vec<_>>().join(", "), title)
        }
    }
}

/// Whose duplicates were searched for: "Contacts".
fn searched(notification: &Notification) -> String {
    notification.data["object"]
        .as_str()
        .and_then(relasi_domain::object)
        .map(labels::many)
        .unwrap_or_default()
}

/// How work on many records ended; tracked.
fn bulk(notification: &Notification, action: &str) -> String {
    let count = |name: &str| {
        notification.data["counts"][name]
            .as_i64()
            .unwrap_or_default()
    };
    let action = serde_json::from_value::<Action>(action.into());
    let name = action.map_or("", |action| action_name(action).get());
    k::notifications::bulk_ended(&number(count("done")), name, &number(count("total")))
}

/// The line: a press marks it as read and goes where it points.
#[component]
pub fn NotificationLine(
    /// The notification.
    notification: Notification,
    /// Called when it was pressed.
    #[prop(optional, into)]
    on_read: Option<Callback<String>>,
    /// Can be put off.
    #[prop(optional, into)]
    on_snooze: Option<Callback<(Vec<String>, Option<String>)>>,
) -> impl IntoView {
    let news = use_news();
    let navigate = use_navigate();
    let target = href(&notification);
    let unread = notification.read_at.is_none();
    let (id, at) = (notification.id.clone(), notification.created_at.clone());
    let press = move |_| {
        if unread {
            news.read(&id);
            if let Some(done) = on_read {
                done.run(id.clone());
            }
        }
        if let Some(path) = &target {
            navigate(path, NavigateOptions::default());
        }
    };
    let when = move || local_day(&at).map(|day| format!("{} {}", day_title(day), time(&at)));
    let symbol = glyph(&notification);
    let snoozed = notification
        .snoozed_until
        .clone()
        .filter(|_| notification.is_hidden());
    let hidden = snoozed.clone();
    let back = move || {
        let until = hidden.as_deref()?;
        let day = day_title(local_day(until)?);
        Some(k::notifications::snoozed_until(&format!(
            "{day} {}",
            time(until)
        )))
    };
    let ids = vec![notification.id.clone()];
    let menu = on_snooze.map(|on_choose| view! { <SnoozeMenu ids snoozed on_choose/> });
    view! {
        <li class="news" class:unread=unread>
            <button type="button" on:click=press>
                <Glyph icon=symbol/>
                <span class="news-words">{move || words(&notification)}
                    {move || back().map(|text| view! { <span class="news-back hint">{text}</span> })}
                    {unread.then(|| view! { <span class="hidden-visually">{k::notifications::UNREAD}</span> })}</span>
                <span class="hint">{when}</span>
                <span class="news-dot" aria-hidden="true"></span>
            </button>
            {menu}
        </li>
    }
}

/// What happened to a booking or its page.
fn booking_words(kind: &str, notification: &Notification) -> String {
    let of = |name: &str| notification.data[name].as_str().unwrap_or_default();
    let (name, page, when) = (of("title"), of("page"), instant::shown(of("at")));
    match kind {
        "booking_made" => k::booking::notified(name, page, &when),
        "booking_rescheduled" => k::booking::notified_moved(name, page, &when),
        "booking_cancelled" => k::booking::notified_cancelled(name, page, &when),
        "booking_page_empty" => k::booking::notified_empty(name),
        _ => k::notifications::SOMETHING.get().to_owned(),
    }
}

/// What happened to a quote.
fn quote_words(kind: &str, notification: &Notification) -> String {
    let of = |name: &str| {
        let text = notification.data[name].as_str();
        text.unwrap_or_default().to_owned()
    };
    let by = || use_people().name(&of("by")).unwrap_or_default();
    let (title, text) = (of("title"), of("text"));
    match kind {
        "quote_approval" => k::notifications::quote_approval(&by(), &title),
        "quote_approved" => k::notifications::quote_approved(&by(), &title),
        "quote_rejected" => k::notifications::quote_rejected(&by(), &text, &title),
        "quote_viewed" => k::notifications::quote_viewed(&title),
        "quote_accepted" => k::notifications::quote_accepted(&of("name"), &title),
        "quote_declined" => k::notifications::quote_declined(&text, &title),
        "quote_deal_open" => k::notifications::quote_deal_open(&title),
        _ => k::notifications::SOMETHING.get().to_owned(),
    }
}

/// What is due, and when by the person's clock.
fn activity_due(notification: &Notification, title: &str) -> String {
    let due = notification.data["due_at"].as_str().unwrap_or_default();
    k::calendar::due_at(title, &crate::records::instant::shown(due))
}
