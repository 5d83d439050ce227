//! Statuses and tags behind a heading, and the links that reach a person.

use leptos::prelude::*;

use super::live::Live;
use crate::i18n::k;
use crate::keys::{self, Scope};
use crate::records::value::{choice_tone, tag_marks};
use crate::records::{Record, labels};
use crate::ui::button::shortcut;
use crate::ui::icon::{self, Glyph, Icon};
use crate::ui::tag::Tag;

/// A choice field as a mark, and the tags.
pub fn marks(live: Live, field: &'static str) -> ViewFn {
    ViewFn::from(move || {
        let code = Memo::new(move |_| live.with(|record| record.text(field).map(str::to_owned)));
        let tags = Memo::new(move |_| {
            live.with(|record| {
                record
                    .items("tags")
                    .iter()
                    .filter_map(|id| id.as_str().map(str::to_owned))
                    .collect::<Vec<_>>()
            })
        });
        view! {
            <span class="record-marks">
                {move || code.get().map(|code| {
                    let tone = choice_tone(&code);
                    view! { <Tag label=move || labels::choice(live.object, field, &code) tone/> }
                })}
                {move || tag_marks(tags.get())}
            </span>
        }
    })
}

/// The first value of a field with several.
fn first(record: &Record, field: &str) -> Option<String> {
    record
        .items(field)
        .first()
        .and_then(|entry| entry["value"].as_str())
        .map(str::to_owned)
}

/// Links that write to and call a person or company: e-mail, chat where it is preferred, telephone.
#[component]
pub fn ReachLinks(
    /// The person or company.
    live: Live,
) -> impl IntoView {
    let mail = Memo::new(move |_| {
        live.with(|record| first(record, "emails").map(|to| format!("mailto:{to}")))
    });
    let call = Memo::new(move |_| {
        live.with(|record| first(record, "phones").map(|to| format!("tel:{}", digits(&to, true))))
    });
    let chat = Memo::new(move |_| live.with(chat_link));
    keys::bind(Scope::Page, "E", k::record::EMAIL, move || {
        if let Some(to) = mail.get_untracked() {
            // Fails for addresses that can't be parsed; then nothing opens.
            let _ = window().location().set_href(&to);
        }
    });
    let link = |href: String,
                label: TextProp,
                icon: Icon,
                key: Option<&'static str>,
                away: bool| {
        view! {
            <a class="btn plain medium" href=href target=away.then_some("_blank") rel=away.then_some("noopener noreferrer") aria-keyshortcuts=move || shortcut(key)>
                <Glyph icon/><span class="btn-label">{move || label.get()}</span>
            </a>
        }
    };
    view! {
        {move || mail.get().map(|href| link(href, k::record::EMAIL.into(), icon::MAIL, Some("E"), false))}
        {move || chat.get().map(|(name, href)| link(href, name.into(), icon::MESSAGE_CIRCLE, None, true))}
        {move || call.get().map(|href| link(href, k::record::CALL.into(), icon::PHONE, None, false))}
    }
}

/// The chat a person prefers, and where it opens. LINE has no address by telephone number: its list of chats opens.
fn chat_link(record: &Record) -> Option<(&'static str, String)> {
    match record.text("preferred_channel")? {
        "whatsapp" => Some((
            "WhatsApp",
            format!("https://wa.me/{}", digits(&first(record, "phones")?, false)),
        )),
        "line" => Some(("LINE", "https://line.me/R/nv/chat".to_owned())),
        _ => None,
    }
}

/// The digits of a number, as links to it have them.
pub fn digits(phone: &str, plus: bool) -> String {
    phone
        .chars()
        .filter(|c| c.is_ascii_digit() || (plus && *c == '+'))
        .collect()
}
