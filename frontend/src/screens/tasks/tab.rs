//! The tabs of the tasks page and what each of them lists.

use crate::i18n::{Key, k, today};
use crate::records::{Query, instant};

/// A tab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskTab {
    /// Due today or late.
    Today,
    /// Due within seven days, or late.
    Week,
    /// Late.
    Overdue,
    /// Without a date.
    Undated,
    /// Done ones.
    Done,
}

impl TaskTab {
    /// All in order.
    pub const ALL: [Self; 5] = [
        Self::Today,
        Self::Week,
        Self::Overdue,
        Self::Undated,
        Self::Done,
    ];

    /// Its name in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Week => "week",
            Self::Overdue => "overdue",
            Self::Undated => "undated",
            Self::Done => "done",
        }
    }

    /// Its name for people.
    pub const fn label(self) -> Key {
        match self {
            Self::Today => k::tasks::TAB_TODAY,
            Self::Week => k::tasks::TAB_WEEK,
            Self::Overdue => k::tasks::TAB_OVERDUE,
            Self::Undated => k::tasks::TAB_UNDATED,
            Self::Done => k::tasks::TAB_DONE,
        }
    }

    /// What is said where it is empty.
    pub const fn empty(self) -> Key {
        match self {
            Self::Overdue => k::tasks::EMPTY_OVERDUE,
            Self::Done => k::tasks::EMPTY_DONE,
            _ => k::tasks::EMPTY,
        }
    }

    /// The tab of an address; today without one.
    pub fn of(name: Option<&str>) -> Self {
        Self::ALL
            .into_iter()
            .find(|tab| Some(tab.name()) == name)
            .unwrap_or(Self::Today)
    }

    /// The query of its list.
    pub fn query(self) -> Query {
        let before_day = |days| {
            format!(
                "done_at is empty and due_at < {}",
                instant::of_local(today().plus(days), "00:00")
            )
        };
        let (which, sort) = match self {
            Self::Today => (before_day(1), "due_at"),
            Self::Week => (before_day(8), "due_at"),
            Self::Overdue => ("done_at is empty and due_at < now".to_owned(), "due_at"),
            Self::Undated => (
                "done_at is empty and due_at is empty".to_owned(),
                "-created_at",
            ),
            Self::Done => ("done_at is not empty".to_owned(), "-done_at"),
        };
        Query {
            filter: format!("owner_id = me and kind != note and {which}"),
            sort: sort.to_owned(),
            include: "contact,company,deal".to_owned(),
            limit: 50,
            ..Query::default()
        }
    }
}
