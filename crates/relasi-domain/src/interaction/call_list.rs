//! A call list: people who are called one after the other, by one or by several.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    fault::{Fault, Faults},
    people::contact,
    record::Object,
    sales::lead,
};

/// What can stand in a call list: people.
pub static OBJECTS: [&Object; 2] = [&contact::OBJECT, &lead::OBJECT];

/// The longest name.
pub const MAX_NAME: usize = 120;
/// The longest script.
pub const MAX_SCRIPT: usize = 10_000;
/// The most people who work on a list beside its owner and its team.
pub const MAX_MEMBERS: usize = 100;
/// The most people who are called by one list.
pub const MAX_ENTRIES: i64 = 5_000;
/// How long somebody is nobody else's to call, from when they were shown.
pub const LEASE: TimeDelta = TimeDelta::minutes(15);

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is still to be called.
    Waiting,
    /// It is called again at a time.
    Later,
    /// It was called.
    Done,
    /// It is not called.
    Skipped,
}

impl State {
    /// All of them, in the order of their life.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Later, Self::Done, Self::Skipped];

    /// The code in the table and in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Later => "later",
            Self::Done => "done",
            Self::Skipped => "skipped",
        }
    }

    /// By its code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether somebody still has to call.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Later)
    }
}

/// What people can stand in a list by the name of their object.
pub fn object(name: &str) -> Option<&'static Object> {
    OBJECTS.into_iter().find(|object| object.name == name)
}

/// Judges what a list says of itself; whether people and teams are there is known to the database alone.
pub fn check(name: &str, script: Option<&str>, members: &[Uuid], faults: &mut Faults) {
    faults.check_name(name, MAX_NAME);
    if script.is_some_and(|text| text.chars().count() > MAX_SCRIPT) {
        faults.push(Fault::field("script", "too_long").with("max", MAX_SCRIPT));
    }
    if members.len() > MAX_MEMBERS {
        faults.push(Fault::field("members", "too_many").with("max", MAX_MEMBERS));
    }
    let mut named = BTreeSet::new();
    for (place, id) in members.iter().enumerate() {
        let again = !named.insert(id);
        faults.wrong(again, || format!("/members/{place}"), "named_twice");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_codes() {
        for state in State::ALL {
            assert_eq!(State::of(state.code()), Some(state));
        }
        assert_eq!(State::of("gone"), None);
        let open = State::ALL.into_iter().filter(|state| state.is_open());
        assert_eq!(open.collect::<Vec<_>>(), [State::Waiting, State::Later]);
    }

    #[test]
    fn people_are_called_and_nothing_else() {
        assert!(object("contact").is_some() && object("lead").is_some());
        assert!(object("company").is_none());
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut faults = Faults::default();
        let twice = [Uuid::nil(), Uuid::nil()];
        let long = "x".repeat(MAX_SCRIPT + 1);
        check(" ", Some(&long), &twice, &mut faults);
        let found = faults
            .0
            .iter()
            .map(|fault| format!("{} {}", fault.pointer, fault.code));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                "/name required",
                "/script too_long",
                "/members/1 named_twice"
            ]
        );
    }
}
