//! Activities as entries of a calendar.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    locale::{Language, choice_label},
    record::Document,
};
use serde_json::Value;

use super::{
    super::cell::{Names, text_of_id},
    card::compact,
    line,
};

/// Writes entries: meetings and calls with a time as events, other things to do as tasks, notes and e-mails as journal.
pub(in crate::platform::bulk) struct Calendar {
    pub(super) language: Language,
}

/// The fields that refer to something whose name stands in an entry.
pub(super) fn references() -> Vec<&'static str> {
    vec!["contact_id", "company_id", "deal_id"]
}

pub(super) fn begin() -> Vec<u8> {
    let mut out = String::new();
    head(&mut out, "PUBLISH");
    out.into_bytes()
}

fn head(out: &mut String, method: &str) {
    line::raw(out, "BEGIN", "VCALENDAR");
    line::raw(out, "VERSION", "2.0");
    line::raw(out, "PRODID", "-//Relasi//Relasi//EN");
    line::raw(out, "CALSCALE", "GREGORIAN");
    line::raw(out, "METHOD", method);
}

pub(super) fn end() -> Vec<u8> {
    b"END:VCALENDAR\r\n".to_vec()
}

impl Calendar {
    pub(super) fn write(&self, records: &[Document], names: &Names) -> Vec<u8> {
        let mut out = String::new();
        for record in records {
            self.entry(&mut out, record, names);
        }
        out.into_bytes()
    }

    fn entry(&self, out: &mut String, record: &Document, names: &Names) {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        let (due, done) = (text("due_at"), text("done_at"));
        let at = if due.is_empty() { done } else { due };
        let kind = match text("kind") {
            "meeting" | "call" if !at.is_empty() => "VEVENT",
            "note" | "email" => "VJOURNAL",
            _ => "VTODO",
        };
        line::raw(out, "BEGIN", kind);
        line::raw(out, "UID", text("id"));
        line::raw(out, "DTSTAMP", &compact(text("updated_at")));
        line::raw(out, "CREATED", &compact(text("created_at")));
        line::raw(out, "LAST-MODIFIED", &compact(text("updated_at")));
        let version = record.get("version").and_then(Value::as_i64).unwrap_or(1);
        line::raw(out, "SEQUENCE", &(version - 1).to_string());
        match kind {
            "VEVENT" => event(out, record, at),
            "VTODO" => task(out, due, done),
            _ => {
                line::raw(out, "DTSTART", &compact(at));
                line::raw(out, "STATUS", "FINAL");
            }
        }
        line::text(out, "SUMMARY", text("subject"));
        line::text(out, "DESCRIPTION", text("body"));
        if kind != "VJOURNAL" {
            line::text(out, "LOCATION", text("location"));
            let priority = match text("priority") {
                "high" => "1",
                "normal" => "5",
                "low" => "9",
                _ => "",
            };
            line::raw(out, "PRIORITY", priority);
        }
        let about = references().into_iter();
        let about = about.map(|name| text_of_id(names, text(name)));
        let about: Vec<&str> = about.filter(|name| !name.is_empty()).collect();
        line::text(out, "CONTACT", &about.join(", "));
        let label = choice_label(self.language, "activity", "kind", text("kind"));
        line::text(out, "CATEGORIES", label.unwrap_or_default());
        line::raw(out, "END", kind);
    }
}

fn event(out: &mut String, record: &Document, at: &str) {
    line::raw(out, "DTSTART", &compact(at));
    let minutes = record.get("duration_minutes").and_then(Value::as_i64);
    let start = at.parse::<DateTime<Utc>>().ok();
    let length = minutes
        .filter(|minutes| *minutes > 0)
        .and_then(TimeDelta::try_minutes);
    let until = start
        .zip(length)
        .and_then(|(start, length)| start.checked_add_signed(length));
    if let Some(until) = until {
        line::raw(out, "DTEND", &until.format("%Y%m%dT%H%M%SZ").to_string());
    }
    let cancelled = record.get("outcome").and_then(Value::as_str) == Some("cancelled");
    line::raw(
        out,
        "STATUS",
        if cancelled { "CANCELLED" } else { "CONFIRMED" },
    );
}

fn task(out: &mut String, due: &str, done: &str) {
    line::raw(out, "DUE", &compact(due));
    line::raw(out, "COMPLETED", &compact(done));
    line::raw(
        out,
        "STATUS",
        if done.is_empty() {
            "NEEDS-ACTION"
        } else {
            "COMPLETED"
        },
    );
}

