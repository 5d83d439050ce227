//! What the calendar shows: which days of whom, and the entries on them.

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::form::Entry;
use super::place::{Place, View};
use crate::api::{Api, ApiError, use_api};
use crate::i18n::{Day, k, local_day};
use crate::records::refs::use_titles;
use crate::records::store::list;
use crate::records::{Record, Titles, instant};
use crate::screens::verbs;
use crate::ui::toast::{Toasts, use_toasts};

/// The most entries of the days shown; further ones are left out, and it is said.
pub const MOST: usize = 1_000;

/// Minutes of a day.
pub const DAY: i64 = 24 * 60;

/// When an entry is, in minutes since 1970 by the clock of the person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// Its beginning.
    pub start: i64,
    /// Its end.
    pub end: i64,
}

/// How long an entry is drawn that says nothing of it.
const SHORTEST: i64 = 30;

impl Span {
    /// That of a record; none without a time.
    pub fn of(record: &Record) -> Option<Self> {
        let due = record.text("due_at")?;
        let clock = instant::clock(due);
        let (hour, minute) = clock.split_once(':')?;
        let minutes = hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?;
        let start = local_day(due)?.number() * DAY + minutes;
        let length = record.integer("duration_minutes").unwrap_or(SHORTEST);
        Some(Self {
            start,
            end: start + length.max(1),
        })
    }

    /// The part that lies on a day, in minutes of it.
    pub fn on(self, day: Day) -> Option<(i64, i64)> {
        let from = day.number() * DAY;
        let (start, end) = (self.start.max(from), self.end.min(from + DAY));
        (start < end).then_some((start - from, end - from))
    }
}

/// The instant of a minute since 1970 by the clock of the person.
pub fn at(minute: i64) -> String {
    let day = Day::from_number(minute.div_euclid(DAY));
    let of_day = minute.rem_euclid(DAY);
    instant::of_local(day, &format!("{:02}:{:02}", of_day / 60, of_day % 60))
}

/// The calendar on the screen.
#[derive(Clone, Copy)]
pub struct Calendar {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    titles: Titles,
    /// What the address says.
    pub place: Memo<Place>,
    /// Users that have a column of their own in the team's day.
    pub team: Memo<Vec<String>>,
    /// Goes to another place.
    pub to: Callback<Place>,
    /// The entries in order.
    pub rows: RwSignal<Vec<Record>>,
    /// There are more than are shown.
    pub cut: RwSignal<bool>,
    /// They are being loaded.
    pub busy: RwSignal<bool>,
    /// They could not be.
    pub fault: RwSignal<Option<ApiError>>,
    /// The entry in the form.
    pub form: RwSignal<Option<Entry>>,
}

impl Calendar {
    /// For the place that the address names.
    pub fn new(place: Memo<Place>, team: Memo<Vec<String>>, to: Callback<Place>) -> Self {
        Self {
            api: use_api(),
            toasts: use_toasts(),
            titles: use_titles(),
            place,
            team,
            to,
            rows: RwSignal::default(),
            cut: RwSignal::new(false),
            busy: RwSignal::new(false),
            fault: RwSignal::new(None),
            form: RwSignal::new(None),
        }
    }

    /// Loads the entries of the place.
    pub fn load(self) {
        let Some(place) = self.place.try_get_untracked() else {
            return;
        };
        let members = match place.view {
            View::Team => self.team.get_untracked(),
            _ => place.who.clone(),
        };
        let mut query = untrack(|| place.query(&members));
        self.busy.set(true);
        spawn_local(async move {
            let mut all = Vec::new();
            let fault = loop {
                match list(self.api, &OBJECT, &query).await {
                    Ok(page) => {
                        self.titles.learn(&page);
                        all.extend(page.items);
                        query.cursor = page.next_cursor;
                        if query.cursor.is_none() || all.len() >= MOST {
                            break None;
                        }
                    }
                    Err(error) => break Some(error),
                }
            };
            // Other days may have been chosen, or the page left.
            if self.place.try_get_untracked().as_ref() != Some(&place) {
                return;
            }
            self.busy.set(false);
            self.cut.set(query.cursor.is_some());
            if fault.is_none() {
                self.rows.set(all);
            }
            self.fault.set(fault);
        });
    }

