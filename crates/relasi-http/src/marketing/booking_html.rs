//! Booking pages as HTML: a month, the times of a day, what is asked. No script.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use relasi_app::marketing::booking::{
    Open, Slot,
    words::{day, month, said, time, weekday_short, when},
};
use relasi_domain::{locale::Language, marketing::booking::Sharing, sales::lead, shape::Shape};

use super::html::{Filled, Safe, frame, languages, lines, notice, rows, summary};

/// What of a page is shown.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) language: Language,
    /// By whose clocks.
    pub(super) zone: Tz,
    /// How long it takes.
    pub(super) minutes: u16,
    /// The first day of the month.
    pub(super) month: NaiveDate,
    /// The day whose times are shown.
    pub(super) day: Option<NaiveDate>,
    /// The time that was chosen.
    pub(super) at: Option<DateTime<Utc>>,
    /// It is about moving something that is booked.
    pub(super) moves: bool,
}

impl View {
    /// An address that shows something else, without its language.
    fn more(&self, month: NaiveDate, day: Option<NaiveDate>, at: Option<DateTime<Utc>>) -> String {
        // What stands for a space in an address is part of some names.
        let zone = self.zone.name().replace('+', "%2B");
        let mut more = format!("&tz={zone}&month={}", month.format("%Y-%m"));
        if self.moves {
            more.push_str("&move=1");
        } else {
            let _ = write!(more, "&len={}", self.minutes);
        }
        if let Some(day) = day {
            let _ = write!(more, "&day={day}");
        }
        if let Some(at) = at {
            let _ = write!(more, "&at={}", at.format("%Y-%m-%dT%H:%M:%SZ"));
        }
        more
    }

    /// The address of what is shown.
    pub(super) fn here(&self) -> String {
        self.more(self.month, self.day, self.at)
    }

    pub(super) fn link(&self, more: &str) -> String {
        Safe(&format!("?lang={}{more}", self.language.tag())).to_string()
    }

    fn end(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        at + TimeDelta::minutes(i64::from(self.minutes))
    }
}

pub(super) fn title(open: &Open, language: Language) -> String {
    let title = open.page.design.title.of(language);
    title.unwrap_or(&open.page.name).to_owned()
}

/// The page that says that nothing can be booked there.
pub(super) fn missing(language: Language) -> String {
    let said = |key: &str| said(language, key);
    notice(language, said("missing_title"), said("missing"))
}

/// `30 minutes · with Dewi · Jl. Braga 1`.
fn about(open: &Open, view: &View) -> String {
    let (page, language) = (&open.page, view.language);
    let mut parts = vec![minutes(view.minutes, language)];
    let all = page.hosts.len() == 1 || page.design.sharing == Sharing::Together;
    if all {
        let names: Vec<&str> = page.names.values().map(String::as_str).collect();
        parts.push(said(language, "with").replace("{names}", &names.join(", ")));
    }
    parts.extend(page.design.place.clone().filter(|text| !text.is_empty()));
    format!("<p class=\"meta\">{}</p>", Safe(&parts.join(" · ")))
}

fn minutes(count: u16, language: Language) -> String {
    said(language, "minutes").replace("{n}", &count.to_string())
}

/// The head of a page: other languages, heading, introduction.
fn head(open: &Open, view: &View) -> String {
    let language = view.language;
    let mut body = languages(language, &view.here());
    let _ = write!(body, "<h1>{}</h1>", Safe(&title(open, language)));
    body.push_str(&about(open, view));
    body.push_str(&lines(
        open.page.design.intro.of(language).unwrap_or_default(),
    ));
    body
}

/// Something that went wrong, said first.
pub(super) fn alarm(text: &str) -> String {
    format!(
        "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" autofocus><p>{}</p></div>",
        Safe(text)
    )
}

/// The month, and the times of the day that was chosen.
pub(super) fn choose(open: &Open, view: &View, slots: &[Slot], wrong: Option<&str>) -> String {
    let mut body = head(open, view);
    body.push_str(
        &wrong
            .map(|key| alarm(said(view.language, key)))
            .unwrap_or_default(),
    );
    body.push_str(&lengths(open, view));
    body.push_str(&calendar(open, view, slots));
    frame(view.language, &title(open, view.language), &body)
}

/// Time zone, month and times.
pub(super) fn calendar(open: &Open, view: &View, slots: &[Slot]) -> String {
    let mut body = zones(open, view);
    let mut days: BTreeMap<NaiveDate, Vec<DateTime<Utc>>> = BTreeMap::new();
    for slot in slots {
        let local = slot.start_at.with_timezone(&view.zone).date_naive();
        days.entry(local).or_default().push(slot.start_at);
    }
    body.push_str(&month_table(view, &days));
    if days.is_empty() {
        let _ = write!(
            body,
            "<p role=\"status\">{}</p>",
            said(view.language, "nothing_free")
        );
    }
    if let Some(chosen) = view.day {
        let _ = write!(
            body,
            "<h2 id=\"times\">{}</h2>",
            Safe(&day(chosen, view.language))
        );
        match days.get(&chosen) {
            Some(times) => body.push_str(&time_list(view, chosen, times)),
            None => {
                let _ = write!(
                    body,
                    "<p role=\"status\">{}</p>",
                    said(view.language, "day_full")
                );
            }
        }
    }
    body
}

fn lengths(open: &Open, view: &View) -> String {
    let all = &open.page.design.lengths;
    if all.len() < 2 {
        return String::new();
    }
    let mut html = format!(
        "<h2>{}</h2><ul class=\"lengths\">",
        said(view.language, "how_long")
    );
    for count in all {
        let here = if *count == view.minutes {
            " aria-current=\"true\""
        } else {
            ""
        };
        let other = View {
            minutes: *count,
            ..view.clone()
        };
        let _ = write!(
            html,
            "<li><a href=\"{}\"{here}>{}</a></li>",
            other.link(&other.more(view.month, None, None)),
            minutes(*count, view.language)
        );
    }
    html.push_str("</ul>");
    html
}