/// A calendar of its own for somebody who does not use the app, with one event.
#[derive(Debug, Clone)]
pub(crate) struct Invitation<'i> {
    /// The same for as long as it is the same event.
    pub(crate) uid: String,
    /// Counts up on every change.
    pub(crate) sequence: i64,
    /// When it was last changed.
    pub(crate) changed: DateTime<Utc>,
    /// When it begins.
    pub(crate) from: DateTime<Utc>,
    /// When it ends.
    pub(crate) until: DateTime<Utc>,
    /// What it is called.
    pub(crate) summary: &'i str,
    /// What else there is to say.
    pub(crate) description: &'i str,
    /// Where it is.
    pub(crate) location: &'i str,
    /// It does not take place.
    pub(crate) is_cancelled: bool,
}

impl Invitation<'_> {
    /// What calendars call for: to be put in, or to be taken out.
    pub(crate) const fn method(&self) -> &'static str {
        if self.is_cancelled {
            "CANCEL"
        } else {
            "PUBLISH"
        }
    }

    /// The whole file.
    pub(crate) fn file(&self) -> String {
        let moment = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
        let mut out = String::new();
        head(&mut out, self.method());
        line::raw(&mut out, "BEGIN", "VEVENT");
        line::raw(&mut out, "UID", &self.uid);
        line::raw(&mut out, "DTSTAMP", &moment(self.changed));
        line::raw(&mut out, "SEQUENCE", &self.sequence.to_string());
        line::raw(&mut out, "DTSTART", &moment(self.from));
        line::raw(&mut out, "DTEND", &moment(self.until));
        let status = if self.is_cancelled {
            "CANCELLED"
        } else {
            "CONFIRMED"
        };
        line::raw(&mut out, "STATUS", status);
        line::text(&mut out, "SUMMARY", self.summary);
        line::text(&mut out, "DESCRIPTION", self.description);
        line::text(&mut out, "LOCATION", self.location);
        line::raw(&mut out, "END", "VEVENT");
        line::raw(&mut out, "END", "VCALENDAR");
        out
    }
}

#[cfg(test)]
mod tests {
    use calcard::{
        Entry, Parser,
        icalendar::ICalendarComponentType::{VCalendar, VEvent, VJournal, VTodo},
    };
    use relasi_domain::interaction::activity;
    use serde_json::json;

    use super::*;

    #[test]
    fn another_reader_finds_events_tasks_and_notes() {
        for field in references() {
            assert!(activity::OBJECT.field(field).is_some());
        }
        let record = |more: Value| {
            let mut all = json!({"id": "a", "version": 3, "created_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-02T00:00:00.5Z"});
            all.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            all.as_object().unwrap().clone()
        };
        let records = [
            record(
                json!({"kind": "meeting", "subject": "Rapat, ruang 2; pagi", "due_at": "2026-11-29T18:30:00Z", "duration_minutes": 45, "contact_id": "c"}),
            ),
            record(
                json!({"kind": "task", "subject": "Telepon", "due_at": "2026-11-30T02:00:00Z", "priority": "high"}),
            ),
            record(
                json!({"kind": "note", "subject": "Catatan", "body": "satu\ndua", "done_at": "2026-11-29T18:30:00Z"}),
            ),
            record(json!({"kind": "call", "subject": "Kapan-kapan"})),
        ];
        let names: Names = [("c".to_owned(), "Siti".to_owned())].into();
        let calendar = Calendar {
            language: Language::En,
        };
        let bytes = [begin(), calendar.write(&records, &names), end()].concat();
        let text = String::from_utf8(bytes).unwrap();
        // Not strictly: this reader then refuses whatever stands inside of a calendar.
        let Entry::ICalendar(found) = Parser::new(&text).entry() else {
            panic!("{text}")
        };
        let kinds: Vec<_> = found
            .components
            .iter()
            .map(|one| one.component_type.clone())
            .collect();
        assert_eq!(kinds, [VCalendar, VEvent, VTodo, VJournal, VTodo]);
        for line in [
            "DTSTART:20261129T183000Z",
            "DTEND:20261129T191500Z",
            "SUMMARY:Rapat\\, ruang 2\\; pagi",
            "CONTACT:Siti",
            "DUE:20261130T020000Z",
            "PRIORITY:1",
            "DESCRIPTION:satu\\ndua",
            "SEQUENCE:2",
            "STATUS:NEEDS-ACTION",
            "CATEGORIES:Meeting",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line}: {text}");
        }
    }
}
