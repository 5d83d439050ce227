//! How an activity comes again: the usual rules as a form, others as they were written.

use leptos::prelude::*;
use relasi_domain::interaction::recurrence::{End, Every, Recurrence, WEEKDAYS};

use crate::i18n::{Day, Key, k, weekday_short};
use crate::records::instant;
use crate::ui::date_input::DateInput;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::TextInput;

/// What the form holds.
#[derive(Clone, Copy)]
pub struct Repeating {
    every: RwSignal<String>,
    interval: RwSignal<String>,
    days: RwSignal<Vec<String>>,
    end: RwSignal<String>,
    times: RwSignal<String>,
    until: RwSignal<Option<Day>>,
    /// A rule that the form cannot show; it stays until another one is chosen.
    other: StoredValue<Option<Recurrence>>,
    start: StoredValue<String>,
}

/// The value that stands for a rule of another sort.
const OTHER: &str = "other";

const fn name(every: Every) -> Key {
    match every {
        Every::Day => k::calendar::DAILY,
        Every::Week => k::calendar::WEEKLY,
        Every::Month => k::calendar::MONTHLY,
        Every::Year => k::calendar::YEARLY,
    }
}

impl Repeating {
    /// Of a rule, or none.
    pub fn of(rule: Option<&str>) -> Self {
        let rule = rule.and_then(|text| text.parse::<Recurrence>().ok());
        let start = rule.as_ref().map(ToString::to_string).unwrap_or_default();
        let plain = rule.as_ref().is_none_or(|rule| {
            rule.more.is_empty() && (rule.every == Every::Week || rule.days.is_empty())
        });
        let other = rule.clone().filter(|_| !plain);
        let rule = rule.unwrap_or_else(|| Recurrence::plain(Every::Week));
        let every = match (&other, start.is_empty()) {
            (Some(_), _) => OTHER,
            (None, true) => "",
            (None, false) => rule.every.code(),
        };
        let (end, times, until) = match &rule.end {
            End::Never => ("", "10".to_owned(), None),
            End::After(times) => ("after", times.to_string(), None),
            End::Until(until) => ("until", "10".to_owned(), day_of(until)),
        };
        Self {
            every: RwSignal::new(every.to_owned()),
            interval: RwSignal::new(rule.interval.to_string()),
            days: RwSignal::new(rule.days),
            end: RwSignal::new(end.to_owned()),
            times: RwSignal::new(times),
            until: RwSignal::new(until),
            other: StoredValue::new(other),
            start: StoredValue::new(start),
        }
    }

    /// The rule as it is written now; empty for none.
    pub fn rule(self) -> String {
        untrack(|| self.written())
    }

    /// Whether it is another rule than at the start.
    pub fn changed(self) -> bool {
        self.differs(&self.rule())
    }

    /// Whether a rule is another one than at the start.
    pub fn differs(self, rule: &str) -> bool {
        self.start.with_value(|start| start != rule)
    }

    /// The rule as it is written now; tracked.
    pub fn rule_now(self) -> String {
        self.written()
    }

    fn written(self) -> String {
        let every = self.every.get();
        if every == OTHER {
            let other = self.other.get_value();
            return other.map(|rule| rule.to_string()).unwrap_or_default();
        }
        let Some(every) = Every::from_code(&every) else {
            return String::new();
        };
        let mut rule = Recurrence::plain(every);
        rule.interval = self
            .interval
            .get()
            .trim()
            .parse()
            .unwrap_or(1)
            .clamp(1, 999);
        if every == Every::Week {
            rule.days = self.days.get();
        }
        rule.end = match (self.end.get().as_str(), self.until.get()) {
            ("after", _) => End::After(self.times.get().trim().parse().unwrap_or(1).clamp(1, 1000)),
            ("until", Some(day)) => End::Until(day.iso().replace('-', "")),
            _ => End::Never,
        };
        rule.to_string()
    }
}

/// The day of `20261231` or `20261231T165959Z`.
fn day_of(until: &str) -> Option<Day> {
    let day = until.get(..8)?;
    let iso = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    match until.get(9..15) {
        Some(time) => {
            let at = format!("{iso}T{}:{}:{}Z", &time[..2], &time[2..4], &time[4..]);
            crate::i18n::local_day(&at).filter(|_| !instant::clock(&at).is_empty())
        }
        None => Day::parse_iso(&iso),
    }
}

/// The inputs.
#[component]
pub fn RepeatInput(
    /// What they hold.
    repeating: Repeating,
) -> impl IntoView {
    let Repeating {
        every,
        interval,
        days,
        end,
        times,
        until,
        other,
        ..
    } = repeating;
    let choices = Signal::derive(move || {
        let mut all = vec![Choice::new("", k::calendar::NEVER_AGAIN.get())];
        all.extend(Every::ALL.map(|every| Choice::new(every.code(), name(every).get())));
        if let Some(rule) = other.get_value() {
            all.push(Choice::new(OTHER, rule.to_string()));
        }
        all
    });
    let ends = Signal::derive(|| {
        vec![
            Choice::new("", k::calendar::ENDS_NEVER.get()),
            Choice::new("after", k::calendar::ENDS_AFTER.get()),
            Choice::new("until", k::calendar::ENDS_ON.get()),
        ]
    });
    let weekdays = move || {
        let day = move |(number, code): (usize, &'static str)| {
            let on = move || days.with(|days| days.iter().any(|day| day == code));
            let toggle = move |_| {
                days.update(|days| {
                    if let Some(at) = days.iter().position(|day| day == code) {
                        days.remove(at);
                    } else {
                        days.push(code.to_owned());
                        days.sort_by_key(|day| WEEKDAYS.iter().position(|known| known == day));
                    }
                });
            };
            let label = weekday_short(u32::try_from(number).unwrap_or_default());
            view! {
                <label class="weekday"><input type="checkbox" prop:checked=on on:change=toggle/>{label}</label>
            }
        };
        WEEKDAYS.into_iter().enumerate().map(day).collect_view()
    };
    let is = move |code: &'static str| every.with(|every| every == code);
    let plain = Memo::new(move |_| every.with(|every| !every.is_empty() && every != OTHER));
    view! {
        <fieldset class="repeat">
            <Select label=k::calendar::COMES_AGAIN value=every choices/>
            <Show when=move || plain.get()>
                <TextInput label=k::calendar::INTERVAL value=interval kind="number"/>
            </Show>
            <Show when=move || is("WEEKLY")>
                <div class="weekdays" role="group" aria-label=k::calendar::ON_DAYS>{weekdays}</div>
            </Show>
            <Show when=move || plain.get()>
                <Select label=k::calendar::ENDS value=end choices=ends/>
            </Show>
            <Show when=move || plain.get() && end.with(|end| end == "after")>
                <TextInput label=k::calendar::TIMES value=times kind="number"/>
            </Show>
            <Show when=move || plain.get() && end.with(|end| end == "until")>
                <DateInput label=k::calendar::LAST_DAY value=until/>
            </Show>
        </fieldset>
    }
}