/// A form that asks by whose clocks, the page's own first.
fn zones(open: &Open, view: &View) -> String {
    let language = view.language;
    let mut html = format!(
        "<form method=\"get\" class=\"zone\"><label for=\"tz\">{}</label>\
         <input type=\"hidden\" name=\"lang\" value=\"{}\"><input type=\"hidden\" name=\"month\" value=\"{}\">",
        said(language, "time_zone"),
        language.tag(),
        view.month.format("%Y-%m"),
    );
    let (name, value) = if view.moves {
        ("move", "1".to_owned())
    } else {
        ("len", view.minutes.to_string())
    };
    let _ = write!(
        html,
        "<input type=\"hidden\" name=\"{name}\" value=\"{value}\"><select id=\"tz\" name=\"tz\">"
    );
    let others = TZ_VARIANTS.iter().filter(|zone| **zone != open.zone);
    for zone in [&open.zone].into_iter().chain(others) {
        let chosen = if *zone == view.zone { " selected" } else { "" };
        let _ = write!(html, "<option{chosen}>{}</option>", zone.name());
    }
    let _ = write!(
        html,
        "</select><button type=\"submit\" class=\"quiet\">{}</button></form>",
        said(language, "show")
    );
    html
}

fn month_table(view: &View, days: &BTreeMap<NaiveDate, Vec<DateTime<Utc>>>) -> String {
    let language = view.language;
    let other = |first: Option<NaiveDate>, key: &str, rel: &str| {
        let first = first.unwrap_or(view.month);
        let link = view.link(&view.more(first, None, None));
        format!(
            "<a href=\"{link}\" rel=\"{rel}\">{}</a>",
            said(language, key)
        )
    };
    let before = view.month.checked_sub_months(Months::new(1));
    let after = view.month.checked_add_months(Months::new(1));
    let mut html = format!(
        "<div class=\"months\">{}{}</div><table><caption>{}</caption><thead><tr>",
        other(before, "earlier", "prev"),
        other(after, "later", "next"),
        Safe(&month(view.month, language))
    );
    for number in 0..7 {
        let _ = write!(
            html,
            "<th scope=\"col\">{}</th>",
            weekday_short(number, language)
        );
    }
    html.push_str("</tr></thead><tbody>");
    let gap = u64::from(view.month.weekday().num_days_from_monday());
    let mut date = view
        .month
        .checked_sub_days(Days::new(gap))
        .unwrap_or(view.month);
    let end = after.unwrap_or(view.month);
    while date < end {
        html.push_str("<tr>");
        for _ in 0..7 {
            html.push_str(&cell(view, date, days.contains_key(&date)));
            date = date.succ_opt().unwrap_or(end);
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    html
}

fn cell(view: &View, date: NaiveDate, is_free: bool) -> String {
    if date.month() != view.month.month() {
        return "<td></td>".to_owned();
    }
    if !is_free {
        return format!("<td><span>{}</span></td>", date.day());
    }
    let here = if view.day == Some(date) {
        " aria-current=\"date\""
    } else {
        ""
    };
    let link = view.link(&view.more(view.month, Some(date), None));
    let label = Safe(&day(date, view.language)).to_string();
    format!(
        "<td><a href=\"{link}#times\" aria-label=\"{label}\"{here}>{}</a></td>",
        date.day()
    )
}

fn time_list(view: &View, chosen: NaiveDate, times: &[DateTime<Utc>]) -> String {
    let mut html = "<ul class=\"times\">".to_owned();
    for at in times {
        let link = view.link(&view.more(view.month, Some(chosen), Some(*at)));
        let _ = write!(
            html,
            "<li><a href=\"{link}\">{}</a></li>",
            time(*at, view.zone, view.language)
        );
    }
    html.push_str("</ul>");
    html
}

/// What is asked once a time is chosen.
pub(super) fn details(
    open: &Open,
    (view, at): (&View, DateTime<Utc>),
    filled: &Filled<'_>,
    wrong: Option<&str>,
) -> String {
    let language = view.language;
    let design = open.page.design.form();
    let shape = Shape::new(&lead::OBJECT, &open.customs);
    let mut body = head(open, view);
    body.push_str(&chosen(view, at));
    body.push_str(
        &wrong
            .map(|key| alarm(said(language, key)))
            .unwrap_or_default(),
    );
    body.push_str(&summary(&design, shape, filled));
    let _ = write!(
        body,
        "<form method=\"post\" action=\"{}\" novalidate><input type=\"hidden\" name=\"page\" value=\"{}\">\
         <div class=\"trap\" aria-hidden=\"true\"><label for=\"url\">{}</label>\
         <input id=\"url\" name=\"url\" tabindex=\"-1\" autocomplete=\"off\"></div>{}\
         <button type=\"submit\">{}</button></form>",
        view.link(&view.here()),
        Safe(filled.page),
        said(language, "trap"),
        rows(&design, shape, filled),
        said(language, "confirm"),
    );
    frame(language, &title(open, language), &body)
}

pub(super) fn chosen(view: &View, at: DateTime<Utc>) -> String {
    let back = view.link(&view.more(view.month, view.day, None));
    format!(
        "<h2>{}</h2><p class=\"back\"><a href=\"{back}\">{}</a></p>",
        Safe(&when((at, view.end(at)), view.zone, view.language)),
        said(view.language, "other_time")
    )
}
