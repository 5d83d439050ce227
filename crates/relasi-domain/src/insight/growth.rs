//! More from those who buy already: what they buy for the first time, and what they buy more of than the time before.

/// What a customer bought with one deal in one line of goods; none for a deal without lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought<'k> {
    /// Who bought.
    pub customer: &'k str,
    /// The deal.
    pub deal: &'k str,
    /// The line of goods.
    pub line: Option<&'k str>,
    /// The price without taxes.
    pub net: i64,
}

/// What a purchase is beside those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// The customer's first deal: neither.
    First,
    /// The first of its line by somebody who bought other things before: all of it.
    Cross(i64),
    /// More than the time before of the same line: the difference.
    Up(i64),
    /// As much as the time before, or less.
    Same,
}

/// What each purchase is, in the order given: by customer, of each by the time of the deals, and by deal.
pub fn growth(bought: &[Bought<'_>]) -> Vec<Growth> {
    let mut found = Vec::with_capacity(bought.len());
    for of_customer in bought.chunk_by(|one, other| one.customer == other.customer) {
        let mut last: Vec<(&str, i64)> = Vec::new();
        let first = of_customer.first().map(|one| one.deal);
        for of_deal in of_customer.chunk_by(|one, other| one.deal == other.deal) {
            for one in of_deal {
                let before = last.iter().find(|(line, _)| Some(*line) == one.line);
                let more = before.map_or(one.net, |(_, before)| one.net - before);
                found.push(if one.line.is_none() {
                    Growth::Same
                } else if Some(one.deal) == first {
                    Growth::First
                } else if before.is_none() {
                    Growth::Cross(more)
                } else if more > 0 {
                    Growth::Up(more)
                } else {
                    Growth::Same
                });
            }
            for one in of_deal {
                if let Some(line) = one.line {
                    last.retain(|(known, _)| *known != line);
                    last.push((line, one.net));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        Growth::{Cross, First, Same, Up},
        *,
    };

    fn bought(
        customer: &'static str,
        deal: &'static str,
        line: &'static str,
        net: i64,
    ) -> Bought<'static> {
        Bought {
            customer,
            deal,
            line: Some(line).filter(|line| !line.is_empty()),
            net,
        }
    }

    #[test]
    fn new_lines_are_cross_sold_and_more_of_one_is_up_sold() {
        let all = [
            bought("a", "1", "beans", 100),
            bought("a", "1", "cups", 30),
            bought("a", "2", "beans", 140),
            bought("a", "2", "machines", 900),
            bought("a", "3", "beans", 120),
            bought("a", "3", "machines", 900),
            bought("a", "4", "beans", 130),
            bought("b", "5", "", 0),
            bought("b", "6", "beans", 50),
        ];
        // More than the last time, not more than ever; and who bought something that was not written down is a customer.
        assert_eq!(
            growth(&all),
            [
                First,
                First,
                Up(40),
                Cross(900),
                Same,
                Same,
                Up(10),
                Same,
                Cross(50)
            ]
        );
    }

    proptest! {
        /// What grew is never more than what was bought, and of a first deal nothing is.
        #[test]
        fn growth_is_part_of_what_was_bought(amounts in prop::collection::vec((0_usize..4, 0_usize..3, 0..1_000_i64), 0..30)) {
            let (deals, lines) = (["1", "2", "3", "4"], ["x", "y", "z"]);
            let mut amounts = amounts;
            amounts.sort_unstable();
            amounts.dedup_by_key(|(deal, line, _)| (*deal, *line));
            let all: Vec<Bought<'_>> = amounts.iter().map(|(deal, line, net)| Bought { customer: "a", deal: deals[*deal], line: Some(lines[*line]), net: *net }).collect();
            for (one, grown) in all.iter().zip(growth(&all)) {
                match grown {
                    Growth::Cross(more) => prop_assert_eq!(more, one.net),
                    Growth::Up(more) => prop_assert!(0 < more && more <= one.net),
                    Growth::First => prop_assert_eq!(one.deal, all[0].deal),
                    Growth::Same => {}
                }
            }
        }
    }
}
