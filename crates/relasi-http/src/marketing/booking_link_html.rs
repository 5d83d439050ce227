//! The page behind a booking's link as HTML. No script.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use relasi_app::marketing::booking::{
    Managed, Slot,
    words::{said, when},
};
use relasi_domain::locale::Language;

use super::{
    booking_html::{View, alarm, calendar, chosen, title},
    html::{Safe, frame, languages, notice},
};

/// The page that says that there is no such booking.
pub(super) fn gone(language: Language) -> String {
    let said = |key: &str| said(language, key);
    notice(language, said("gone_title"), said("gone"))
}

/// The page behind a booking's link. `slots` are the times that it can be moved to, when that is asked about.
pub(super) fn manage(
    managed: &Managed,
    view: &View,
    (token, slots): (&str, Option<&[Slot]>),
    wrong: Option<&str>,
) -> String {
    let language = view.language;
    let (open, booking) = (&managed.open, &managed.booking);
    let title = title(open, language);
    let more = if view.moves {
        view.here()
    } else {
        String::new()
    };
    let mut body = languages(language, &more);
    let _ = write!(body, "<h1>{}</h1>", Safe(&title));
    body.push_str(
        &wrong
            .map(|key| alarm(said(language, key)))
            .unwrap_or_default(),
    );
    let state = match (booking.is_booked(), managed.can_change) {
        (false, _) => "is_cancelled",
        (true, true) => "is_booked",
        (true, false) => "is_over",
    };
    let zone = view.zone;
    let _ = write!(
        body,
        "<p class=\"state\" role=\"status\">{}</p><dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd>",
        said(language, state),
        said(language, "when"),
        Safe(&when((booking.start(), booking.end()), zone, language)),
        said(language, "who"),
        Safe(&managed.hosts().join(", ")),
    );
    if let Some(place) = open
        .page
        .design
        .place
        .as_deref()
        .filter(|text| !text.is_empty())
    {
        let _ = write!(
            body,
            "<dt>{}</dt><dd>{}</dd>",
            said(language, "where"),
            Safe(place)
        );
    }
    body.push_str("</dl>");
    match (slots, view.at) {
        (Some(_), Some(at)) => body.push_str(&confirm_move(view, at)),
        (Some(slots), None) => {
            let _ = write!(body, "<h2>{}</h2>", said(language, "choose_other"));
            body.push_str(&calendar(open, view, slots));
        }
        (None, _) => body.push_str(&acts(managed, view, token)),
    }
    frame(language, &title, &body)
}

fn confirm_move(view: &View, at: DateTime<Utc>) -> String {
    format!(
        "{}<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"do\" value=\"move\">\
         <button type=\"submit\">{}</button></form>",
        chosen(view, at),
        view.link(&view.here()),
        said(view.language, "confirm_move")
    )
}

/// What can be done with a booking.
fn acts(managed: &Managed, view: &View, token: &str) -> String {
    let language = view.language;
    let mut html = "<div class=\"acts\">".to_owned();
    if managed.can_change {
        let _ = write!(
            html,
            "<a href=\"/b/manage/{token}/calendar.ics?lang={}\">{}</a><a href=\"{}\">{}</a><details><summary>{}</summary><p>{}</p>\
             <form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"do\" value=\"cancel\">\
             <button type=\"submit\">{}</button></form></details>",
            language.tag(),
            said(language, "to_calendar"),
            view.link("&move=1"),
            said(language, "reschedule"),
            said(language, "cancel"),
            said(language, "cancel_sure"),
            view.link(""),
            said(language, "cancel_now"),
        );
    } else if managed.open.page.active {
        let _ = write!(
            html,
            "<a href=\"/b/{}?lang={}\">{}</a>",
            managed.open.page.slug,
            language.tag(),
            said(language, "book_again")
        );
    }
    html.push_str("</div>");
    html
}
