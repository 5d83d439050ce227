//! Time as people count it, and how long there is left to answer a lead.

use js_sys::Date;
use leptos::prelude::*;

use super::{Record, instant};
use crate::i18n::{k, number};
use crate::ui::icon;
use crate::ui::tag::{Status, Tone};

/// "45 s", "4 min", "2 h 5 min", "3 d"; tracked.
pub fn lasting(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if seconds < 60 {
        k::speed::seconds(&number(seconds))
    } else if minutes < 60 {
        k::speed::minutes(&number(minutes))
    } else if hours < 48 {
        let rest = minutes % 60;
        let hours = k::speed::hours(&number(hours));
        if rest == 0 {
            hours
        } else {
            format!("{hours} {}", k::speed::minutes(&number(rest)))
        }
    } else {
        k::speed::days(&number(days))
    }
}

/// Until when a lead should be answered, as what is left or what it is late by; nothing for one that waits no more.
pub fn left(lead: &Record) -> AnyView {
    let over = ["unqualified", "converted"];
    let waits = lead.text("first_response_at").is_none()
        && !lead
            .text("status")
            .is_some_and(|status| over.contains(&status));
    let Some(due) = lead.text("response_due_at").filter(|_| waits) else {
        return ().into_any();
    };
    let (left, title) = (Date::parse(due) - Date::now(), due.to_owned());
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
    let seconds = (left.abs() / 1_000.0) as i64;
    let late = left < 0.0;
    let label = move || {
        if late {
            k::routing::overdue(&lasting(seconds))
        } else {
            k::routing::due_in(&lasting(seconds))
        }
    };
    let (tone, icon) = if late {
        (Tone::Bad, icon::ALARM_CLOCK)
    } else {
        (Tone::Neutral, icon::CLOCK)
    };
    view! { <span title=move || instant::shown(&title)><Status label tone icon/></span> }.into_any()
}
