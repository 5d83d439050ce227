//! Which days of whom the address names.

use crate::i18n::{Day, Key, k, today};
use crate::records::instant;
use crate::records::store::Query;

use super::week::{first_weekday, month_of, week_of};

/// How much is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum View {
    /// One day.
    Day,
    /// Seven days.
    #[default]
    Week,
    /// All weeks of a month.
    Month,
    /// One day of several people.
    Team,
}

impl View {
    /// All in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Team];

    /// Its name in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Team => "team",
        }
    }

    /// What it is called.
    pub const fn label(self) -> Key {
        match self {
            Self::Day => k::calendar::DAY,
            Self::Week => k::calendar::WEEK,
            Self::Month => k::calendar::MONTH,
            Self::Team => k::calendar::TEAM,
        }
    }

    /// Reads a name.
    pub fn of(name: Option<&str>) -> Self {
        Self::ALL
            .into_iter()
            .find(|one| Some(one.name()) == name)
            .unwrap_or_default()
    }
}

/// The kinds that have a place in a calendar.
pub const KINDS: [&str; 3] = ["meeting", "call", "task"];

/// What the address says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// How much.
    pub view: View,
    /// Around which day.
    pub day: Day,
    /// Users whose entries are shown; the person's own when empty.
    pub who: Vec<String>,
    /// Kinds; all when empty.
    pub kinds: Vec<String>,
}

impl Place {
    /// As an address.
    pub fn path(&self) -> String {
        let mut path = format!(
            "/app/calendar?view={}&day={}",
            self.view.name(),
            self.day.iso()
        );
        for (name, all) in [("who", &self.who), ("kinds", &self.kinds)] {
            if !all.is_empty() {
                path.extend(["&", name, "=", &all.join(",")]);
            }
        }
        path
    }

    /// The first day shown and how many; tracked.
    pub fn days(&self) -> (Day, i64) {
        match self.view {
            View::Day | View::Team => (self.day, 1),
            View::Week => (week_of(self.day, first_weekday()), 7),
            View::Month => month_of(self.day, first_weekday()),
        }
    }

    /// The span before or after.
    pub fn stepped(&self, by: i32) -> Self {
        let day = match self.view {
            View::Day | View::Team => self.day.plus(i64::from(by)),
            View::Week => self.day.plus(i64::from(by) * 7),
            View::Month => self.day.plus_months(by),
        };
        Self {
            day,
            ..self.clone()
        }
    }

    pub(super) fn query(&self, members: &[String]) -> Query {
        let (first, count) = self.days();
        // What began the evening before may still go on.
        let from = instant::of_local(first.plus(-1), "00:00");
        let to = instant::of_local(first.plus(count), "00:00");
        let kinds = if self.kinds.is_empty() {
            KINDS.join(", ")
        } else {
            self.kinds.join(", ")
        };
        let whose = match members {
            [] => "owner_id = me or members has me".to_owned(),
            some => {
                let one = |id: &String| format!("owner_id = \"{id}\" or members has \"{id}\"");
                some.iter().map(one).collect::<Vec<_>>().join(" or ")
            }
        };
        Query {
            filter: format!(
                "due_at >= {from} and due_at < {to} and kind in ({kinds}) and ({whose})"
            ),
            sort: "due_at".to_owned(),
            include: "contact,company,deal".to_owned(),
            limit: 200,
            ..Query::default()
        }
    }
}

/// Reads the address.
pub fn place_of(
    view: Option<&str>,
    day: Option<&str>,
    who: Option<&str>,
    kinds: Option<&str>,
) -> Place {
    let parts = |text: Option<&str>| {
        let parts = text.unwrap_or_default().split(',');
        let parts = parts.filter(|part| !part.is_empty()).map(str::to_owned);
        parts.collect::<Vec<_>>()
    };
    let mut kinds = parts(kinds);
    kinds.retain(|kind| KINDS.contains(&kind.as_str()));
    let mut who = parts(who);
    // What stands in a filter is an id and nothing else.
    who.retain(|id| {
        id.len() == 36
            && id
                .bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
    });
    Place {
        view: View::of(view),
        day: day.and_then(Day::parse_iso).unwrap_or_else(today),
        who,
        kinds,
    }
}