    /// The entries of a day, those of one member or of all; tracked.
    pub fn on(self, day: Day, member: Option<&str>, all_day: bool) -> Vec<(Record, Span)> {
        let belongs = |record: &Record| {
            member.is_none_or(|member| {
                let takes_part = |one: &Value| one.as_str() == Some(member);
                record.text("owner_id") == Some(member)
                    || record.items("members").iter().any(takes_part)
            })
        };
        self.rows.with(|rows| {
            let here = rows.iter().filter(|row| belongs(row));
            let here = here.filter(|row| (*row.value("all_day") == true) == all_day);
            here.filter_map(|row| {
                let span = Span::of(row)?;
                let shown = if all_day {
                    span.start.div_euclid(DAY) == day.number()
                } else {
                    span.on(day).is_some()
                };
                shown.then(|| (row.clone(), span))
            })
            .collect()
        })
    }

    /// Opens the form of a new entry.
    pub fn add(self, minute: i64, owner: Option<String>) {
        let mut given = Document::new();
        given.insert("kind".to_owned(), "meeting".into());
        given.insert("due_at".to_owned(), at(minute).into());
        given.insert("duration_minutes".to_owned(), 60.into());
        if let Some(owner) = owner {
            given.insert("owner_id".to_owned(), owner.into());
        }
        self.form.set(Some(Entry::New(given)));
    }

    /// Opens the form of an entry.
    pub fn open(self, record: Record) {
        self.form.set(Some(Entry::Of(record)));
    }

    /// Shows a record as it is now, where it is.
    pub fn put(self, record: Record) {
        // The page may have been left.
        _ = self.rows.try_update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.id() == record.id()) {
                *row = record;
            }
        });
    }

    /// Moves an entry by minutes, or gives it to somebody else.
    pub fn shift(self, record: &Record, minutes: i64, owner: Option<String>) {
        let Some(span) = Span::of(record) else { return };
        let mut changes = Document::new();
        if minutes != 0 {
            changes.insert("due_at".to_owned(), at(span.start + minutes).into());
        }
        if let Some(owner) = owner.filter(|owner| record.text("owner_id") != Some(owner)) {
            changes.insert("owner_id".to_owned(), owner.into());
        }
        self.change(record.clone(), changes, true);
    }

    /// Makes an entry longer or shorter.
    pub fn stretch(self, record: &Record, minutes: i64) {
        let before = record.integer("duration_minutes").unwrap_or(SHORTEST);
        let mut changes = Document::new();
        let length = (before + minutes).clamp(15, 7 * DAY);
        changes.insert("duration_minutes".to_owned(), length.into());
        self.change(record.clone(), changes, true);
    }

    fn change(self, record: Record, changes: Document, undo: bool) {
        if changes.is_empty() {
            return;
        }
        let mut shown = record.clone();
        shown.fields.extend(changes.clone());
        self.put(shown);
        let before: Document = changes
            .keys()
            .map(|name| (name.clone(), record.value(name).clone()))
            .collect();
        spawn_local(async move {
            match verbs::patch(self.api, &OBJECT, &record, changes, "due_at").await {
                Ok(now) => {
                    self.put(now.clone());
                    if undo {
                        let said = k::calendar::moved(
                            &now.title(&OBJECT),
                            &now.text("due_at").map(instant::shown).unwrap_or_default(),
                        );
                        self.toasts.undoable(said, move || {
                            self.change(now.clone(), before.clone(), false);
                        });
                    }
                }
                Err(error) => {
                    self.put(record);
                    self.toasts.bad(error.text());
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, Span};
    use crate::i18n::Day;

    #[test]
    fn an_entry_lies_on_each_day_that_it_touches() {
        let day = Day::parse_iso("2026-11-30").unwrap();
        let from = day.number() * DAY;
        let late = Span {
            start: from + 23 * 60,
            end: from + 25 * 60,
        };
        assert_eq!(late.on(day), Some((23 * 60, 24 * 60)));
        assert_eq!(late.on(day.plus(1)), Some((0, 60)));
        assert_eq!(late.on(day.plus(2)), None);
        assert_eq!(late.on(day.plus(-1)), None);
    }
}
