//! What changed between a day and now: each deal that counted then or counts now is one move, and the differences of all
//! moves add up to the difference of the sums.

/// How an open deal stood on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Then<'s> {
    /// It should close within the period.
    pub within: bool,
    /// It was of those who are looked at.
    pub theirs: bool,
    /// Where it counted.
    pub category: &'s str,
    /// Its amount.
    pub amount: i64,
}

/// How a deal stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now<'s> {
    /// open, won, lost; none for one that is in the trash.
    pub status: Option<&'s str>,
    /// It was made since the day.
    pub new: bool,
    /// It should close within the period.
    pub within: bool,
    /// It is of those who are looked at.
    pub theirs: bool,
    /// Where it counts.
    pub category: &'s str,
    /// Its amount.
    pub amount: i64,
}

/// What became of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// It is new.
    Added,
    /// It is open again.
    Reopened,
    /// It should close within the period now.
    MovedIn,
    /// It came from somebody else.
    TakenOver,
    /// It was omitted and counts now.
    Counted,
    /// It is worth more.
    Up,
    /// It is worth less.
    Down,
    /// It counts in another category, and is worth the same.
    Category,
    /// It counts no more.
    Omitted,
    /// It went to somebody else.
    HandedOver,
    /// It should close at another time, or at none.
    MovedOut,
    /// It is in the trash.
    Removed,
    /// It was lost.
    Lost,
    /// It was won.
    Won,
}

/// Each move with its code, in the order in which they are shown.
pub const MOVES: [(Move, &str); 14] = [
    (Move::Added, "added"),
    (Move::Reopened, "reopened"),
    (Move::MovedIn, "moved_in"),
    (Move::TakenOver, "taken_over"),
    (Move::Counted, "counted"),
    (Move::Up, "up"),
    (Move::Down, "down"),
    (Move::Category, "category"),
    (Move::Omitted, "omitted"),
    (Move::HandedOver, "handed_over"),
    (Move::MovedOut, "moved_out"),
    (Move::Removed, "removed"),
    (Move::Lost, "lost"),
    (Move::Won, "won"),
];

impl Move {
    /// Its code.
    pub fn code(self) -> &'static str {
        let found = MOVES.iter().find(|(one, _)| *one == self);
        found.map_or("", |(_, code)| code)
    }

    /// The move of a code.
    pub fn parse(code: &str) -> Option<Self> {
        let found = MOVES.iter().find(|(_, known)| *known == code);
        found.map(|(one, _)| *one)
    }
}

impl Then<'_> {
    /// What it added to the sum.
    pub fn counted(self) -> Option<i64> {
        (self.within && self.theirs && self.category != "omitted").then_some(self.amount)
    }
}

impl Now<'_> {
    /// What it adds to the sum.
    pub fn counts(self) -> Option<i64> {
        let open = self.status == Some("open");
        (open && self.within && self.theirs && self.category != "omitted").then_some(self.amount)
    }
}

/// What became of a deal that was open on the day or is now, and what that makes of the sum; none when nothing did.
pub fn moved(then: Option<Then<'_>>, now: Now<'_>) -> Option<(Move, i64)> {
    match (then.and_then(Then::counted), now.counts()) {
        (None, None) => None,
        (Some(before), Some(after)) if after > before => Some((Move::Up, after - before)),
        (Some(before), Some(after)) if after < before => Some((Move::Down, after - before)),
        (Some(_), Some(_)) => {
            let other = then.is_some_and(|then| then.category != now.category);
            other.then_some((Move::Category, 0))
        }
        (Some(before), None) => {
            let why = match now.status {
                None => Move::Removed,
                Some("won") => Move::Won,
                Some("lost") => Move::Lost,
                Some(_) if !now.within => Move::MovedOut,
                Some(_) if !now.theirs => Move::HandedOver,
                Some(_) => Move::Omitted,
            };
            Some((why, -before))
        }
        (None, Some(after)) => {
            let how = match then {
                None if now.new => Move::Added,
                None => Move::Reopened,
                Some(then) if !then.within => Move::MovedIn,
                Some(then) if !then.theirs => Move::TakenOver,
                Some(_) => Move::Counted,
            };
            Some((how, after))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn categories() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["commit", "best_case", "pipeline", "omitted"])
    }

    prop_compose! {
        fn any_then()(within in any::<bool>(), theirs in any::<bool>(), category in categories(), amount in 0..1_000_i64) -> Then<'static> {
            Then { within, theirs, category, amount }
        }
    }

    prop_compose! {
        fn any_now()(
            status in prop::sample::select(vec![None, Some("open"), Some("open"), Some("won"), Some("lost")]),
            new in any::<bool>(), within in any::<bool>(), theirs in any::<bool>(), category in categories(), amount in 0..1_000_i64,
        ) -> Now<'static> {
            Now { status, new, within, theirs, category, amount }
        }
    }

    #[test]
    fn every_move_has_a_code_of_its_own() {
        for (one, code) in MOVES {
            assert_eq!((one.code(), Move::parse(code)), (code, Some(one)));
        }
    }

    #[test]
    fn moves_are_named_by_what_happened() {
        let then = Then {
            within: true,
            theirs: true,
            category: "commit",
            amount: 100,
        };
        let now = Now {
            status: Some("open"),
            new: false,
            within: true,
            theirs: true,
            category: "commit",
            amount: 100,
        };
        assert_eq!(moved(Some(then), now), None, "nothing happened");
        let cases = [
            (
                Now {
                    status: Some("won"),
                    ..now
                },
                Move::Won,
                -100,
            ),
            (
                Now {
                    status: None,
                    ..now
                },
                Move::Removed,
                -100,
            ),
            (
                Now {
                    within: false,
                    ..now
                },
                Move::MovedOut,
                -100,
            ),
            (
                Now {
                    category: "omitted",
                    ..now
                },
                Move::Omitted,
                -100,
            ),
            (
                Now {
                    category: "pipeline",
                    ..now
                },
                Move::Category,
                0,
            ),
            (
                Now {
                    amount: 140,
                    category: "pipeline",
                    ..now
                },
                Move::Up,
                40,
            ),
            (Now { amount: 90, ..now }, Move::Down, -10),
        ];
        for (now, what, by) in cases {
            assert_eq!(moved(Some(then), now), Some((what, by)));
        }
        assert_eq!(
            moved(None, Now { new: true, ..now }),
            Some((Move::Added, 100))
        );
        assert_eq!(moved(None, now), Some((Move::Reopened, 100)));
        assert_eq!(
            moved(
                Some(Then {
                    within: false,
                    ..then
                }),
                now
            ),
            Some((Move::MovedIn, 100))
        );
    }

    proptest! {
        /// What is told of is exactly what differs.
        #[test]
        fn moves_add_up_to_the_difference(deals in prop::collection::vec((prop::option::of(any_then()), any_now()), 0..60)) {
            let before: i64 = deals.iter().filter_map(|(then, _)| then.and_then(Then::counted)).sum();
            let after: i64 = deals.iter().filter_map(|(_, now)| now.counts()).sum();
            let told: i64 = deals.iter().filter_map(|(then, now)| moved(*then, *now)).map(|(_, by)| by).sum();
            prop_assert_eq!(before + told, after);
        }
    }
}
